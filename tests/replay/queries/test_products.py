from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from fractions import Fraction
from pathlib import Path
from random import Random
from typing import Any

import pytest

from replay.queries.products import By, products
from replay.settle import settle
from schemas.exact import print_exact
from schemas.period import Period
from schemas.problems import Problem
from schemas.reports import BusinessRow
from tests.banks import random_bank
from tests.oracle.book import Book, on_path
from tests.product import logged
from tests.projections.logs import assigned, changed, event, log_of, opened
from tests.replay.queries.asking import UNITS, question
from tests.replay.queries.whole import Piece, business
from tests.small import plan_of

FIGURES = ("opening", "closing", "product_days", "amount", "count", "quantity")
Figures = dict[tuple[str, str | None], dict[str, str]]
PERIODS = ("2025-01", "2024-12-30..2025-01-02")
SEEDS = range(2)


def told(rows: list[BusinessRow]) -> Figures:
    """The figures that are not 0, by kind and key."""
    found: Figures = {}
    for row in rows:
        figures = {name: value for name in FIGURES if isinstance(value := getattr(row, name), str) and value != "0"}
        if figures:
            assert (row.of, row.key) not in found
            found[row.of, row.key] = figures
    return found


def added_up(pieces: list[Piece], key: Callable[[Piece], list[str | None]]) -> Figures:
    sums: dict[tuple[str, str | None], dict[str, Fraction]] = defaultdict(lambda: defaultdict(Fraction))
    for piece in pieces:
        for node in key(piece):
            sums[piece.of, node][piece.figure] += piece.value
    return {
        at: figures
        for at, values in sums.items()
        if (figures := {name: print_exact(value) for name, value in values.items() if value})
    }


def and_all_above(path: str | None) -> list[str | None]:
    words = (path or "").split(".")
    return [".".join(words[: depth + 1]) or None for depth in range(len(words))]


KEYS: Mapping[By, Callable[[Piece], list[str | None]]] = {
    By.PRODUCT: lambda piece: and_all_above(piece.path),
    By.MANAGER: lambda piece: [piece.manager],
    By.CUSTOMER: lambda piece: [piece.customer],
    By.ACCOUNT: lambda piece: [piece.account],
}


def test_every_drill_down_is_what_an_oracle_adds_up_day_by_day(tmp_path: Path) -> None:
    for seed in SEEDS:
        bank = random_bank(Random(seed))
        log, book = logged(tmp_path / str(seed), bank), Book(bank)
        for name in PERIODS:
            period = Period.parse(name)
            pieces = list(business(book, period.start, period.end))
            asked = question(log, name, period.last.isoformat())
            for by, key in KEYS.items():
                assert told(products(asked, by=by).rows) == added_up(pieces, key), (seed, name, by)
            loans = [piece for piece in pieces if piece.path is not None and on_path(piece.path, "loan")]
            assert told(products(asked, "loan", By.MANAGER).rows) == added_up(loans, KEYS[By.MANAGER]), (seed, name)
            hers = [piece for piece in pieces if piece.manager == "M-1"]
            assert told(products(asked, by=By.CUSTOMER, manager="M-1").rows) == added_up(hers, KEYS[By.CUSTOMER])
            nobodys = [piece for piece in pieces if piece.manager is None]
            assert told(products(asked, by=By.ACCOUNT, manager="-").rows) == added_up(nobodys, KEYS[By.ACCOUNT])


def test_a_customer_and_an_account_are_what_an_oracle_adds_up_of_them_alone(tmp_path: Path) -> None:
    for seed in SEEDS:
        bank = random_bank(Random(seed))
        log, book = logged(tmp_path / str(seed), bank), Book(bank)
        period = Period.parse(PERIODS[0])
        pieces = list(business(book, period.start, period.end))
        asked = question(log, period.name, period.last.isoformat())
        for whose in ("customer", "account"):
            known = sorted({name for piece in pieces if (name := getattr(piece, whose)) is not None and piece.value})
            assert len(known) > 2
            for name in known:
                its = [piece for piece in pieces if getattr(piece, whose) == name]
                report = products(asked, by=By.MANAGER, **{whose: name})
                assert told(report.rows) == added_up(its, KEYS[By.MANAGER]), (seed, whose, name)
                assert told(report.total) == added_up(its, lambda _: [None]), (seed, whose, name)


def test_managers_and_nobody_are_the_total_and_what_settle_says(tmp_path: Path) -> None:
    measures = {
        "loans": {"of": "balance", "aggregate": "product-days", "where": {"product": "loan"}},
        "closing": {"of": "balance", "aggregate": "closing-balance", "where": {"product": "loan"}},
        "fees": {"of": "fee.earned", "aggregate": "sum"},
    }
    lines = [{"id": f"{name}_line", "kind": "item", "formula": name} for name in measures]
    plan = plan_of({"example": "lines", "measures": measures, "lines": lines}, tmp_path)
    for seed in SEEDS:
        log = logged(tmp_path / str(seed), random_bank(Random(seed)))
        statement = settle(log, plan, Period.parse("2025Q1")).statement
        settled: dict[str, dict[str | None, str]] = defaultdict(dict)
        for manager in statement.managers:
            for line in manager.lines:
                settled[line.id][manager.manager_id] = line.value
        for amount in statement.uncredited:
            settled[amount.id][None] = amount.value
        asked = question(log, through="2025-03-31")
        loans, fees = products(asked, "loan", By.MANAGER), products(asked, by=By.MANAGER)
        for line, rows, of, figure in (
            ("loans_line", loans, "balance", "product_days"),
            ("closing_line", loans, "balance", "closing"),
            ("fees_line", fees, "fee.earned", "amount"),
        ):
            shown = {
                key: figures[figure]
                for (kind, key), figures in told(rows.rows).items()
                if kind == of and figure in figures
            }
            assert shown == {key: value for key, value in settled[line].items() if value != "0"}, (seed, line)
            total = told(rows.total).get((of, None), {}).get(figure, "0")
            assert abs(sum(map(Fraction, shown.values())) - Fraction(total)) <= len(shown) * Fraction(1, 2 * 10**10)


def test_a_unit_holds_those_below_it_and_counts_a_shared_customer_once(tmp_path: Path) -> None:
    events = [*UNITS, opened(), assigned("2024-01-01", M_1="0.5", M_2="0.3"), changed("100", "2025-01-01")]
    rows = {row.key: row for row in products(question(log_of(tmp_path / "log", events)), by=By.UNIT).rows}
    assert {key: (row.closing, row.depth, row.customers) for key, row in rows.items()} == {
        "BANK": ("80", 0, 1),
        "EAST": ("50", 1, 1),
        None: ("20", 0, 1),
    }
    assert rows["EAST"].parent == "BANK"
    assert rows[None].uncredited


def test_a_new_product_needs_no_entry_anywhere(tmp_path: Path) -> None:
    events = [
        opened(product="loan.green.solar"),
        assigned("2024-01-01", M_1="1"),
        changed("100", "2025-01-01"),
        event("product.sold", "2025-01-01", customer_id="C", product="carbon-account", quantity="2"),
    ]
    report = products(question(log_of(tmp_path / "log", events)))
    assert [(row.key, row.depth) for row in report.rows] == [
        ("loan", 0),
        ("loan.green", 1),
        ("loan.green.solar", 2),
        ("carbon-account", 0),
    ]
    below = products(question(log_of(tmp_path / "below", events)), "loan.green")
    assert [(row.key, row.depth, row.closing) for row in below.rows] == [
        ("loan.green", 0, "100"),
        ("loan.green.solar", 1, "100"),
    ]


def test_events_add_up_to_the_account_that_they_are_of(tmp_path: Path) -> None:
    events = [
        opened(),
        assigned("2024-01-01", M_1="1"),
        assigned("2025-01-11", M_2="1"),
        changed("100", "2024-12-20"),
        changed("-30", "2025-01-21"),
    ]
    log = log_of(tmp_path / "log", events)
    report = products(question(log, "2025-01", "2025-01-31"), by=By.EVENT, manager="M-2")
    assert [(row.key, row.on, row.closing, row.product_days) for row in report.rows] == [
        ("e-4", "2024-12-20", "100", "2100"),
        ("e-5", "2025-01-21", "-30", "-330"),
    ]
    assert (report.total[0].closing, report.total[0].product_days) == ("70", "1770")


def test_a_period_still_running_is_asked_through_the_last_transaction(tmp_path: Path) -> None:
    log = log_of(tmp_path / "log", [opened(), assigned("2024-01-01", M_1="1"), changed("100", "2025-01-10")])
    report = products(question(log))
    assert report.through == "2025-01-10"
    assert report.total[0].average == "10"


def test_an_amount_without_exchange_rate_is_left_out_and_named(tmp_path: Path) -> None:
    log = log_of(tmp_path / "log", [opened(currency="USD"), changed("100", "2025-01-10")])
    report = products(question(log))
    assert report.missing == ["fx:USD"]
    assert report.rows == []


@pytest.mark.parametrize(
    ("narrowed", "text"),
    [
        ({"unit": "EASY"}, "There is no unit 'EASY': none was opened so, and nobody appointed to it."),
        ({"manager": "M-3"}, "The log speaks of no 'M-3'. Did you mean"),
        ({"customer": "C-9"}, "--customer: The log speaks of no 'C-9'."),
        ({"account": "A-9"}, "--account: The log speaks of no 'A-9'."),
        ({"path": "loan."}, "'loan.' is no path of the catalogue."),
        ({"by": By.EVENT}, "All events of a bank are too many to show."),
    ],
)
def test_what_nobody_knows_is_refused(tmp_path: Path, narrowed: dict[str, Any], text: str) -> None:
    log = log_of(tmp_path / "log", [*UNITS, changed("100", "2025-01-10")])
    with pytest.raises(Problem) as refused:
        products(question(log), **narrowed)
    assert text in str(refused.value)


def test_a_day_outside_of_the_period_is_refused(tmp_path: Path) -> None:
    log = log_of(tmp_path / "log", UNITS)
    with pytest.raises(Problem, match="The day 2025-04-01 lies outside 2025Q1"):
        question(log, through="2025-04-01")
