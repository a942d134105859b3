"""Columns: one exact figure a manager, computed for all managers at once.

A column is a list of numerators over one common denominator, so that adding and multiplying ten thousand managers'
figures is integer arithmetic. Only dividing by a column breaks the common denominator; its cells are then
fractions. A cell without a value is None, and what is computed from it has none either. A figure that is the same
for everybody (a parameter) is a plain ``Fraction``.
"""

from __future__ import annotations

import operator
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from typing import Any

from schemas.exact import round_half_away, round_ratios

Cell = int | Fraction | str | None


@dataclass(frozen=True, slots=True)
class Column:
    """``cells`` over ``denominator``; words (grades) are cells over 1."""

    cells: Sequence[Any]
    denominator: int = 1

    def value(self, row: int) -> Fraction | str | None:
        """The figure of a row."""
        cell = self.cells[row]
        return cell if cell is None or isinstance(cell, str) else Fraction(cell, self.denominator)

    def rounded(self, digits: int) -> Column:
        """Every figure rounded to ``digits`` after the point, a half away from zero."""
        one = self.denominator
        if _kinds(self.cells) == {int}:
            return Column(round_ratios(self.cells, digits, one), 10**digits)
        cells = [None if cell is None else round_half_away(cell, digits, one) for cell in self.cells]
        return Column(cells, 10**digits)


Value = Column | Fraction

COMMON_BITS = 256
"""A common denominator longer than this costs more than fractions do."""


def column_of(values: Sequence[Fraction | None]) -> Column:
    """The values over their least common denominator, or as fractions where that would be very long."""
    common = 1
    for denominator in {value.denominator for value in values if value is not None}:
        common = lcm(common, denominator)
        if common.bit_length() > COMMON_BITS:
            return Column(values)
    return Column(
        [None if value is None else value.numerator * (common // value.denominator) for value in values], common
    )


def broadcast(value: Value, rows: int) -> Column:
    """``value`` as a column of ``rows``."""
    if isinstance(value, Column):
        return value
    return Column([value.numerator] * rows, value.denominator)


def negative(value: Value) -> Value:
    """Minus ``value``."""
    if isinstance(value, Column):
        return Column([None if cell is None else -cell for cell in value.cells], value.denominator)
    return -value


def add(left: Value, right: Value) -> Value:
    """The sum."""
    return _together(operator.add, left, right)


def subtract(left: Value, right: Value) -> Value:
    """The difference."""
    return _together(operator.sub, left, right)


def smaller(left: Value, right: Value) -> Value:
    """The smaller of each pair."""
    return _together(min, left, right)


def larger(left: Value, right: Value) -> Value:
    """The larger of each pair."""
    return _together(max, left, right)


def multiply(left: Value, right: Value) -> Value:
    """The product."""
    if isinstance(left, Fraction):
        left, right = right, left
    if isinstance(left, Fraction):
        return left * right if isinstance(right, Fraction) else multiply(right, left)
    if isinstance(right, Fraction):
        factor = right.numerator
        if factor == 1:
            return Column(left.cells, left.denominator * right.denominator)
        cells = [None if cell is None else cell * factor for cell in left.cells]
        return Column(cells, left.denominator * right.denominator)
    return Column(_pairs(operator.mul, left.cells, right.cells), left.denominator * right.denominator)


def divide(left: Value, right: Value) -> Value:
    """The quotient; where the divisor is zero there is no value.

    Raises:
        ZeroDivisionError: of two numbers the divisor is zero: how many have no value then, they do not say.
    """
    if isinstance(right, Fraction):
        if right == 0 and isinstance(left, Column):
            return Column([None] * len(left.cells))
        return multiply(left, 1 / right)
    dividend = broadcast(left, len(right.cells))
    upper, lower = right.denominator, dividend.denominator
    cells = [
        None if cell is None or divisor is None or divisor == 0 else Fraction(cell * upper, divisor * lower)
        for cell, divisor in zip(dividend.cells, right.cells, strict=True)
    ]
    return Column(cells)


_COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "=": operator.eq,
    "!=": operator.ne,
}


def compare(sign: str, left: Value, right: Value) -> Value:
    """1 where the comparison holds, 0 where it does not."""
    compared = _together(_COMPARISONS[sign], left, right)
    if isinstance(compared, Column):
        return Column([None if cell is None else int(cell) for cell in compared.cells])
    return Fraction(int(compared))


def choose(condition: Value, then: Value, otherwise: Value) -> Value:
    """``then`` where the condition is not 0, else ``otherwise``; the one not chosen need not have a value."""
    if isinstance(condition, Fraction):
        return then if condition != 0 else otherwise
    rows = len(condition.cells)
    first, second, denominator = _aligned(broadcast(then, rows), otherwise)
    cells = [
        None if test is None else one if test != 0 else other
        for test, one, other in zip(condition.cells, first, second, strict=True)
    ]
    return Column(cells, denominator)


def first(left: Value, right: Value) -> Value:
    """``left`` where it has a value, else ``right``."""
    if isinstance(left, Fraction):
        return left
    one, other, denominator = _aligned(left, right)
    return Column([b if a is None else a for a, b in zip(one, other, strict=True)], denominator)


def when(condition: Value, value: Value) -> Value:
    """``value`` where the condition is not 0, else no value."""
    rows = max(len(one.cells) for one in (condition, value, Column([None])) if isinstance(one, Column))
    return choose(condition, value, Column([None] * rows))


def has(value: Value) -> Value:
    """1 where there is a value, else 0."""
    if isinstance(value, Fraction):
        return Fraction(1)
    return Column([int(cell is not None) for cell in value.cells])


def rounded(value: Value, digits: int, division: Callable[[int, int], int] | None = None) -> Value:
    """To ``digits`` after the point: a half away from zero, or as a whole-number ``division`` leaves it."""
    one = 10**digits

    def to_digits(cell: int | Fraction, denominator: int) -> int:
        if division is None:
            return round_half_away(cell, digits, denominator)
        return division(cell.numerator * one, cell.denominator * denominator)

    if isinstance(value, Fraction):
        return Fraction(to_digits(value, 1), one)
    return Column([None if cell is None else to_digits(cell, value.denominator) for cell in value.cells], one)


def ceiling_division(dividend: int, divisor: int) -> int:
    """The smallest whole number that is no less than the quotient."""
    return -(-dividend // divisor)


def place(value: Value, bounds: Sequence[Fraction], *, upper: bool) -> list[int | None]:
    """For each figure the number of ``bounds`` at or below it; a figure on a bound counts it only where ``upper``."""
    column = broadcast(value, 1)
    scaled = [_number(bound * column.denominator) for bound in bounds]
    find = bisect_right if upper else bisect_left
    return [None if cell is None else find(scaled, cell) for cell in column.cells]


def _number(value: Fraction) -> int | Fraction:
    """``value`` as a whole number where it is one: whole numbers compare several times faster with each other."""
    return value.numerator if value.denominator == 1 else value


def _together(function: Callable[[Any, Any], Any], left: Value, right: Value) -> Value:
    if isinstance(left, Fraction) and isinstance(right, Fraction):
        return Fraction(function(left, right))
    one, other, denominator = _aligned(left, right)
    return Column(_pairs(function, one, other), denominator)


def _pairs(function: Callable[[Any, Any], Any], left: Sequence[Any], right: Sequence[Any]) -> list[Any]:
    # Most columns have a value in every cell; where one has none, all functions but the equalities refuse it.
    may_try = function not in EQUALITIES or NOTHING not in _kinds(left) | _kinds(right)
    if may_try and len(left) == len(right):
        with suppress(TypeError):
            return list(map(function, left, right))
    return [None if a is None or b is None else function(a, b) for a, b in zip(left, right, strict=True)]


NOTHING = type(None)
EQUALITIES = (operator.eq, operator.ne)


def _kinds(cells: Sequence[Any]) -> set[type]:
    return set(map(type, cells))


def _aligned(left: Value, right: Value) -> tuple[Sequence[Any], Sequence[Any], int]:
    """The cells of both over one denominator, as many of a figure that is the same for everybody as of the other."""
    rows = len(left.cells) if isinstance(left, Column) else len(right.cells) if isinstance(right, Column) else 1
    common = lcm(left.denominator, right.denominator)
    return _scaled(left, common, rows), _scaled(right, common, rows), common


def _scaled(value: Value, common: int, rows: int) -> Sequence[Any]:
    factor = common // value.denominator
    if isinstance(value, Fraction):
        return [value.numerator * factor] * rows
    if factor == 1:
        return value.cells
    if _kinds(value.cells) <= {int, Fraction}:
        return [cell * factor for cell in value.cells]
    return [cell if cell is None or isinstance(cell, str) else cell * factor for cell in value.cells]
