"""Weights: what one unit of an entry is worth to a measure over the days [start, end).

With x the exchange rate and f the parameter of a day, G(d) the running sum of x f before day d:

- product-days: an entry of day d stays in the balance, so it is worth G(end) - G(max(start, d));
- sum: a flow of day d is worth x(d) f(d) if d lies in the period;
- accrued to year end: a flow of day d earns every day of the rest of its year that lies in the period,
  x(d) (F(min(end, new year after d)) - F(max(start, d))), F the running sum of f alone;
- count, quantity: 1 in the period.

Parameters and exchange rates stand here alone: no state has to change when they do.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import accumulate

from engine.crediting.exchange import Exchange
from engine.measures import RATE, Aggregate, CreditMeasure, Request


@dataclass(frozen=True, slots=True)
class Weights:
    """The worth of one unit by the day of its entry: ``by_day`` from ``first`` on, ``earlier`` before, 0 after."""

    first: int
    earlier: int
    by_day: list[int]

    def on(self, day: int) -> int:
        """What one unit entered on ``day`` is worth."""
        if day < self.first:
            return self.earlier
        return self.by_day[day - self.first] if day - self.first < len(self.by_day) else 0


def weights_of(measure: CreditMeasure, request: Request, currency: str, exchange: Exchange) -> Weights:
    """The weights of ``measure`` over the days of ``request``, for business in ``currency``."""
    start, end = request.start.toordinal(), request.end.toordinal()
    if measure.aggregate in {Aggregate.COUNT, Aggregate.QUANTITY}:
        return Weights(start, 0, [1] * (end - start))
    if measure.accrue_to_year_end:
        return _accrued(measure, request, currency, exchange)
    factors = _factors(measure, request, start, end)
    daily = [rate * factor for rate, factor in zip(exchange.rates(currency, start, end), factors, strict=True)]
    if measure.aggregate is Aggregate.SUM:
        return Weights(start, 0, daily)
    left = list(accumulate(reversed(daily)))[::-1]
    return Weights(start, left[0] if left else 0, left)


def _factors(measure: CreditMeasure, request: Request, first: int, end: int) -> list[int]:
    """The parameter E6 of every day of [first, end); plain 1 where there is none, or the account's rate instead."""
    if measure.times is None or measure.times == RATE:
        return [1] * (end - first)
    factor = request.factors[measure.times]
    value = factor.on(date.fromordinal(first)) if end > first else 0
    steps = {day.toordinal(): later for day, later in factor.steps}
    values = []
    for day in range(first, end):
        value = steps.get(day, value)
        values.append(value)
    return values


def _accrued(measure: CreditMeasure, request: Request, currency: str, exchange: Exchange) -> Weights:
    start, end = request.start.toordinal(), request.end.toordinal()
    first = request.year.begin(request.start).toordinal()
    rates = exchange.rates(currency, first, end)
    running = [0, *accumulate(_factors(measure, request, start, end))]
    by_day = []
    for day, rate in enumerate(rates, first):
        year_end = request.year.end(date.fromordinal(day)).toordinal()
        by_day.append(rate * (running[min(end, year_end) - start] - running[max(start, day) - start]))
    return Weights(first, 0, by_day)
