"""Windows: the other days that a measure may be taken of, as scopes of their own.

The same days a year earlier, the cycle before, the calendar year so far, the months inside a quarter: each is a scope
under the same plan, so that whatever can be asked of the settled period can be asked of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta

from engine.plan.scope import Scope
from schemas.period import Cycle, Period

ONE_DAY = timedelta(days=1)
FULL_MONTH = 28
"""Every month has days up to this one."""


def window(scope: Scope, over: Sequence[str]) -> Scope:
    """The scope that the steps of ``over`` lead to (``schemas.measures``), seen from ``scope``."""
    for step in over:
        scope = _step(scope, step)
    return scope


def _step(scope: Scope, step: str) -> Scope:
    if step == "previous":
        period = previous(scope.period)
        return replace(scope, period=period, end=period.end)
    if step == "year-ago":
        start, end = _year_before(scope.period.start), _year_before(scope.period.end)
        period = _named(start, end, scope.period.cycle)
        return replace(scope, period=period, end=min(_year_before(scope.end), period.end))
    period = Period.around(scope.last, Cycle(step))
    return replace(scope, period=period, end=min(scope.end, period.end))


def parts(scope: Scope, each: Cycle) -> Iterator[Scope]:
    """The shorter cycles wholly inside the period of ``scope``, as far as their days count."""
    day = scope.start
    while day < scope.end:
        period = Period.around(day, each)
        inside = scope.period.start <= period.start and period.end <= scope.period.end
        if inside and period.days < scope.period.days:
            yield replace(scope, period=period, end=min(scope.end, period.end))
        day = period.end


def previous(period: Period) -> Period:
    """The period of the same cycle that ends where this one begins.

    A range of whole months, whatever day of a month it begins on, goes back by as many months; another by its days.
    """
    if period.cycle is not Cycle.RANGE:
        return Period.around(period.start - ONE_DAY, period.cycle)
    start, end = period.start, period.end
    months = (end.year - start.year) * 12 + end.month - start.month
    if start.day == end.day <= FULL_MONTH:
        first = start.year * 12 + start.month - 1 - months
        return _named(date(first // 12, first % 12 + 1, start.day), start, Cycle.RANGE)
    return _named(start - timedelta(days=period.days), start, Cycle.RANGE)


def _named(start: date, end: date, cycle: Cycle) -> Period:
    if cycle is Cycle.RANGE:
        return Period.parse(f"{start}..{end - ONE_DAY}")
    return Period.around(start, cycle)


def _year_before(day: date) -> date:
    try:
        return day.replace(year=day.year - 1)
    except ValueError:  # the 29th of February
        return date(day.year - 1, 2, 28)
