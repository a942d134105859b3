"""Windows: the running periods whose boards a worker keeps: month, quarter, half-year and year of the latest day.

They are the cycles of each plan's own year.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from engine.book import Book
from engine.measures import CreditMeasure, MeasureTable, Request
from engine.plan.library import LoadedPlan
from engine.plan.requests import credit_names, credit_request
from engine.plan.scope import Scope
from schemas.currency import minor_digits
from schemas.exact import print_ratios
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
        self._managers: Sequence[str] = ()
        self._raw: Mapping[str, Sequence[int]] = {}
        self._rows: list[dict[str, str]] = []

    def of(self, table: MeasureTable, request: Request) -> Iterator[tuple[str, dict[str, str]]]:
        """Those of ``table``, which answers ``request``."""
        if self._measures != request.measures or self._managers != table.managers:
            self._measures, self._managers, self._raw = request.measures, table.managers, {}
            self._rows = [{} for _ in table.managers]
        changed: defaultdict[int, dict[str, str]] = defaultdict(dict)
        for name, measure in request.measures.items():
            now, was = table.values[name], self._raw.get(name, [None] * len(table.managers))
            places = [at for at, (cell, old) in enumerate(zip(now, was, strict=True)) if cell != old]
            texts = print_ratios([now[at] for at in places], 10**measure.scale)
            for at, text in zip(places, texts, strict=True):
                changed[at][name] = text
        for at, texts_of in changed.items():
            self._rows[at] = self._rows[at] | texts_of
        self._raw = table.values
        return zip(table.managers, self._rows, strict=True)
