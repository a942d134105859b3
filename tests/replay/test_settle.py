"""A settlement names what it was made from, and is made again byte for byte."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from engine.log import Log
from replay.settle import settle
from schemas.institution import Institution
from schemas.period import Period
from schemas.problems import Problem
from schemas.statement import digest_of, to_json
from tests.projections.logs import log_of
from tests.replay.made import add, bank, lines, plan, said, settled

EVENTS = (
    ("2025-01-01", "manager.appointed", {"manager_id": "M-1", "org_unit": "U-1"}),
    ("2025-01-01", "customer.assigned", {"customer_id": "C-1", "team": [{"manager_id": "M-1", "share": "1"}]}),
    ("2025-02-01", "fee.earned", {"customer_id": "C-1", "service": "consulting", "amount": "100"}),
)


@pytest.fixture
def log(tmp_path: Path) -> Log:
    return bank(tmp_path / "log", *EVENTS)


def test_the_same_position_gives_the_same_bytes_whatever_came_later(log: Log) -> None:
    before = to_json(settled(log, "2025Q1").statement)
    add(log, "fee.earned", "2025-03-01", customer_id="C-1", service="other", amount="7")
    assert to_json(settled(log, "2025Q1", as_of=3).statement) == before
    assert to_json(settled(log, "2025Q1").statement) != before


def test_the_digest_is_of_all_but_itself(log: Log) -> None:
    statement = settled(log, "2025Q1").statement
    assert statement.digest == digest_of(statement)
    assert settled(log, "2025-02").statement.digest != statement.digest


def test_a_running_period_counts_the_days_through_its_day(log: Log) -> None:
    assert lines(settled(log, "2025Q1", through=date(2025, 1, 31)), "M-1")["fees"] == "0"
    assert settled(log, "2025Q1", through=date(2025, 1, 31)).statement.through == "2025-01-31"


def test_a_day_outside_the_period_is_refused(log: Log) -> None:
    with pytest.raises(Problem) as caught:
        settled(log, "2025Q1", through=date(2025, 4, 1))
    assert str(caught.value) == (
        "The day 2025-04-01 lies outside 2025Q1. Name a day from 2025-01-01 to 2025-03-31, or leave it out."
    )


def test_what_was_known_at_a_time_is_the_last_position_admitted_by_then(log: Log) -> None:
    add(log, "fee.earned", "2025-03-01", customer_id="C-1", service="other", amount="7")
    assert settled(log, "2025Q1", as_of=datetime(2026, 1, 3, tzinfo=UTC)).statement.position == 3
    assert settled(log, "2025Q1", as_of=datetime(2020, 1, 1, tzinfo=UTC)).statement.position == 0


def test_pay_has_exactly_the_digits_of_the_institutions_currency(tmp_path: Path) -> None:
    decided = {"manager_id": "M-1", "period": "2025", "reason": "r", "decided_by": "b"}
    events = [
        *EVENTS[:2],
        ("2025-02-01", "fee.earned", {"customer_id": "C-1", "service": "consulting", "amount": "4200010"}),
        ("2025-12-31", "decision.made", {**decided, "kind": "base-contribution", "value": "3000000"}),
        ("2025-12-31", "decision.made", {**decided, "kind": "qualitative-score", "value": "90"}),
    ]
    yen = Institution("Asia/Tokyo", "JPY")
    log = log_of(tmp_path / "log", [said(n, on, type_, **data) for n, (on, type_, data) in enumerate(events)], yen)
    year = lines(settle(log, plan(), Period.parse("2025")), "M-1")
    # 1,200,010 x 5% = 60,000.5, away from zero; (20,000 + 60,001) x 0.98 = 78,400.98
    assert (year["excess_award"], year["award"], year["risk_fund"]) == ("60001", "78401", "-25201")
    assert year["paid"] == "53200"


def test_managers_stand_by_id_and_lines_in_the_plans_order(tmp_path: Path) -> None:
    names = ("M-2", "M-10", "M-1")
    log = bank(
        tmp_path / "log",
        *(("2025-01-01", "manager.appointed", {"manager_id": name, "org_unit": "U"}) for name in names),
    )
    statement = settled(log, "2025Q1").statement
    assert [one.manager_id for one in statement.managers] == ["M-1", "M-10", "M-2"]
    order = [line.id for line in plan().plan.lines]
    shown = [order.index(line.id) for line in statement.managers[0].lines]
    assert shown == sorted(shown)
    assert len([line for line in statement.managers[0].lines if line.kind == "item"]) == 12
