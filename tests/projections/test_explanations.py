"""The events of a measure add up to it, whatever happened to the business meanwhile."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from random import Random

import pytest

from engine.measures import Credit
from projections.book import ProjectedBook
from tests.banks import random_bank
from tests.projections.logs import (
    PRODUCT_DAYS,
    assigned,
    book_of,
    changed,
    event,
    flow,
    log_of,
    opened,
    request,
    stated,
)
from tests.reading import INSTITUTION
from tests.test_twice_the_same import MEASURES, REQUESTS

YUAN = 10**14


def test_a_hand_over_names_the_original_events_with_each_share(tmp_path: Path) -> None:
    book = book_of(
        tmp_path,
        [
            opened(),
            changed("100", "2024-12-15"),
            stated("130", "2025-01-21"),
            assigned("2024-01-01", M_1="1"),
            assigned("2025-01-11", M_1="0.5", M_2="0.5"),
        ],
    )
    asked = request("2025-01-01", "2025-02-01", it=PRODUCT_DAYS)
    first, later, stated_then = date(2024, 12, 15), date(2024, 12, 15), date(2025, 1, 21)
    assert book.credit_rows("it", asked, "M-1") == [
        Credit(2, first, 5_000, 1_000_000, 100 * 21 * YUAN // 2),
        Credit(2, later, 10_000, 1_000_000, 100 * 10 * YUAN),
        Credit(3, stated_then, 5_000, 300_000, 30 * 11 * YUAN // 2),
    ]
    assert book.credit_rows("it", asked, "M-9") == []


@pytest.mark.parametrize("seed", range(3))
def test_the_rows_of_every_measure_add_up_to_it(tmp_path: Path, seed: int) -> None:
    book = ProjectedBook(log_of(tmp_path / "log", random_bank(Random(seed), 90), INSTITUTION).snapshot())
    asked = REQUESTS[seed]
    for inherited in (False, True):
        table = book.inherited(asked) if inherited else book.credits(asked)
        holders: list[str | None] = [*table.managers[:1], None]
        for name in MEASURES:
            for holder in holders:
                rows = book.credit_rows(name, asked, holder, inherited=inherited)
                whole = table.uncredited[name] if holder is None else table.values[name][0]
                assert sum(row.contribution for row in rows) == whole


def test_what_names_a_customer_of_ones_own_but_anothers_account_is_not_ones_own(tmp_path: Path) -> None:
    book = book_of(
        tmp_path,
        [
            opened("A", "C"),
            assigned("2024-01-01", "C", M_1="1"),
            assigned("2024-01-01", "D", M_2="1"),
            event("card.spent", "2025-01-03", account_id="A", customer_id="D", amount="5"),
        ],
    )
    asked = request("2025-01-01", "2025-02-01", it=flow("card.spent"))
    assert [credit.position for credit in book.credit_rows("it", asked, "M-1")] == [4]
    assert book.credit_rows("it", asked, "M-2") == []
