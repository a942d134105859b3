"""The folded book's other answers: ratings, facts, transaction days, position."""

from __future__ import annotations

from datetime import date
from typing import Any

from engine.book import Book, RatingSum
from engine.fold.book import FoldedBook
from tests.engine.fold.folding import Said, balance, book, request, reversal, say, team


def rated(score: str, full: str = "5", period: str = "2025", **more: str) -> Said:
    data: dict[str, Any] = {"manager_id": "M", "period": period, "item": "teamwork", "group": "self", **more}
    return say("rating.given", **data, score=score, full=full)


def test_a_folded_book_is_a_book() -> None:
    asked: Book = book()
    assert isinstance(asked, FoldedBook)
    assert asked.position == 0


def test_ratings_are_summed_by_manager_item_group_and_full_mark() -> None:
    bank = book(rated("4"), rated("3.5"), rated("80", "100"), rated("1", period="2025Q1"), rated("5"), reversal(5))
    assert sorted(bank.ratings("2025"), key=lambda rating: rating.full) == [
        RatingSum("M", "teamwork", "self", 5_000_000, 7_500_000, 2),
        RatingSum("M", "teamwork", "self", 100_000_000, 80_000_000, 1),
    ]
    assert bank.ratings("2024") == []


def test_ratings_all_reversed_leave_nothing() -> None:
    assert book(rated("4"), reversal(1)).ratings("2025") == []


def test_facts_stand_in_order_of_position_without_what_was_reversed() -> None:
    bank = book(
        say("manager.appointed", "03-01", manager_id="M", org_unit="U"),
        say("manager.left", "02-01", manager_id="M"),
        say("manager.appointed", "01-01", manager_id="N", org_unit="U"),
        reversal(2),
        reversal(9),
        reversal(4),
    )
    found = list(bank.facts({"manager.left", "manager.appointed"}))
    assert [(fact.position, fact.on) for fact in found] == [(1, date(2025, 3, 1)), (3, date(2025, 1, 1))]
    assert bank.position == 6


def test_transaction_days_are_the_first_and_last_business_dates_that_stand() -> None:
    changed = {"account_id": "A", "customer_id": "C", "amount": "1"}
    said = (
        say("decision.made", "2023-01-01", kind="note", reason="r", decided_by="d"),
        say("balance.changed", "03-01", **changed), say("balance.changed", "01-15", **changed),
        say("balance.changed", "12-31", **changed), say("customer.joined", "2026-01-01", customer_id="C"),
    )  # fmt: skip
    assert book(*said).transaction_days() == (date(2025, 1, 15), date(2025, 12, 31))
    assert book(*said, reversal(4)).transaction_days() == (date(2025, 1, 15), date(2025, 3, 1))
    assert book().transaction_days() is None


def test_a_table_lists_managers_in_order_with_every_measure_beside_them() -> None:
    bank = book(
        say("customer.assigned", "01-01", customer_id="C", team=team(M2="0.5", M1="0.5")),
        say("account.opened", "01-01", account_id="A", customer_id="C", product="loan.consumer"),
        say("balance.changed", "01-31", account_id="A", customer_id="C", amount="2"),
    )
    table = bank.credits(request({"loans": balance("loan"), "deposits": balance("deposit")}, "2025-01"))
    assert table.managers == ["M1", "M2"]
    assert table.values == {"loans": [10**14, 10**14], "deposits": [0, 0]}
    assert table.uncredited == {"loans": 0, "deposits": 0}
