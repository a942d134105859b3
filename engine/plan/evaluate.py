"""Evaluation: a plan's lines for every manager of a period, from the answers of a book.

The lines are computed in the plan's order, each once for all managers. What pays is rounded where the line ends,
and what builds on it takes it as printed, so that anyone can re-add a statement by hand.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import reduce

from engine.book import Book
from engine.plan import column, formula
from engine.plan.column import Column, Value
from engine.plan.gather import Gathered, credit_names, gather, inherited_columns
from engine.plan.scope import Earlier, Scope, value_on
from engine.plan.tables import read_table
from schemas.plan import ROUNDED, InheritedDocument, Line, Ranking

Names = Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class InheritedYear:
    """The part of a period that lies in one calendar year, and the lines of the year before that its days inherit."""

    start: date
    end: date
    values: Names

    @property
    def before(self) -> int:
        """The calendar year whose earnings are inherited."""
        return self.start.year - 1


@dataclass(slots=True)
class Evaluation:
    """All figures of a plan for a period: its lines by id, and what they were made of."""

    scope: Scope
    gathered: Gathered
    lines: dict[str, Column]
    names: dict[str, Value]
    inherited: dict[str, list[InheritedYear]]

    @property
    def managers(self) -> list[str]:
        """The managers, ascending."""
        return list(self.gathered.managers)

    def missing(self, manager: str) -> list[str]:
        """What makes the manager's result incomplete."""
        return sorted(self.gathered.missing[manager])

    def gaps(self, manager: str) -> list[str]:
        """What was only left out of a mean."""
        return sorted(self.gathered.gaps.get(manager, ()))


def evaluate(scope: Scope, book: Book, earlier: Earlier) -> Evaluation:
    """The plan's lines over the days of ``scope``, as the log stands in ``book``."""
    gathered = gather(scope, book, earlier)
    names: dict[str, Value] = {**parameters_on(scope, scope.start), **gathered.measures}
    result = Evaluation(scope, gathered, {}, names, {})
    for name, document in scope.plan.measures.items():
        if isinstance(document, InheritedDocument):
            years = _inherit(scope, book, document, gathered)
            result.inherited[name] = years
            names[name] = _sum_of_years(document, years, gathered.rows)
    for line in scope.plan.lines:
        if scope.period.cycle in line.cycles:
            names[line.id] = result.lines[line.id] = _line(scope, line, names, gathered)
        else:
            names[line.id] = Column([None] * gathered.rows)
    return result


def parameters_on(scope: Scope, day: date) -> dict[str, Value]:
    """Every parameter at its value of ``day``: in formulas a parameter holds as on the period's first day."""
    return {name: value_on(parameter, day)[1] for name, parameter in scope.plan.parameters.items()}


def _line(scope: Scope, line: Line, names: Names, gathered: Gathered) -> Column:
    if line.rank is not None:
        return _ranked(line.rank, names, gathered)
    value = column.broadcast(value_of(formula.parse(line.formula or ""), names, scope), gathered.rows)
    if line.kind in ROUNDED:
        value = value.rounded(scope.digits)
    if scope.period.cycle in line.required:
        for row, manager in enumerate(gathered.managers):
            if value.cells[row] is None:
                gathered.missing[manager].add(line.id)
    return value


def _ranked(ranking: Ranking, names: Names, gathered: Gathered) -> Column:
    """1, 2, 2, 4: a place is one more than the number of better results. Incomplete results have none."""
    by = column.broadcast(names[ranking.by], gathered.rows).cells
    ranked = {
        row: by[row]
        for row, manager in enumerate(gathered.managers)
        if by[row] is not None and not gathered.missing[manager]
    }
    places: dict[object, int] = {}
    for index, value in enumerate(sorted(ranked.values(), reverse=ranking.order == "descending")):
        places.setdefault(value, index + 1)
    return Column([places[ranked[row]] if row in ranked else None for row in range(gathered.rows)])


def _inherit(scope: Scope, book: Book, document: InheritedDocument, gathered: Gathered) -> list[InheritedYear]:
    days = book.transaction_days()
    if days is None or days[0] >= date(scope.start.year, 1, 1):
        return []
    wanted = contributing_lines(scope, document.line)
    credits = [name for name in credit_names(scope) if any(name in _references(line) for line in wanted)]
    years = []
    start = scope.start
    while start < scope.end:
        end = min(scope.end, date(start.year + 1, 1, 1))
        names = parameters_on(scope, date(start.year - 1, 1, 1))
        names.update(inherited_columns(scope, book, credits, gathered.managers, start, end))
        for line in wanted:
            names[line.id] = value_of(formula.parse(line.formula or ""), names, scope)
        years.append(InheritedYear(start, end, names))
        start = end
    return years


def _sum_of_years(document: InheritedDocument, years: list[InheritedYear], rows: int) -> Column:
    if not years:
        return Column([None] * rows)
    return column.broadcast(reduce(column.add, (year.values[document.line] for year in years)), rows)


def contributing_lines(scope: Scope, line_id: str) -> list[Line]:
    """The line and, in the plan's order, every line that it is made of."""
    wanted = {line_id}
    for line in reversed(scope.plan.lines):
        if line.id in wanted:
            wanted |= _references(line)
    return [line for line in scope.plan.lines if line.id in wanted]


def _references(line: Line) -> set[str]:
    return {name for name, _ in formula.names(formula.parse(line.formula))} if line.formula is not None else set()


_OPERATORS: dict[str, Callable[[Value, Value], Value]] = {
    "+": column.add,
    "-": column.subtract,
    "*": column.multiply,
    "/": column.divide,
    "min": column.smaller,
    "max": column.larger,
    "first": column.first,
}


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
            return _binary(sign, value_of(left, names, scope), value_of(right, names, scope))
        case formula.Call(function, arguments):
            return _called(function, arguments, names, scope)


def _binary(sign: str, left: Value, right: Value) -> Value:
    if sign in _OPERATORS:
        return _OPERATORS[sign](left, right)
    if sign in {"and", "or"}:
        join = column.smaller if sign == "and" else column.larger
        return join(column.compare("!=", left, Fraction(0)), column.compare("!=", right, Fraction(0)))
    return column.compare(sign, left, right)


def _called(function: str, arguments: tuple[formula.Node, ...], names: Names, scope: Scope) -> Value:
    if function in formula.TABLE_FUNCTIONS and isinstance(arguments[0], formula.Name):
        return read_table(scope.plan.tables[arguments[0].name], value_of(arguments[1], names, scope))
    values = [value_of(argument, names, scope) for argument in arguments]
    if function == "if":
        return column.choose(*values)
    if function == "when":
        return column.when(*values)
    if function == "has":
        return column.has(values[0])
    return reduce(_OPERATORS[function], values)
