"""The calendar: what a day is worth, by currency and series, as exact integers.

A balance that stands from day a to day b earns the sum of its days' worth; kept as running sums G, that is G(b) - G(a),
whatever changes in between for everybody (exchange rates, dated parameters). Days before the period are worth nothing.
A flow has one weight: that of its day, or for an accruing flow the sum of the days that it still earns.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from itertools import accumulate
from operator import mul

from engine.measures import DailyFactor
from projections.terms import Series
from schemas.business_year import CALENDAR, BusinessYear
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


@dataclass(frozen=True)
class Calendar:
    """The days [first, end) that facts are looked at, of which those from ``start`` on are worth something."""

    first: date
    start: date
    end: date
    currencies: Sequence[Fixings]
    factors: Mapping[str, DailyFactor]
    year: BusinessYear = CALENDAR
    """Flows accrue to its end."""

    @property
    def width(self) -> int:
        """Cells a currency has: one for each day and one for the end."""
        return (self.end - self.first).days + 1

    def running(self, currency: int, series: Series) -> list[int]:
        """For each cell the sum of the days before it."""
        return [0, *accumulate(map(mul, self._exchange[currency], self._factor(series.factor)))]

    def weights(self, currency: int, series: Series) -> list[int]:
        """For each cell what a flow of that day counts for in the period."""
        worth: Iterable[int] = self._factor(series.factor)
        if series.accrues:
            ahead = [0, *accumulate(worth)]
            worth = (
                ahead[(min(self.end, self.year.end(day)) - self.first).days] - ahead[at]
                for at, day in enumerate(self._days)
            )
        return [*map(mul, self._exchange[currency], worth), 0]

    @cached_property
    def _days(self) -> list[date]:
        return [self.first + timedelta(days=at) for at in range((self.end - self.first).days)]

    @cached_property
    def _exchange(self) -> list[list[int]]:
        """By currency the rate of each day."""
        return [[fixings.on(day) for day in self._days] for fixings in self.currencies]

    def _factor(self, name: str | None) -> list[int]:
        """What an exchanged amount is worth on each day."""
        if name not in self._known_factors:
            self._known_factors[name] = [
                0 if day < self.start else 1 if name is None else self.factors[name].on(day) for day in self._days
            ]
        return self._known_factors[name]

    @cached_property
    def _known_factors(self) -> dict[str | None, list[int]]:
        return {}


def limb(value: int, nth: int | None) -> int:
    """The ``nth`` limb of ``value`` (the last takes all that is left), or the whole of it where None."""
    if nth is None:
        return value
    rest: int = value // LIMB**nth
    return rest if nth == LIMBS - 1 else rest % LIMB
