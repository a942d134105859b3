"""What is inherited: a line as the customers served now earned it in the year before, whoever served them then.

It is reckoned for each year of the plan that the period's days lie in, as a part of that year's days.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import reduce

from engine.book import Book
from engine.measures import Request
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
    """The part of a period that lies in one year of the plan, and the lines of the year before that it inherits."""

    start: date
    end: date
    before: Period
    values: Names


def inherit(
    scope: Scope, book: Book, document: InheritedDocument, gathered: Gathered, known: Sequence[InheritedYear]
) -> list[InheritedYear]:
    """What is inherited, year by year; years of ``known`` that are made of the same are taken as they are."""
    wanted, of_plan = contributing_lines(scope.plan, document.line), scope.plan.year
    years = []
    for request in inherited_requests(scope, book, document):
        start, end = request.start, request.end
        before = of_plan.around(of_plan.begin(start) - ONE_DAY, Cycle.YEAR)
        columns = _inherited_columns(scope, book, request, gathered.managers)
        same = (one for one in known if (one.start, one.end) == (start, end))
        year = next((one for one in same if all(one.values[name] == columns[name] for name in columns)), None)
        if year is None:
            names = parameters_on(scope, before.start, gathered.rows)
            names.update(dict.fromkeys(scope.plan.measures, Column([None] * gathered.rows)))
            names.update(columns)
            for line in wanted:
                names[line.id] = value_of(formula.parse(line.formula or ""), names, scope)
            year = InheritedYear(start, end, before, names)
        years.append(year)
    return years


def sum_of_years(document: InheritedDocument, years: Sequence[InheritedYear], rows: int) -> Column:
    """What all years gave together, a manager a row; no value where there is none."""
    if not years:
        return Column([None] * rows)
    return column.broadcast(reduce(column.add, (year.values[document.line] for year in years)), rows)


def inherited_requests(scope: Scope, book: Book, document: InheritedDocument) -> Iterator[Request]:
    """What a measure asks of each year of the plan that the period lies in; nothing where no business is older."""
    days, of_plan = book.transaction_days(), scope.plan.year
    if days is None or days[0] >= of_plan.begin(scope.start):
        return
    named = {name for line in contributing_lines(scope.plan, document.line) for name in names_of(line)}
    credits = [name for name in credit_names(scope) if (name, False) in named]
    start = scope.start
    while start < scope.end:
        end = min(scope.end, of_plan.end(start))
        yield inherited_request(scope, credits, start, end)
        start = end


def inherited_request(scope: Scope, names: Sequence[str], start: date, end: date) -> Request:
    """The question for what was earned in the year before by the business served in [start, end)."""
    year = scope.plan.year
    request = credit_request(scope, names, year.begin(year.begin(start) - ONE_DAY), end)
    return replace(request, start=start)


def _inherited_columns(scope: Scope, book: Book, request: Request, managers: Sequence[str]) -> dict[str, Column]:
    """Those figures as columns: the days of one year as a part of that year's days."""
    columns = align(book.inherited(request), request, managers, SHARE_DIGITS)
    days = scope.plan.year.around(request.start, Cycle.YEAR).days
    return {name: Column(column.cells, column.denominator * days) for name, column in columns.items()}
