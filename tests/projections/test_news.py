"""News: what a few new events change is the same from what was kept and computed anew, whatever depends on the past."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from engine.log import Log
from engine.measures import CreditMeasure, Request
from projections import news
from projections.book import ProjectedBook
from projections.source import Source
from tests.banks import random_bank
from tests.projections.logs import (
    INTEREST,
    PRODUCT_DAYS,
    Json,
    assigned,
    changed,
    event,
    flow,
    log_of,
    opened,
    request,
    stated,
    where,
)
from tests.reading import INSTITUTION
from tests.test_twice_the_same import REQUESTS

ASKED = request(
    "2025-01-01",
    "2025-02-01",
    days=PRODUCT_DAYS,
    interest=INTEREST,
    payments=flow("payment.made"),
    spending=flow("card.spent"),
    bad=CreditMeasure("balance", PRODUCT_DAYS.aggregate, where("class", "loss")),
)


@pytest.fixture(autouse=True)
def _few_events_are_worth_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(news, "CUSTOMERS_PART", 0)


def same(log: Log, cache: Path, positions: range, asked: Request = ASKED) -> None:
    """Each position is answered from what was kept at the one before, so a mistake stays; the last one also anew."""
    for position in positions:
        book = ProjectedBook(log.snapshot(position), cache=cache)
        answers = [book.credits(asked), book.inherited(asked), book.findings(asked.start, asked.end)]
    anew = ProjectedBook(log.snapshot(positions[-1]))
    assert answers == [anew.credits(asked), anew.inherited(asked), anew.findings(asked.start, asked.end)]


@pytest.mark.parametrize("seed", range(2))
def test_a_few_events_at_a_time_change_what_they_change(tmp_path: Path, seed: int) -> None:
    bank = random_bank(Random(seed), 120)
    same(log_of(tmp_path / "log", bank, INSTITUTION), tmp_path / "cache", range(60, 121, 15), REQUESTS[seed])


BEFORE = (
    opened(rate="0.05"),
    opened("B", "D", rate="0.04"),
    assigned("2024-01-01", M_1="1"),
    assigned("2024-01-01", "D", M_2="1"),
    changed("100", "2024-12-15"),
    changed("300", "2024-12-20", "B", "D"),
)
CASES: dict[str, list[Json]] = {
    "an addition to a plain account": [changed("5", "2025-01-10")],
    "an addition dated back into the year before": [changed("5", "2024-12-20")],
    "a hand-over": [assigned("2025-01-10", M_2="1"), changed("5", "2025-01-12")],
    "a new rate": [event("rate.changed", "2025-01-10", account_id="A", customer_id="C", rate="0.06")],
    "a class": [event("loan.classified", "2025-01-10", account_id="A", customer_id="C", class_="loss")],
    "a statement, then a change dated before it": [stated("70", "2025-01-20"), changed("5", "2025-01-10")],
    "a closing with a balance left": [
        event("account.closed", "2025-01-20", account_id="A", customer_id="C"),
        changed("-100", "2025-01-20"),
    ],
    "an account that nobody opened, then its opening": [
        changed("5", "2025-01-10", "N"),
        changed("-5", "2025-01-10", "N"),
        opened("N", rate="0.03"),
    ],
    "an account with a rate that nobody opened": [
        event("rate.changed", "2025-01-09", account_id="N", customer_id="C", rate="0.06"),
        changed("5", "2025-01-10", "N"),
        changed("6", "2025-01-11", "N"),
    ],
    "an account without a rate, emptied": [
        opened("N"),
        changed("5", "2025-01-10", "N"),
        changed("-5", "2025-01-10", "N"),
        event("rate.changed", "2025-01-15", account_id="N", customer_id="C", rate="0.06"),
    ],
    "a foreign account, emptied": [
        opened("N", currency="USD", rate="0.03"),
        changed("5", "2025-01-10", "N"),
        changed("-5", "2025-01-10", "N"),
        event("fx.fixed", "2025-01-05", currency="USD", rate="7"),
    ],
    "somebody else's account": [
        changed("5", "2025-01-10", "A", "D"),
        event("card.spent", "2025-01-12", account_id="A", customer_id="D", amount="8"),
        assigned("2025-01-05", "D", M_3="1"),
        assigned("2025-01-06", M_3="1"),
    ],
    "an account of nobody under two customers, then a team of its own": [
        event("card.spent", "2025-01-12", account_id="N", customer_id="C", amount="8"),
        event("card.spent", "2025-01-13", account_id="N", customer_id="D", amount="9"),
        assigned("2025-01-05", "C", account_id="N", M_3="1"),
    ],
    "a balance on an account of nobody, said to be another's, then a team of its own": [
        changed("5", "2025-01-12", "N", "C"),
        changed("6", "2025-01-13", "N", "D"),
        assigned("2025-01-05", "D", M_3="1"),
        assigned("2025-01-05", "C", account_id="N", M_3="1"),
        assigned("2025-01-06", "D", M_1="1"),
    ],
    "an account in whose postings another customer stands, before that one is handed over": [
        changed("5", "2025-01-10", "A", "D"),
        assigned("2025-01-05", "D", M_3="1"),
        assigned("2025-01-11", "C", M_3="1"),
        event("account.closed", "2025-01-20", account_id="A", customer_id="D"),
    ],
    "somebody who left before, and others appointed": [
        event("manager.appointed", "2024-01-01", manager_id="M-2", org_unit="U"),
        event("manager.left", "2025-01-10", manager_id="M-2"),
        event("manager.appointed", "2024-01-01", manager_id="M-3", org_unit="U"),
        changed("7", "2025-01-12", "B", "D"),
        assigned("2025-01-05", M_2="0.5", M_3="0.5"),
    ],
    "a payment reversed": [
        event("payment.made", "2025-01-12", customer_id="C", channel="phone", amount="8"),
        event("event.reversed", event_id="e-7", event_source="bank", reason="twice"),
    ],
    "an old posting reversed": [event("event.reversed", event_id="e-5", event_source="bank", reason="twice")],
    "a team reversed": [event("event.reversed", event_id="e-3", event_source="bank", reason="wrong")],
    "a manager who leaves": [
        event("manager.appointed", "2024-01-01", manager_id="M-1", org_unit="U"),
        event("manager.left", "2025-01-10", manager_id="M-1"),
        changed("5", "2025-01-15"),
        event("manager.appointed", "2025-01-20", manager_id="M-1", org_unit="U"),
    ],
}


@pytest.mark.parametrize("case", CASES)
def test_what_depends_on_the_past_is_looked_at_whole(tmp_path: Path, case: str) -> None:
    log = log_of(tmp_path / "log", [*BEFORE, *CASES[case]])
    same(log, tmp_path / "cache", range(len(BEFORE), len(BEFORE) + len(CASES[case]) + 1))


def test_the_past_of_an_addition_is_not_looked_at(tmp_path: Path) -> None:
    log = log_of(tmp_path / "log", [*BEFORE, changed("5", "2025-01-10"), assigned("2025-01-10", "D", M_3="1")])
    looked_at = news.news(Source(log.snapshot()), len(BEFORE))
    assert looked_at is not None
    before, after = ({position for (position,) in image.rows("SELECT position FROM events")} for image in looked_at)
    assert before == {2, 4, 6}  # all of the customer handed over
    assert after == {2, 4, 6, 8, 1, 3, 7}  # and the addition, with the account's opening and team


def test_too_many_events_are_not_worth_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    log = log_of(tmp_path / "log", [*BEFORE, changed("5", "2025-01-10")])
    monkeypatch.setattr(news, "NEWS_MAX", 0)
    assert news.news(Source(log.snapshot()), len(BEFORE)) is None
