from __future__ import annotations

from datetime import date
from pathlib import Path

from projections.asked import Asked, Key, Only, Sums
from tests.projections.logs import assigned, book_of, changed, event, opened
from tests.projections.test_limits import EXCHANGE, LARGEST

ACCOUNTS = 30


def rows(sums: list[Sums]) -> dict[tuple[object, ...], Sums]:
    return {one.words: one for one in sums}


def test_at_the_contracts_limits_figures_exceed_128_bits_and_stay_exact(tmp_path: Path) -> None:
    events = [event("fx.fixed", "2024-01-01", currency="USD", rate="9999.999999"), assigned("2024-01-01", M_1="1")]
    for nth in range(ACCOUNTS):
        events += [
            opened(f"A-{nth}", currency="USD"),
            *(changed(f"{LARGEST}", "2025-01-01", f"A-{nth}") for _ in range(30)),
        ]
    book = book_of(tmp_path, events)
    # a thousand years of it: 10^17 x 10^10 x 10^4 x 365,242 days x 900 postings
    days = (date(2025, 1, 1), date(3025, 1, 1))
    sums, lacks = book.business(Asked([Key.MANAGER], {"days": days}))
    whole = ACCOUNTS * 30 * LARGEST * 10**4 * EXCHANGE * 10**4 * (days[1] - days[0]).days
    assert whole > 2**127
    assert [(one.words, one.amounts, one.customers, one.accounts) for one in sums] == [
        (("M-1",), {"days": whole}, 1, ACCOUNTS)
    ]
    assert lacks == set()


def test_a_class_counts_for_the_days_on_which_it_holds(tmp_path: Path) -> None:
    classified = {"account_id": "A", "customer_id": "C", "class_": "doubtful"}
    events = [opened(), assigned("2024-01-01", M_1="1"), changed("1", "2024-12-15")]
    book = book_of(tmp_path, [*events, event("loan.classified", "2025-01-11", **classified)])
    ranges = {"january": (date(2025, 1, 1), date(2025, 2, 1)), "first": (date(2025, 1, 1), date(2025, 1, 2))}
    sums, _ = book.business(Asked([Key.CLASS], ranges, only=Only("loan")))
    assert {words: one.amounts for words, one in rows(sums).items()} == {
        ("normal",): {"january": 10 * 10**14, "first": 10**14},
        ("doubtful",): {"january": 21 * 10**14, "first": 0},
    }
    assert rows(sums)["doubtful",].accounts == 1
