"""Windows: the running periods whose boards a worker keeps: month, quarter, half-year and year of the latest day.

They are the cycles of each plan's own year.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from engine.book import Book
from engine.measures import MeasureTable, Request
from engine.plan.gather import credit_names, credit_request
from engine.plan.library import LoadedPlan
from engine.plan.scope import Scope
from schemas.currency import minor_digits
from schemas.exact import print_ratio
from schemas.period import ONE_DAY, Cycle, Period

ROLLING = (Cycle.MONTH, Cycle.QUARTER, Cycle.HALF_YEAR, Cycle.YEAR)


def running(plans: Sequence[LoadedPlan], day: date) -> list[tuple[LoadedPlan, Period]]:
    """The windows of these plans that ``day`` lies in."""
    return [
        (loaded, loaded.plan.year.around(day, cycle))
        for loaded in plans
        for cycle in ROLLING
        if any(cycle in line.cycles for line in loaded.plan.lines)
    ]


def rolling_measures(
    book: Book, windows: Sequence[tuple[LoadedPlan, Period]], through: date, currency: str
) -> dict[str, dict[str, dict[str, str]]]:
    """By manager and window (``plan/period``) the credit measures up to and including ``through``, as decimals."""
    found: dict[str, dict[str, dict[str, str]]] = {}
    for loaded, period in windows:
        scope = Scope(loaded.plan, period, min(through + ONE_DAY, period.end), minor_digits(currency))
        request = credit_request(scope, credit_names(scope), scope.start, scope.end)
        table = book.credits(request)
        for manager, values in _by_manager(table, request):
            found.setdefault(manager, {})[f"{loaded.plan.plan}/{period}"] = values
    return found


def _by_manager(table: MeasureTable, request: Request) -> list[tuple[str, dict[str, str]]]:
    scales = {name: 10**measure.scale for name, measure in request.measures.items()}
    return [
        (manager, {name: print_ratio(table.values[name][row], scales[name]) for name in request.measures})
        for row, manager in enumerate(table.managers)
    ]
