"""Reading tables: rate tables, score curves, figures beside words, grids.

The two ways of paying by a rate table (the field's terms): **marginal**, each rate on the part of the amount inside its
row, and **whole-amount**, the rate of the row reached on all of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from math import lcm

from engine.plan.column import Column, Value, add, broadcast, column_of, larger, multiply, place, smaller, subtract
from schemas.tables import Table, TableKind

BANDS = frozenset({TableKind.STEPS, TableKind.MARGINAL, TableKind.WHOLE})
"""Kinds that are one kind of table, and three ways of reading it: a formula may read any of them in each way."""


@dataclass(frozen=True, slots=True)
class RowRead:
    """The index of a row that a figure was looked up in; of a rate, the ``part`` of it there, and what that gives."""

    index: int
    part: Fraction | None = None
    gives: Fraction | None = None


def rows_read(table: Table, way: TableKind, argument: Fraction | str) -> list[RowRead]:
    """The rows that ``argument`` alone is looked up in: those that gave what ``read_table`` gives for it.

    A curve is read between two points, so it has two rows; a marginal table one for each part of the argument.
    """
    one = Column([argument])
    match way:
        case TableKind.MARGINAL:
            parts = (
                (index, rate, broadcast(part, 1).value(0)) for index, (rate, part) in enumerate(_parts(table, one))
            )
            return [RowRead(at, part, part * rate) for at, rate, part in parts if isinstance(part, Fraction) and part]
        case TableKind.CURVE:
            passed = place(one, _bounds(table), upper=True)[0] or 0
            return [RowRead(index) for index in (passed - 1, passed) if 0 <= index < len(table.rows)]
        case TableKind.WORDS:
            return [RowRead(index) for index, row in enumerate(table.rows) if row.word == argument]
        case TableKind.GRID:
            return [RowRead(index) for index in _grid_rows(table, one) if index is not None]
    read = [index for index in _picked(table, one) if index is not None]
    if way is TableKind.WHOLE and isinstance(argument, Fraction):
        return [RowRead(index, argument, argument * Fraction(table.rows[index].value or 0)) for index in read]
    return [RowRead(index) for index in read]


def read_table(table: Table, way: TableKind, *arguments: Value) -> Value:
    """What ``table``, read that ``way``, gives for every figure of its argument (a grid has two: row and column).

    Nothing where no row holds it, or where the table has no rows.
    """
    argument = arguments[0]
    if not table.rows:
        rows = [len(one.cells) for one in arguments if isinstance(one, Column)]
        return Column([None] * max(rows, default=1))
    match way:
        case TableKind.WORDS:
            return _beside(table, argument)
        case TableKind.GRID:
            return _grid(table, argument, arguments[1])
        case TableKind.MARGINAL:
            return _marginal(table, argument)
        case TableKind.CURVE:
            return _curve(table, argument)
        case TableKind.WHOLE:
            return multiply(argument, _row_values(table, argument))
        case TableKind.STEPS:
            return _row_values(table, argument)


def _bounds(table: Table) -> list[Fraction]:
    return [Fraction(row.above) for row in table.rows if row.above is not None]


def _row_index(table: Table, passed: int) -> int:
    return passed if table.rows[0].above is None else passed - 1


def _picked(table: Table, argument: Value) -> list[int | None]:
    """For each figure the index of the row that holds it."""
    passed = place(argument, _bounds(table), upper=table.boundary == "upper")
    picked = [None if count is None else _row_index(table, count) for count in passed]
    return [None if index is None or index < 0 else index for index in picked]


def _row_values(table: Table, argument: Value) -> Value:
    contents = [row.name if row.value is None else Fraction(row.value) for row in table.rows]
    denominator = lcm(*(content.denominator for content in contents if isinstance(content, Fraction)))
    cells = [
        content if isinstance(content, str) or content is None else int(content * denominator) for content in contents
    ]
    return Column([None if index is None else cells[index] for index in _picked(table, argument)], denominator)


def _marginal(table: Table, argument: Value) -> Value:
    # Only the parts above each bound matter, so a bound belongs to either row with the same result.
    total: Value = Fraction(0)
    for rate, part in _parts(table, argument):
        total = add(total, multiply(part, rate))
    return total


def _parts(table: Table, argument: Value) -> Iterator[tuple[Fraction, Value]]:
    """Each row's rate with the part of the argument inside the row."""
    rows = table.rows
    for index, row in enumerate(rows):
        start = Fraction(row.above) if row.above is not None else Fraction(0)
        upto = rows[index + 1].above if index + 1 < len(rows) else None
        reached = argument if upto is None else smaller(argument, Fraction(upto))
        yield Fraction(row.value or 0), larger(subtract(reached, start), Fraction(0))


def _curve(table: Table, argument: Value) -> Value:
    """The first value, and each straight piece's slope on the part of the argument inside it."""
    points = [(Fraction(row.above or 0), Fraction(row.value or 0)) for row in table.rows]
    total: Value = add(multiply(argument, Fraction(0)), points[0][1])
    for (start, low), (end, high) in pairwise(points):
        part = subtract(larger(smaller(argument, end), start), start)
        total = add(total, multiply(part, (high - low) / (end - start)))
    return total


def _beside(table: Table, argument: Value) -> Value:
    values = {row.word: Fraction(row.value) for row in table.rows if row.value is not None}
    names = {row.word: row.name for row in table.rows if row.name is not None}
    denominator = lcm(*(value.denominator for value in values.values()))
    beside = {word: int(value * denominator) for word, value in values.items()} | names
    cells = argument.cells if isinstance(argument, Column) else []
    return Column([beside.get(cell) if isinstance(cell, str) else None for cell in cells], denominator)


def _grid(table: Table, row: Value, column: Value) -> Value:
    count = max((len(one.cells) for one in (row, column) if isinstance(one, Column)), default=1)
    rows = _grid_rows(table, broadcast(row, count))
    passed = place(broadcast(column, count), [Fraction(bound) for bound in table.columns], upper=True)
    cells = [
        None if index is None or not nth else Fraction(table.rows[index].values[nth - 1])
        for index, nth in zip(rows, passed, strict=True)
    ]
    return column_of(cells)


def _grid_rows(table: Table, argument: Column) -> Sequence[int | None]:
    if table.rows[0].word is None:
        return _picked(table, argument)
    index = {row.word: nth for nth, row in enumerate(table.rows)}
    return [index.get(cell) if isinstance(cell, str) else None for cell in argument.cells]
