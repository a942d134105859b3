"""The calendar: what a day is worth, by currency and series, as exact integers.

A balance that stands from day a to day b earns the sum of its days' worth; kept as running sums G, that is G(b) - G(a),
whatever changes in between for everybody (exchange rates, dated parameters). Days before the period are worth nothing.
A flow has one weight: that of its day, or for an accruing flow the sum of the days that it still earns.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from engine.measures import DailyFactor
from projections.terms import Series
from schemas.exact import UNIT_RATE

LIMB = 10**12
"""Values of a day are cut into limbs of this size where whole ones would overflow a sum."""
LIMBS = 3

HOME = 0
UNFIXED = 1
"""The currencies that every calendar has: the institution's own, and any without an exchange rate."""


@dataclass(frozen=True, slots=True)
class Fixings:
    """The exchange rates of one currency: ascending days, and the E6 rate from each on."""

    days: Sequence[date]
    rates: Sequence[int]

    def on(self, day: date) -> int:
        """The rate in force, 0 where none is known yet: what it converts is left out."""
        at = bisect_right(self.days, day)
        return self.rates[at - 1] if at else 0


HOME_FIXINGS = Fixings((date.min,), (UNIT_RATE,))
NO_FIXINGS = Fixings((), ())


@dataclass(frozen=True, slots=True)
class Calendar:
    """The days [first, end) that facts are looked at, of which those from ``start`` on are worth something."""

    first: date
    start: date
    end: date
    currencies: Sequence[Fixings]
    factors: Mapping[str, DailyFactor]
    _known: dict[tuple[int, Series], list[int]] = field(default_factory=dict)

    @property
    def width(self) -> int:
        """Cells a currency has: one for each day and one for the end."""
        return (self.end - self.first).days + 1

    def running(self, currency: int, series: Series) -> list[int]:
        """For each cell the sum of the days before it."""
        if (currency, series) not in self._known:
            worth, total = [0], 0
            for day in self._days():
                if day >= self.start:
                    total += self.currencies[currency].on(day) * self._factor(series, day)
                worth.append(total)
            self._known[currency, series] = worth
        return self._known[currency, series]

    def weights(self, currency: int, series: Series) -> list[int]:
        """For each cell what a flow of that day counts for in the period."""
        if series.accrues:
            ahead = [0]
            for day in self._days():
                ahead.append(ahead[-1] + (self._factor(series, day) if day >= self.start else 0))
            return [
                self.currencies[currency].on(day) * (ahead[self._until_new_year(day)] - ahead[at])
                for at, day in enumerate(self._days())
            ] + [0]
        return [
            self.currencies[currency].on(day) * self._factor(series, day) if day >= self.start else 0
            for day in self._days()
        ] + [0]

    def _until_new_year(self, day: date) -> int:
        new_year = date(day.year + 1, 1, 1) if day.year < date.max.year else date.max
        return (min(self.end, new_year) - self.first).days

    def _days(self) -> list[date]:
        return [self.first + timedelta(days=at) for at in range((self.end - self.first).days)]

    def _factor(self, series: Series, day: date) -> int:
        return 1 if series.factor is None else self.factors[series.factor].on(day)


def limb(value: int, nth: int | None) -> int:
    """The ``nth`` limb of ``value`` (the last takes all that is left), or the whole of it where None."""
    if nth is None:
        return value
    rest: int = value // LIMB**nth
    return rest if nth == LIMBS - 1 else rest % LIMB
