"""Yardsticks: the measures of one request, to be taken of many streams and ledgers at the same exchange rates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import gcd
from typing import NamedTuple

import numpy as np

from engine.crediting.exchange import Exchange
from engine.crediting.streams import Basis, Stream, answers, basis_of
from engine.crediting.timeline import Timeline
from engine.crediting.weights import Weights, weights_of
from engine.fold.columns import Ints, integers
from engine.measures import Request

Rates = dict[str, Timeline[int]]


class Scale(NamedTuple):
    """Weights as a column from ``first`` on, each so many ``unit``: what they have in common makes them long."""

    unit: int
    first: int
    worths: Ints

    @classmethod
    def of(cls, weights: Weights) -> Scale:
        """The scale of some weights."""
        worths = [weights.earlier, *weights.by_day, 0]
        unit = gcd(*worths) or 1
        return cls(unit, weights.first - 1, integers([worth // unit for worth in worths]))

    def on(self, days: Ints) -> Ints:
        """What one unit entered on each day is worth, in ``unit``."""
        worths: Ints = self.worths[np.clip(days - self.first, 0, len(self.worths) - 1)]
        return worths


@dataclass(slots=True)
class Yardstick:
    """What an entry of any stream and day is worth to each measure of ``request``, by its place there.

    ``rates`` are all exchange rates as they were when it was made, ``exchange`` those that ``request`` can depend on.
    """

    request: Request
    rates: Rates
    exchange: Exchange
    _answers: dict[Stream, Sequence[tuple[int, Basis, Weights]]] = field(default_factory=dict)
    _scales: dict[Stream, Sequence[tuple[int, Basis, Scale]]] = field(default_factory=dict)
    _worths: dict[Stream, dict[int, Sequence[tuple[int, Basis, int]]]] = field(default_factory=dict)

    @classmethod
    def of(cls, request: Request, own: str, rates: Rates) -> Yardstick:
        """The yardstick of a request at these exchange rates, ``own`` the institution's currency."""
        return cls(request, dict(rates), Exchange(own, _before(request, rates)))

    def still_holds(self, rates: Rates) -> bool:
        """Whether these exchange rates are the same as far as the days of the request go."""
        if rates != self.rates:
            if _before(self.request, rates) != self.exchange.fixed:
                return False
            self.rates = dict(rates)
        return True

    def answers(self, stream: Stream) -> Sequence[tuple[int, Basis, Weights]]:
        """The measures that add up the entries of ``stream``, each with its place, basis and weights."""
        if stream not in self._answers:
            self._answers[stream] = [
                (at, basis_of(measure), weights_of(measure, self.request, stream.currency, self.exchange))
                for at, measure in enumerate(self.request.measures.values())
                if answers(measure, stream)
            ]
        return self._answers[stream]

    def scales(self, stream: Stream) -> Sequence[tuple[int, Basis, Scale]]:
        """The same measures, each with its scale."""
        if stream not in self._scales:
            self._scales[stream] = [(at, basis, Scale.of(weights)) for at, basis, weights in self.answers(stream)]
        return self._scales[stream]

    def worth(self, stream: Stream, day: int) -> Sequence[tuple[int, Basis, int]]:
        """What one unit entered on ``day`` is worth, by place and basis; nothing to the measures not listed."""
        worths = self._worths.get(stream)
        if worths is None:
            worths = self._worths[stream] = {}
        worth = worths.get(day)
        if worth is None:
            weighed = [(at, basis, weights.on(day)) for at, basis, weights in self.answers(stream)]
            worth = worths[day] = [one for one in weighed if one[2]]
        return worth


def _before(request: Request, rates: Rates) -> Rates:
    end = request.end.toordinal()
    known = {currency: tuple(fact for fact in line if fact[0] < end) for currency, line in rates.items()}
    return {currency: line for currency, line in known.items() if line}
