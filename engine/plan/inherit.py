"""What is inherited: a line as the customers served now earned it in the year before, whoever served them then.

It is reckoned for each year of the plan that the period's days lie in, as a part of that year's days.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import reduce

from engine.book import Book
from engine.measures import MeasureTable, Request
from engine.plan import column, formula
from engine.plan.column import Column
from engine.plan.gather import Gathered, align
from engine.plan.names import contributing_lines, names_of
from engine.plan.requests import credit_names, credit_request
from engine.plan.scope import Scope
from engine.plan.valuing import Names, parameters_on, value_of
from schemas.exact import SHARE_DIGITS
from schemas.measures import InheritedDocument
from schemas.period import ONE_DAY, Cycle, Period


@dataclass(frozen=True, slots=True)
class InheritedYear:
    """The part of a period that lies in one year of the plan, and the lines of the year before that it inherits.

    ``table`` is what the book answered to ``request``; ``values`` follow from it.
    """

    start: date
    end: date
    before: Period
    request: Request
    table: MeasureTable
    values: Names


def inherit(
    scope: Scope, book: Book, document: InheritedDocument, gathered: Gathered, known: Sequence[InheritedYear]
) -> list[InheritedYear]:
    """What is inherited, year by year; years of ``known`` that are made of the same are taken as they are."""
    days, of_plan = book.transaction_days(), scope.plan.year
    if days is None or days[0] >= of_plan.begin(scope.start):
        return []
    years = []
    start = scope.start
    while start < scope.end:
        end = min(scope.end, of_plan.end(start))
        year = next((one for one in known if (one.start, one.end) == (start, end)), None)
        request = year.request if year is not None else _request(scope, document, start, end)
        table = book.inherited(request)
        if year is None or year.table != table:
            year = _year(scope, document, gathered, request, table)
        years.append(year)
        start = end
    return years


def _request(scope: Scope, document: InheritedDocument, start: date, end: date) -> Request:
    """The question for those credit measures that the line is made of."""
    named = {name for line in contributing_lines(scope.plan, document.line) for name in names_of(line)}
    return inherited_request(scope, [name for name in credit_names(scope) if (name, False) in named], start, end)


def _year(
    scope: Scope, document: InheritedDocument, gathered: Gathered, request: Request, table: MeasureTable
) -> InheritedYear:
    year = scope.plan.year
    before = year.around(year.begin(request.start) - ONE_DAY, Cycle.YEAR)
    names = parameters_on(scope, before.start, gathered.rows)
    names.update(dict.fromkeys(scope.plan.measures, Column([None] * gathered.rows)))
    names.update(_columns(scope, table, request, gathered.managers))
    for line in contributing_lines(scope.plan, document.line):
        names[line.id] = value_of(formula.parse(line.formula or ""), names, scope)
    return InheritedYear(request.start, request.end, before, request, table, names)


def sum_of_years(document: InheritedDocument, years: Sequence[InheritedYear], rows: int) -> Column:
    """What all years gave together, a manager a row; no value where there is none."""
    if not years:
        return Column([None] * rows)
    return column.broadcast(reduce(column.add, (year.values[document.line] for year in years)), rows)


def inherited_request(scope: Scope, names: Sequence[str], start: date, end: date) -> Request:
    """The question for what was earned in the year before by the business served in [start, end)."""
    year = scope.plan.year
    request = credit_request(scope, names, year.begin(year.begin(start) - ONE_DAY), end)
    return replace(request, start=start)


def _columns(scope: Scope, table: MeasureTable, request: Request, managers: Sequence[str]) -> dict[str, Column]:
    """What the book answered, as columns: the days of one year as a part of that year's days."""
    columns = align(table, request, managers, SHARE_DIGITS)
    days = scope.plan.year.around(request.start, Cycle.YEAR).days
    return {name: Column(column.cells, column.denominator * days) for name, column in columns.items()}
