"""Reading tables: steps, marginal and whole-amount rate tables, figures beside words.

The two ways of paying by a rate table (the field's terms): **marginal**, each rate on the part of the amount inside its
row, and **whole-amount**, the rate of the row reached on all of it.
"""

from __future__ import annotations

from fractions import Fraction
from math import lcm

from engine.plan.column import Column, Value, add, broadcast, larger, multiply, place, smaller, subtract
from schemas.plan import Table, TableKind


def read_table(table: Table, argument: Value) -> Value:
    """What ``table`` gives for every figure of ``argument``; nothing where no row holds it, or where it has no rows."""
    if not table.rows:
        return Column([None] * (len(argument.cells) if isinstance(argument, Column) else 1))
    if table.kind is TableKind.WORDS:
        return _beside(table, argument)
    if table.kind is TableKind.MARGINAL:
        return _marginal(table, argument)
    found = _row_values(table, argument)
    return multiply(argument, found) if table.kind is TableKind.WHOLE else found


def _bounds(table: Table) -> list[Fraction]:
    return [Fraction(row.above) for row in table.rows if row.above is not None]


def _row_index(table: Table, passed: int) -> int:
    return passed if table.rows[0].above is None else passed - 1


def _row_values(table: Table, argument: Value) -> Value:
    if isinstance(argument, Fraction):
        argument = broadcast(argument, 1)
    contents = [row.name if row.value is None else Fraction(row.value) for row in table.rows]
    denominator = lcm(*(content.denominator for content in contents if isinstance(content, Fraction)))
    cells = [
        content if isinstance(content, str) or content is None else int(content * denominator) for content in contents
    ]
    passed = place(argument, _bounds(table), upper=table.boundary == "upper")
    picked = [None if count is None else _row_index(table, count) for count in passed]
    return Column([None if index is None or index < 0 else cells[index] for index in picked], denominator)


def _marginal(table: Table, argument: Value) -> Value:
    # Only the parts above each bound matter, so a bound belongs to either row with the same result.
    total: Value = Fraction(0)
    rows = table.rows
    for index, row in enumerate(rows):
        start = Fraction(row.above) if row.above is not None else Fraction(0)
        upto = rows[index + 1].above if index + 1 < len(rows) else None
        reached = argument if upto is None else smaller(argument, Fraction(upto))
        part = larger(subtract(reached, start), Fraction(0))
        total = add(total, multiply(part, Fraction(row.value or 0)))
    return total


def _beside(table: Table, argument: Value) -> Value:
    values = {row.word: Fraction(row.value) for row in table.rows if row.value is not None}
    denominator = lcm(*(value.denominator for value in values.values()))
    cells = argument.cells if isinstance(argument, Column) else []
    found = [values.get(cell) if isinstance(cell, str) else None for cell in cells]
    return Column([None if value is None else int(value * denominator) for value in found], denominator)
