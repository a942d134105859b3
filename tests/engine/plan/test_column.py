"""Columns compute as fractions do, whatever denominators meet."""

from collections.abc import Callable
from fractions import Fraction
from math import ceil, floor
from operator import floordiv

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.plan import column
from engine.plan.column import Column, Value

_cells = st.one_of(st.none(), st.integers(-(10**20), 10**20), st.fractions())
_columns = st.builds(
    Column, st.lists(_cells, min_size=4, max_size=4), st.sampled_from([1, 2, 3, 100, 10**14, 10**20, 365 * 10**18])
)
_values = st.one_of(_columns, st.fractions())

OPERATIONS: list[tuple[Callable[[Value, Value], Value], Callable[[Fraction, Fraction], Fraction | None]]] = [
    (column.add, lambda a, b: a + b),
    (column.subtract, lambda a, b: a - b),
    (column.multiply, lambda a, b: a * b),
    (column.smaller, min),
    (column.larger, max),
    (lambda a, b: column.compare("<=", a, b), lambda a, b: Fraction(a <= b)),
    (lambda a, b: column.compare("=", a, b), lambda a, b: Fraction(a == b)),
]


def _row(value: Value, row: int) -> Fraction | None:
    cell = value.value(row) if isinstance(value, Column) else value
    assert not isinstance(cell, str)
    return cell


@pytest.mark.parametrize(("operation", "meaning"), OPERATIONS)
@given(left=_values, right=_values)
def test_an_operation_on_columns_is_the_operation_on_each_row(
    operation: Callable[[Value, Value], Value],
    meaning: Callable[[Fraction, Fraction], Fraction | None],
    left: Value,
    right: Value,
) -> None:
    result = operation(left, right)
    for row in range(4):
        one, other = _row(left, row), _row(right, row)
        assert _row(result, row) == (None if one is None or other is None else meaning(one, other))


@given(left=_values, right=_columns)
def test_division_by_zero_gives_no_value_and_all_other_division_is_exact(left: Value, right: Column) -> None:
    result = column.divide(left, right)
    for row in range(4):
        one, other = _row(left, row), _row(right, row)
        assert _row(result, row) == (None if one is None or not other else one / other)


def test_division_by_a_parameter_that_is_zero_gives_no_value_either() -> None:
    assert column.divide(Column([1, 2]), Fraction(0)) == Column([None, None])


@given(value=_columns, digits=st.integers(0, 4))
def test_rounding_keeps_within_half_a_unit_and_takes_ties_away_from_zero(value: Column, digits: int) -> None:
    rounded = value.rounded(digits)
    for row in range(4):
        exact, after = _row(value, row), _row(rounded, row)
        if exact is None or after is None:
            assert exact is after
        else:
            assert abs(after - exact) * 2 * 10**digits <= 1
            if abs(after - exact) * 2 * 10**digits == 1:
                assert abs(after) > abs(exact)


def test_words_are_chosen_like_figures() -> None:
    words = Column(["trainee", "assistant", None])
    assert column.first(words, Column(["x", "y", "z"])) == Column(["trainee", "assistant", "z"])


@given(st.lists(st.integers(-(10**6), 10**6), min_size=1), st.integers(1, 10**4), st.integers(0, 3))
def test_floor_and_ceiling_are_those_of_the_figure_itself(cells: list[int], denominator: int, digits: int) -> None:
    one = 10**digits
    for division, whole in ((floordiv, floor), (column.ceiling_division, ceil)):
        rounded = column.rounded(Column([*cells, None], denominator), digits, division)
        assert isinstance(rounded, Column)
        expected = [Fraction(whole(Fraction(cell, denominator) * one), one) for cell in cells]
        assert [rounded.value(row) for row in range(len(cells) + 1)] == [*expected, None]
