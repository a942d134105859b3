"""Windows: the other days that a measure may be taken of, as scopes of their own.

The same days a year earlier, the cycle before, the plan's year so far, the months inside a quarter: each is a scope
under the same plan, so that whatever can be asked of the settled period can be asked of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

from engine.plan.scope import Scope
from schemas.measures import CreditDocument, InheritedDocument, LineDocument
from schemas.period import ONE_DAY, Cycle, ranged


def window(scope: Scope, over: Sequence[str]) -> Scope:
    """The scope that the steps of ``over`` lead to (``schemas.measures``), seen from ``scope``."""
    for step in over:
        scope = _step(scope, step)
    return scope


def _step(scope: Scope, step: str) -> Scope:
    year = scope.plan.year
    if step == "previous":
        period = year.previous(scope.period)
        return replace(scope, period=period, end=period.end)
    if step == "year-ago":
        start, end, cycle = _year_before(scope.period.start), _end_year_before(scope.period.end), scope.period.cycle
        period = ranged(start, end - ONE_DAY) if cycle is Cycle.RANGE else year.around(start, cycle)
        return replace(scope, period=period, end=min(_end_year_before(scope.end), period.end))
    period = year.around(scope.last, Cycle(step))
    return replace(scope, period=period, end=min(scope.end, period.end))


def parts(scope: Scope, each: Cycle) -> Iterator[Scope]:
    """The shorter cycles wholly inside the period of ``scope``, as far as their days count."""
    day = scope.start
    while day < scope.end:
        period = scope.plan.year.around(day, each)
        inside = scope.period.start <= period.start and period.end <= scope.period.end
        if inside and period.days < scope.period.days:
            yield replace(scope, period=period, end=min(scope.end, period.end))
        day = period.end


def first_day(scope: Scope) -> date:
    """The first day whose flows, and the days from which on periods, the plan looks at; ``date.min``: any, maybe."""
    first = scope.start
    for document in scope.plan.measures.values():
        if isinstance(document, LineDocument | InheritedDocument):
            return date.min
        start = window(scope, getattr(document, "over", ())).start
        accrues = isinstance(document, CreditDocument) and document.accrue is not None
        first = min(first, scope.plan.year.begin(start) if accrues else start)
    return first


def _year_before(day: date) -> date:
    try:
        return day.replace(year=day.year - 1)
    except ValueError:  # the 29th of February
        return date(day.year - 1, 2, 28)


def _end_year_before(end: date) -> date:
    """The day after the same last day, of which the 28th of February must not be lost before a 29th."""
    try:
        return end.replace(year=end.year - 1)
    except ValueError:
        return date(end.year - 1, 3, 1)
