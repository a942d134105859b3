"""Windows: the running periods whose boards a worker keeps: month, quarter, half-year and year of the latest day.

They are the cycles of each plan's own year.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from engine.book import Book
from engine.measures import CreditMeasure, MeasureTable, Request
from engine.plan.library import LoadedPlan
from engine.plan.requests import credit_names, credit_request
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


class RollingMeasures:
    """The credit measures of running windows as decimals. What did not change since they were asked for is kept."""

    def __init__(self) -> None:
        self._kept: dict[str, _Printed] = {}

    def of(
        self, book: Book, windows: Sequence[tuple[LoadedPlan, Period]], through: date, currency: str
    ) -> dict[str, dict[str, dict[str, str]]]:
        """By manager and window (``plan/period``) the measures up to and including ``through``."""
        found: dict[str, dict[str, dict[str, str]]] = {}
        kept, self._kept = self._kept, {}
        for loaded, period in windows:
            window = f"{loaded.plan.plan}/{period}"
            scope = Scope(loaded.plan, period, min(through + ONE_DAY, period.end), minor_digits(currency))
            request = credit_request(scope, credit_names(scope), scope.start, scope.end)
            printed = self._kept[window] = kept.get(window) or _Printed()
            for manager, values in printed.of(book.credits(request), request):
                found.setdefault(manager, {})[window] = values
        return found


class _Printed:
    """One window's measures by manager, raw and as decimals by name."""

    def __init__(self) -> None:
        self._measures: Mapping[str, CreditMeasure] = {}
        self._rows: dict[str, tuple[Sequence[int], dict[str, str]]] = {}

    def of(self, table: MeasureTable, request: Request) -> Iterator[tuple[str, dict[str, str]]]:
        """Those of ``table``, which answers ``request``."""
        known = self._rows if self._measures == request.measures else {}
        scales = [(name, 10**measure.scale) for name, measure in request.measures.items()]
        self._measures, self._rows = request.measures, {}
        columns = [table.values[name] for name in request.measures]
        for manager, raw in zip(table.managers, zip(*columns, strict=True), strict=True):
            was, printed = known.get(manager, (None, {}))
            if was is None:
                printed = {name: print_ratio(value, scale) for value, (name, scale) in zip(raw, scales, strict=True)}
            elif raw != was:
                pairs = zip(raw, was, scales, strict=True)
                printed = printed | {name: print_ratio(now, scale) for now, old, (name, scale) in pairs if now != old}
            self._rows[manager] = raw, printed
            yield manager, printed
