"""The value of a formula for all managers at once, from what its names stand for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from fractions import Fraction
from functools import reduce
from operator import floordiv

from engine.plan import column, formula
from engine.plan.column import Column, Value
from engine.plan.scope import Scope, figure_on
from engine.plan.tables import read_table
from schemas.tables import TableKind

Names = Mapping[str, Value]
NOTHING = ""
"""Under this name, which no formula can spell, stands that nobody has a value."""


def parameters_on(scope: Scope, day: date, rows: int) -> dict[str, Value]:
    """Every parameter at its value of ``day``: in formulas a parameter holds as on the period's first day."""
    nothing = Column([None] * rows)
    values = {name: figure_on(parameter, day) for name, parameter in scope.plan.parameters.items()}
    return {NOTHING: nothing} | {name: nothing if value is None else value for name, value in values.items()}


_OPERATORS: dict[str, Callable[[Value, Value], Value]] = {
    "+": column.add,
    "-": column.subtract,
    "*": column.multiply,
    "/": column.divide,
    "min": column.smaller,
    "max": column.larger,
    "first": column.first,
}
_WHOLE: dict[str, Callable[[int, int], int]] = {"floor": floordiv, "ceiling": column.ceiling_division}


def value_of(node: formula.Node, names: Names, scope: Scope) -> Value:
    """The value of a formula, for all managers at once."""
    match node:
        case formula.Number(value):
            return value
        case formula.Name(name):
            return names[name]
        case formula.Negative(term):
            return column.negative(value_of(term, names, scope))
        case formula.Binary(sign, left, right):
            return _binary(sign, value_of(left, names, scope), value_of(right, names, scope), names)
        case formula.Call(function, arguments):
            return _called(function, arguments, names, scope)


def _binary(sign: str, left: Value, right: Value, names: Names) -> Value:
    if sign == "/" and right == 0:  # a parameter, or what is made of some
        return names[NOTHING]
    if sign in _OPERATORS:
        return _OPERATORS[sign](left, right)
    if sign in {"and", "or"}:
        join = column.smaller if sign == "and" else column.larger
        return join(column.compare("!=", left, Fraction(0)), column.compare("!=", right, Fraction(0)))
    return column.compare(sign, left, right)


def _called(function: str, arguments: tuple[formula.Node, ...], names: Names, scope: Scope) -> Value:
    if function in formula.TABLE_FUNCTIONS and isinstance(arguments[0], formula.Name):
        read = (value_of(argument, names, scope) for argument in arguments[1:])
        return read_table(scope.plan.tables[arguments[0].name], TableKind(function), *read)
    values = [value_of(argument, names, scope) for argument in arguments]
    if function == "if":
        return column.choose(*values)
    if function == "when":
        return column.when(*values)
    if function == "has":
        return column.has(values[0])
    if function == "round":
        digits = arguments[1] if len(arguments) > 1 else None
        return column.rounded(values[0], int(digits.value) if isinstance(digits, formula.Number) else 0)
    if function in _WHOLE:
        return column.rounded(values[0], 0, _WHOLE[function])
    return reduce(_OPERATORS[function], values)
