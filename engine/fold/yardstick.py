"""Yardsticks: the measures of one request, to be taken of many streams and ledgers at the same exchange rates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import gcd

from engine.crediting.exchange import Exchange
from engine.crediting.streams import Basis, Stream, answers, basis_of
from engine.crediting.timeline import Timeline
from engine.crediting.weights import Weights, weights_of
from engine.fold.columns import Bounded, Ints, integers
from engine.measures import Request

Rates = dict[str, Timeline[int]]


@dataclass(frozen=True, slots=True, eq=False)
class Scale:
    """The weights of the measure at a place, for entries of a basis, as a column from ``first`` on.

    Each is so many ``unit``: what they have in common makes them long.
    """

    at: int
    basis: Basis
    unit: int
    first: int
    worths: Bounded

    @classmethod
    def of(cls, at: int, basis: Basis, weights: Weights) -> Scale:
        """The scale of some weights."""
        worths = [weights.earlier, *weights.by_day, 0]
        unit = gcd(*worths) or 1
        return cls(at, basis, unit, weights.first - 1, Bounded.of(integers([worth // unit for worth in worths])))

    def on(self, days: Ints) -> Bounded:
        """What one unit entered on each day is worth, in ``unit``."""
        return Bounded(self.worths.cells.take(days - self.first, mode="clip"), self.worths.bound)


@dataclass(slots=True)
class Yardstick:
    """What an entry of any stream and day is worth to each measure of ``request``, by its place there.

    ``rates`` are all exchange rates as they were when it was made, ``exchange`` those that ``request`` can depend on.
    """

    request: Request
    rates: Rates
    exchange: Exchange
    _weights: dict[tuple[int, str], Weights] = field(default_factory=dict)
    _scale: dict[tuple[int, str], Scale] = field(default_factory=dict)
    _answers: dict[Stream, Sequence[tuple[int, Basis]]] = field(default_factory=dict)
    _scales: dict[Stream, Sequence[Scale]] = field(default_factory=dict)
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

    def scales(self, stream: Stream) -> Sequence[Scale]:
        """The measures that add up the entries of ``stream``; streams of one currency share their scales."""
        if stream not in self._scales:
            self._scales[stream] = [self._scale_of(at, basis, stream.currency) for at, basis in self._answering(stream)]
        return self._scales[stream]

    def worth(self, stream: Stream, day: int) -> Sequence[tuple[int, Basis, int]]:
        """What one unit entered on ``day`` is worth, by place and basis; nothing to the measures not listed."""
        worths = self._worths.get(stream)
        if worths is None:
            worths = self._worths[stream] = {}
        worth = worths.get(day)
        if worth is None:
            answering = self._answering(stream)
            weighed = [(at, basis, self._weights_of(at, stream.currency).on(day)) for at, basis in answering]
            worth = worths[day] = [one for one in weighed if one[2]]
        return worth

    def _answering(self, stream: Stream) -> Sequence[tuple[int, Basis]]:
        if stream not in self._answers:
            measures = enumerate(self.request.measures.values())
            self._answers[stream] = [(at, basis_of(measure)) for at, measure in measures if answers(measure, stream)]
        return self._answers[stream]

    def _weights_of(self, at: int, currency: str) -> Weights:
        if (at, currency) not in self._weights:
            measure = [*self.request.measures.values()][at]
            self._weights[at, currency] = weights_of(measure, self.request, currency, self.exchange)
        return self._weights[at, currency]

    def _scale_of(self, at: int, basis: Basis, currency: str) -> Scale:
        if (at, currency) not in self._scale:
            self._scale[at, currency] = Scale.of(at, basis, self._weights_of(at, currency))
        return self._scale[at, currency]


def _before(request: Request, rates: Rates) -> Rates:
    end = request.end.toordinal()
    known = {currency: tuple(fact for fact in line if fact[0] < end) for currency, line in rates.items()}
    return {currency: line for currency, line in known.items() if line}
