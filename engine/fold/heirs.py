"""Heirs: who serves business from which day on, and what all that is served by the same from the same days had earned.

Both are columns, so that what managers inherit in any days is shared out at once.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from engine.crediting.teams import Holders
from engine.crediting.timeline import Steps
from engine.fold.columns import Ints, Table, starts_of
from engine.fold.shares import Register, stretched
from engine.fold.tally import Tally
from engine.measures import Request

_FOREVER = 1 << 32


class Heirs:
    """Heirs by number; ``register`` numbers the managers, and there are so many ``measures`` of what was earned."""

    def __init__(self, register: Register, measures: int) -> None:
        self.register = register
        self._numbers: dict[Steps[Holders], int] = {}
        self._heirs = Table(first=(np.int64, 0), count=(np.int64, 0))
        self._shares = Table(start=(np.int64, 0), end=(np.int64, 0), holder=(np.int32, 0), share=(np.int64, 0))
        self._earned = np.zeros((measures, 0), object)

    def number(self, holders: Steps[Holders]) -> int:
        """The number of heirs, who may be heard of for the first time."""
        number = self._numbers.get(holders)
        if number is None:
            first = self._shares.count
            ends = [*(day for day, _ in holders[1:]), _FOREVER]
            for (start, held), end in zip(holders, ends, strict=True):
                for holder, share in held:
                    self._shares.add(start=start, end=end, holder=self.register.number(holder), share=share)
            number = self._numbers[holders] = self._heirs.add(first=first, count=self._shares.count - first)
        return number

    def add(self, heirs: Ints, earned: Ints) -> tuple[Ints, Ints]:
        """Add what pieces had earned, a row a measure, to what their heirs inherit; the same once for each of these."""
        order = np.argsort(heirs, kind="stable")
        heirs = heirs[order]
        starts = starts_of(heirs)
        heirs, earned = heirs[starts], np.add.reduceat(earned[:, order], starts, axis=1)
        missing = self._heirs.count - self._earned.shape[1]
        if missing:
            self._earned = np.hstack([self._earned, np.zeros((len(self._earned), missing), object)])
        self._earned[:, heirs] += earned
        return heirs, earned

    def share_out(self, request: Request, tally: Tally, heirs: Ints | None = None, earned: Ints | None = None) -> None:
        """Share what these heirs inherit, or all, out to those who serve in the days of ``request``, by share-days."""
        if heirs is None or earned is None:
            heirs = np.flatnonzero((self._earned != 0).any(axis=0))
            earned = self._earned[:, heirs]
        which, rows = stretched(self._heirs["first"][heirs], self._heirs["count"][heirs])
        days = self._days(request, rows)
        some = np.flatnonzero(days > 0)
        some = some[np.argsort(self._shares["holder"][rows[some]], kind="stable")]
        holders = self._shares["holder"][rows[some]]
        starts = starts_of(holders)
        if len(starts):
            worth = earned[:, which[some]] * (self._shares["share"][rows[some]] * days[some])
            tally.add_all(holders[starts], np.add.reduceat(worth, starts, axis=1))

    def serving(self, request: Request, heirs: int) -> Sequence[str | None]:
        """Who of these heirs serves in the days of ``request``, once for each stretch of days."""
        first = self._heirs["first"].item(heirs)
        rows = np.arange(first, first + self._heirs["count"].item(heirs))
        serving = self._shares["holder"][rows[self._days(request, rows) > 0]]
        return [self.register.names[holder] for holder in serving.tolist()]

    def _days(self, request: Request, rows: Ints) -> Ints:
        start, end = request.start.toordinal(), request.end.toordinal()
        return np.minimum(self._shares["end"][rows], end) - np.maximum(self._shares["start"][rows], start)
