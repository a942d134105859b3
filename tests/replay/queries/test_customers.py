"""Gaps, concentration and classes, each with an example worked by hand and a law over random banks."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from fractions import Fraction
from pathlib import Path
from random import Random

from replay.queries.classes import classes
from replay.queries.concentration import concentration
from replay.queries.gaps import gaps
from schemas.exact import print_exact
from schemas.period import Period
from tests.banks import random_bank
from tests.oracle.book import Book, on_path
from tests.product import logged
from tests.projections.logs import Json, assigned, changed, event, opened
from tests.replay.queries.asking import asked, question
from tests.replay.queries.whole import business, class_on

JANUARY = Period.parse("2025-01")


def saver(nth: int, amount: int, segment: str | None = None, product: str = "deposit.savings.demand") -> list[Json]:
    """A customer with a balance from before the year on."""
    events = [opened(f"A-{nth}", f"C-{nth}", product), changed(str(amount), "2024-12-15", f"A-{nth}", f"C-{nth}")]
    if segment is not None:
        events.append(event("customer.joined", "2024-12-01", customer_id=f"C-{nth}", segment=segment))
    return events


def test_a_customer_lacks_what_is_common_in_the_segment(tmp_path: Path) -> None:
    fee = event("fee.earned", "2025-01-31", customer_id="C-1", service="agency", amount="1")
    card = [opened("K", "C-2", "card.credit"), changed("5", "2025-01-02", "K", "C-2")]
    events = [*saver(1, 100), *saver(2, 300), *saver(3, 200), *saver(4, 10, "corporate"), fee, *card]
    report = gaps(asked(tmp_path, [*events, assigned("2024-01-01", "C-2", M_1="1")], "2025-01"), Fraction(1, 3))
    assert [(one.segment, one.line, one.customers, one.of) for one in report.lines] == [
        ("corporate", "deposit", 1, 1),
        (None, "deposit", 3, 3),
        (None, "agency", 1, 3),
        (None, "card", 1, 3),
    ]
    assert [(row.customer_id, row.managers, row.lines, row.lacking) for row in report.rows] == [
        ("C-2", ["M-1"], ["card", "deposit"], ["agency"]),
        ("C-3", [], ["deposit"], ["agency", "card"]),
        ("C-1", [], ["agency", "deposit"], ["card"]),
    ]
    assert report.rows[1].average == "200"


def test_gaps_are_told_to_who_serves_the_customer_and_of_whom_nobody_serves(tmp_path: Path) -> None:
    loan = [opened("L", "C-3", "loan.consumer"), changed("5", "2025-01-31", "L", "C-3")]
    of = asked(tmp_path, [*saver(1, 100), *saver(2, 300), *loan, assigned("2024-01-01", "C-1", M_1="1")], "2025-01")
    assert [row.customer_id for row in gaps(of, manager="M-1").rows] == ["C-1"]
    assert [row.customer_id for row in gaps(of, unit="BANK").rows] == ["C-1"]
    assert [row.customer_id for row in gaps(of, manager="-").rows] == ["C-2", "C-3"]


def test_the_largest_customers_part_of_a_managers_balances_is_warned_of_from_the_line_on(tmp_path: Path) -> None:
    events = [one for nth in range(1, 13) for one in saver(nth, 1000 if nth <= 10 else 1250)]
    events += [assigned("2024-01-01", f"C-{nth}", M_1="1") for nth in range(1, 13)]
    events += [*saver(13, 50), assigned("2024-01-01", "C-13", M_2="0.5")]
    of = asked(tmp_path, events, "2025-01", "2025-01-31")
    report = concentration(of)
    # 12 customers, 12,500: the largest ten hold 2 x 1,250 + 8 x 1,000
    hers = next(row for row in report.rows if row.id == "M-1")
    assert (hers.customers, hers.average, hers.top_10, hers.top_20, hers.warning) == (12, "12500", "0.84", "1", True)
    assert not next(row for row in concentration(of, warning_line=Fraction(85, 100)).rows if row.id == "M-1").warning
    assert {row.id: (row.of, row.customers, row.average) for row in report.rows if row.of != "manager"} == {
        None: ("bank", 13, "12550"),
        "BANK": ("unit", 13, "12525"),
        "EAST": ("unit", 12, "12500"),
    }


def test_the_wealthiest_tenth_of_retail_customers_holds_a_part_of_all_their_assets(tmp_path: Path) -> None:
    events = [one for nth in range(1, 12) for one in saver(nth, 100)]
    events += [*saver(12, 900, "retail"), *saver(13, 9000, "corporate"), *saver(14, 7, None, "loan.consumer")]
    events += [opened("L", "C-1", "loan.consumer"), changed("5000", "2024-12-15", "L", "C-1")]
    retail = concentration(asked(tmp_path, events, "2025-01", "2025-01-31")).retail
    # twelve savers, of whom two are a tenth begun: 900 + 100 of 2,000
    assert (retail.customers, retail.tenth, retail.assets, retail.share) == (12, 2, "2000", "0.5")


def classified(on: str, class_: str, account: str = "A") -> Json:
    return event("loan.classified", on, account_id=account, customer_id="C", class_=class_)


def test_loans_migrate_from_their_class_before_the_period_to_that_of_its_last_day(tmp_path: Path) -> None:
    events = [assigned("2024-01-01", M_1="0.6", M_2="0.4")]
    for account, amount, since in (("A", "100", "2024-12-15"), ("B", "50", "2024-12-15"), ("D", "10", "2025-01-20")):
        events += [opened(account), changed(amount, since, account)]
    events += [classified("2024-12-20", "special-mention", "B"), classified("2025-01-15", "doubtful")]
    report = classes(asked(tmp_path, events, "2025-01"))
    assert report.total.migration == {
        "normal": {"doubtful": "100"},
        "special-mention": {"special-mention": "50"},
        "new": {"normal": "10"},
    }
    hers = report.rows[0]
    assert (hers.manager_id, hers.total, hers.bad) == ("M-1", "96", "0.625")
    assert hers.balances == {"normal": "6", "special-mention": "30", "doubtful": "60"}
    assert report.total.parts["doubtful"] == "0.625"


def test_classes_of_managers_are_what_an_oracle_adds_up_and_their_migration_adds_up_to_them(tmp_path: Path) -> None:
    found = 0
    for seed in range(4):
        bank = random_bank(Random(seed))
        log, book = logged(tmp_path / str(seed), bank), Book(bank)
        expected: dict[str | None, dict[str, Fraction]] = defaultdict(lambda: defaultdict(Fraction))
        last = JANUARY.end - timedelta(days=1)
        for piece in business(book, last, JANUARY.end):
            if piece.figure == "closing" and piece.account and piece.path and on_path(piece.path, "loan"):
                expected[piece.manager][class_on(book, piece.account, last)] += piece.value
        report = classes(question(log, "2025-01", "2025-01-31"))
        shown = {row.manager_id: row.balances for row in report.rows}
        assert shown == {
            manager: told
            for manager, sums in expected.items()
            if (told := {class_: print_exact(value) for class_, value in sums.items() if value})
        }
        for row in [*report.rows, report.total]:
            for class_, balance in row.balances.items():
                moved = [Fraction(into[class_]) for into in row.migration.values() if class_ in into]
                assert abs(sum(moved) - Fraction(balance)) < Fraction(1, 10**8)
        found += len(shown)
    assert found
