"""Rate tables: where a bound belongs, and what marginal and whole-amount mean (worked examples from public sources)."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from engine.plan.tables import RowRead, rows_read
from schemas.plan import Plan
from schemas.tables import TableKind
from tests.engine.plan.reading import LINE, column_of, number, plan


def with_table(rows: str, kind: str = "marginal", boundary: str = "upper") -> Plan:
    return plan(
        f"tables:\n  rates:\n    label: {{en: Rates, zh: 比例}}\n    kind: {kind}\n    boundary: {boundary}\n"
        f"    rows: [{rows}]\nlines:\n{LINE}\n"
    )


ORACLE = "{from: 0, value: 0.01}, {from: 1000, value: 0.02}, {from: 3000, value: 0.03}, {from: 8000, value: 0.05}"


def test_a_marginal_table_pays_each_rate_on_its_own_part() -> None:
    table = with_table(ORACLE)
    earned = [number(f"marginal(rates, {sale})", table) for sale in (200, 300, 1500, 1200, 2000, 4500)]
    assert earned == [2, 3, 20, 14, 30, 95]
    assert number("marginal(rates, 9700)", table) == 285


def test_a_whole_amount_table_pays_the_rate_reached_on_everything() -> None:
    table = with_table("{from: 0, value: 0.10}, {from: 50, value: 0.15}, {from: 100, value: 0.20}", "whole")
    assert [number(f"whole(rates, {sale})", table) for sale in (25, 75, 200)] == [Fraction(5, 2), Fraction(45, 4), 40]


def test_a_bound_belongs_to_the_row_that_starts_there_unless_the_table_says_lower() -> None:
    rows = "{value: 0}, {from: 3000000, value: 20000}, {from: 5000000, value: 25000}"
    upper, lower = with_table(rows, "steps"), with_table(rows, "steps", "lower")
    assert number("steps(rates, 3000000)", upper) == 20000
    assert number("steps(rates, 2999999.99)", upper) == 0
    assert number("steps(rates, 3000000)", lower) == 0
    assert number("steps(rates, 3000000.01)", lower) == 20000


def test_below_the_first_bound_a_table_gives_nothing() -> None:
    table = with_table("{from: 10, value: 1}", "steps")
    assert column_of("steps(rates, 9)", {}, table).cells == [None]


def test_a_table_without_rows_gives_nothing_until_the_adopter_sets_it() -> None:
    assert column_of("steps(rates, 9)", {}, with_table("", "steps")).cells == [None]


@given(st.lists(st.integers(0, 10**7), min_size=1, max_size=6))
def test_a_marginal_table_earns_the_same_however_the_sales_were_cut(sales: list[int]) -> None:
    table = with_table(ORACLE)
    total, running = Fraction(0), 0
    for sale in sales:
        total += number(f"marginal(rates, {running + sale})", table) - number(f"marginal(rates, {running})", table)
        running += sale
    assert total == number(f"marginal(rates, {sum(sales)})", table)


RATES = [(RowRead(0, Fraction(1000), Fraction(10))), RowRead(1, Fraction(500), Fraction(10))]


def test_the_rows_read_of_a_rate_say_what_each_part_gave() -> None:
    table = with_table(ORACLE).tables["rates"]
    assert rows_read(table, TableKind.MARGINAL, Fraction(1500)) == RATES
    assert rows_read(table, TableKind.WHOLE, Fraction(1500)) == [RowRead(1, Fraction(1500), Fraction(30))]
    assert rows_read(table, TableKind.STEPS, Fraction(1500)) == [RowRead(1)]
    assert rows_read(table, TableKind.STEPS, Fraction(-1)) == []


def test_a_curve_is_read_between_two_points_and_at_its_end_in_one() -> None:
    table = with_table("{from: 0, value: 0}, {from: 1, value: 100}, {from: 2, value: 120}", "curve").tables["rates"]
    assert [rows_read(table, TableKind.CURVE, Fraction(at)) for at in (-1, "0.5", 2)] == [
        [RowRead(0)],
        [RowRead(0), RowRead(1)],
        [RowRead(2)],
    ]


def test_a_word_is_read_in_the_row_that_it_stands_in() -> None:
    words = with_table("{is: a, value: 1}, {is: b, value: 2}", "words").tables["rates"]
    assert [rows_read(words, TableKind.WORDS, word) for word in ("b", "c")] == [[RowRead(1)], []]
