"""The formula language: what it reads, and what it says of what it cannot read."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.plan import formula
from engine.plan.column import Column, Value
from engine.plan.formula import FormulaError, names, parse
from tests.engine.plan.reading import column_of, number


def test_products_bind_tighter_than_sums_and_equals_bind_from_the_left() -> None:
    assert number("2 + 3 * 4") == 14
    assert number("20 - 5 - 4") == 11
    assert number("100 / 10 / 5") == 2
    assert number("-2 * 3") == -6
    assert number("2 - -3") == 5
    assert number("(2 + 3) * 4") == 20


def test_a_division_that_does_not_end_stays_exact() -> None:
    assert number("1 / 3 + 1 / 3 + 1 / 3") == 1


def test_comparisons_give_one_or_zero_and_bind_below_sums() -> None:
    assert number("1 + 1 >= 2") == 1
    assert number("3 < 2") == 0
    assert number("2 = 2 and 3 != 3 or 1 > 0") == 1
    assert number("if(2 > 1, 10, 20)") == 10


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "a figure is expected at character 1, not 'the end'"),
        ("1 +", "a figure is expected at character 4, not 'the end'"),
        ("(1 + 2", "')' is expected at character 7, not 'the end'"),
        ("1 2", "'2' at character 3 is not expected there"),
        ("a.b", "'.' at character 2 has no meaning in a formula"),
        ("1 = 1 and not a", "'not' at character 11 is no word here; write 'a = 0' for 'not a'"),
        ("a == 1", "'==' at character 3 is written '='"),
        ("__import__", "'_' at character 1 has no meaning in a formula"),
        (
            "open(x)",
            "'open' at character 1 is no function; "
            "there are ceiling, curve, first, floor, grid, has, if, marginal, max, min, round, steps, when, whole, "
            "words",
        ),
        ("if(1, 2)", "the number of arguments of 'if' is 3, not 2"),
        ("max(1)", "the number of arguments of 'max' is 2 to 8, not 1"),
        ("1 < 2 < 3", "two comparisons in a row at character 7; join them by 'and'"),
        ("steps(1, 2)", "'steps' takes the name of a table first"),
        ("round(1, x)", "'round' takes the number of digits, 0 to 6, second"),
        ("1e5", "'e5' at character 2 is not expected there"),
        ("x" * 3000, "the formula is longer than 2000 characters; split it into lines"),
        ("+".join("a" * 300), "the formula has more than 400 numbers, names and signs; split it into lines"),
        ("(" * 90 + "1" + ")" * 90, "the formula nests deeper than 50; split it into lines"),
        ("1*(" * 60 + "1" + ")" * 60, "the formula nests deeper than 50; split it into lines"),
    ],
)
def test_a_formula_that_cannot_be_read_says_where_and_why(text: str, complaint: str) -> None:
    with pytest.raises(FormulaError) as caught:
        parse(text)
    assert str(caught.value) == complaint


@given(st.text(max_size=200))
def test_any_text_is_a_formula_or_refused_with_a_reason(text: str) -> None:
    refused = ""
    try:
        node = parse(text)
    except FormulaError as error:
        refused = str(error)
    assert refused or list(names(node)) or number_like(text)


def number_like(text: str) -> bool:
    return any(sign.isdigit() for sign in text)


_signs = st.sampled_from(["+", "-", "*"])
_sums = st.recursive(
    st.integers(0, 999).map(str),
    lambda inner: st.one_of(
        st.tuples(inner, _signs, inner).map(lambda parts: f"({parts[0]} {parts[1]} {parts[2]})"),
        st.tuples(inner, _signs, inner).map(" ".join),
    ),
    max_leaves=12,
)


@given(_sums)
def test_arithmetic_agrees_with_python(text: str) -> None:
    assert number(text) == eval(text)


def test_names_are_told_in_reading_order_and_tables_apart() -> None:
    node = parse("max(0, loan_spread - steps(awards, base)) * share")
    assert list(names(node)) == [("loan_spread", False), ("awards", True), ("base", False), ("share", False)]


def test_a_missing_figure_leaves_what_is_made_of_it_without_value() -> None:
    column: Value = Column([5, None, 0])
    assert _cells("x + 1", x=column) == [6, None, 1]
    assert _cells("10 / x", x=column) == [2, None, None]
    assert _cells("first(x, 7)", x=column) == [5, 7, 0]
    assert _cells("has(x)", x=column) == [1, 0, 1]
    assert _cells("if(x > 1, x, 1)", x=column) == [5, None, 1]
    assert _cells("if(has(x), 1, x)", x=column) == [1, None, 1]
    assert _cells("when(x > 1, x * 2)", x=column) == [10, None, None]
    assert _cells("when(0, x)", x=column) == [None, None, None]


def _cells(text: str, **columns: Value) -> list[Fraction | str | None]:
    value = column_of(text, columns)
    return [value.value(row) for row in range(len(value.cells))]


def test_every_function_is_evaluated() -> None:
    one = {
        "min": "min(1, 2)",
        "max": "max(1, 2)",
        "if": "if(1, 2, 3)",
        "first": "first(1, 2)",
        "has": "has(1)",
        "when": "when(1, 2)",
        "round": "round(1.5)",
        "floor": "floor(1.9)",
        "ceiling": "ceiling(1.1)",
    }
    for name in set(formula.FUNCTIONS) - formula.TABLE_FUNCTIONS:
        assert number(one[name]) in {1, 2}
