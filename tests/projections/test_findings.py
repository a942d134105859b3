"""What contradicts itself is found and named, and stops nothing."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from projections import findings
from tests.projections.logs import book_of, changed, event, opened

YEAR = (date(2025, 1, 1), date(2026, 1, 1))


def test_every_contradiction_is_found_with_its_event(tmp_path: Path) -> None:
    book = book_of(
        tmp_path,
        [
            opened(),
            changed("5", "2025-01-02", customer="C-2"),
            event("balance.changed", "2025-01-03", account_id="A", customer_id="C", amount="1", currency="USD"),
            event("account.closed", "2025-02-01", account_id="A", customer_id="C"),
            event("account.opened", "2025-02-01", account_id="A", customer_id="C", product="wealth"),
            changed("5", "2025-01-02", account="B"),
            changed("5", "2025-01-03", account="B"),
        ],
    )
    found = {one.id: [row.event_id for row in one.listed] for one in book.findings(*YEAR)}
    assert found == {
        "account.customer": ["e-2"],
        "account.currency": ["e-3"],
        "account.closed": ["e-4"],
        "account.opened-twice": ["e-5"],
        "account.never-opened": ["e-6"],
        "fx.missing": ["e-3"],
    }
    assert list(found) == sorted(found)
    customer = next(one for one in book.findings(*YEAR) if one.id == "account.customer")
    assert customer.listed[0].message("account.customer", "en") == (
        "Account A belongs to customer C by its opening; the event says C-2."
    )
    assert "C-2" in customer.listed[0].message("account.customer", "zh")


def test_an_account_closed_empty_is_no_finding(tmp_path: Path) -> None:
    closed = event("account.closed", "2025-02-01", account_id="A", customer_id="C")
    events = [opened(), changed("5", "2025-01-02"), changed("-5", "2025-01-03"), closed]
    assert book_of(tmp_path, events).findings(*YEAR) == []


def test_many_findings_are_counted_in_full_and_listed_up_to_a_bound(tmp_path: Path) -> None:
    events = [changed("1", "2025-01-02", account=f"A-{nth}") for nth in range(findings.LISTED_MAX + 5)]
    (found,) = book_of(tmp_path, events).findings(*YEAR)
    assert (found.count, len(found.listed)) == (findings.LISTED_MAX + 5, findings.LISTED_MAX)
