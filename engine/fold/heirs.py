"""Heirs: who serves business from which day on, and what all that is served by the same from the same days had earned.

Both are columns, so that what managers inherit in any days is shared out at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import NamedTuple

import numpy as np

from engine.fold.columns import Bounded, Ints, added_at, integers, starts_of, weighed
from engine.fold.holding import Tenure
from engine.fold.shares import Register, stretched
from engine.fold.tally import Tally
from engine.growing import Growing
from engine.measures import Request

_FOREVER = 1 << 32


class Heritages(NamedTuple):
    """What some ``heirs`` inherit: for each measure a unit, and how many of it, beside the heirs."""

    heirs: Ints
    earned: Sequence[tuple[int, Bounded]]

    @classmethod
    def of(cls, heirs: Ints, earned: Ints) -> Heritages:
        """What these rows of Python's own integers say, a row a measure."""
        units = [int(np.gcd.reduce(row)) or 1 if len(row) else 1 for row in earned]
        columns = [integers((row // unit).tolist()) for row, unit in zip(earned, units, strict=True)]
        return cls(heirs, [*zip(units, map(Bounded.of, columns), strict=True)])


class Heirs:
    """Heirs by number; ``register`` numbers the managers, and there are so many ``measures`` of what was earned."""

    def __init__(self, register: Register, measures: int) -> None:
        self.register = register
        self._numbers: dict[Tenure, int] = {}
        self._heirs = Growing(first=(np.int64, 0), count=(np.int64, 0))
        self._shares = Growing(start=(np.int64, 0), end=(np.int64, 0), holder=(np.int32, 0), share=(np.int64, 0))
        self._earned = np.zeros((measures, 0), object)
        self._all: Heritages | None = None

    def number(self, tenure: Tenure) -> int:
        """The number of heirs, who may be heard of for the first time."""
        number = self._numbers.get(tenure)
        if number is None:
            first = self._shares.count
            ends = [*(day for day, _ in tenure.steps[1:]), _FOREVER]
            for (start, held), end in zip(tenure.steps, ends, strict=True):
                for holder, share in held:
                    self._shares.add(start=start, end=end, holder=self.register.number(holder), share=share)
            number = self._numbers[tenure] = self._heirs.add(first=first, count=self._shares.count - first)
        return number

    def bequeath(self, heirs: Ints, earned: Ints) -> Heritages:
        """Add what pieces had earned, a row a measure, to what their heirs inherit; the same by heirs."""
        order = np.argsort(heirs, kind="stable")
        heirs = heirs[order]
        starts = starts_of(heirs)
        heirs, earned = heirs[starts], np.add.reduceat(earned[:, order], starts, axis=1)
        missing = self._heirs.count - self._earned.shape[1]
        if missing:
            self._earned = np.hstack([self._earned, np.zeros((len(self._earned), missing), object)])
        self._earned[:, heirs] += earned
        self._all = None
        return Heritages.of(heirs, earned)

    @property
    def all(self) -> Heritages:
        """What all heirs inherit."""
        if self._all is None:
            heirs = np.flatnonzero((self._earned != 0).any(axis=0))
            self._all = Heritages.of(heirs, self._earned[:, heirs])
        return self._all

    def share_out(self, request: Request, tally: Tally, heritages: Heritages) -> None:
        """Share heritages out to those who serve in the days of ``request``, by share-days."""
        which, rows = stretched(self._heirs["first"][heritages.heirs], self._heirs["count"][heritages.heirs])
        days = self._days(request, rows)
        some = np.flatnonzero(days > 0)
        if not len(some):
            return
        which, holders = which[some], self._shares["holder"][rows[some]]
        share_days = Bounded.of(self._shares["share"][rows[some]] * days[some])
        add, most = partial(added_at, holders, len(self.register)), int(np.bincount(holders).max())
        for at, (unit, earned) in enumerate(heritages.earned):
            of_share = Bounded(earned.cells[which], earned.bound)
            for times, held in weighed(of_share, share_days, add, most):
                tally.add(at, held.cells, unit * times)

    def serving(self, request: Request, heirs: int) -> Sequence[str | None]:
        """Who of these heirs serves in the days of ``request``, once for each stretch of days."""
        first = self._heirs["first"].item(heirs)
        rows = np.arange(first, first + self._heirs["count"].item(heirs))
        serving = self._shares["holder"][rows[self._days(request, rows) > 0]]
        return [self.register.names[holder] for holder in serving.tolist()]

    def _days(self, request: Request, rows: Ints) -> Ints:
        start, end = request.start.toordinal(), request.end.toordinal()
        return np.minimum(self._shares["end"][rows], end) - np.maximum(self._shares["start"][rows], start)
