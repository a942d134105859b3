"""Tallies: the answer to a request as columns, kept up by differences, and the table that shows it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from engine.fold.columns import Ints
from engine.fold.shares import NOBODY, Holder, Register
from engine.measures import MeasureTable


@dataclass(slots=True)
class Tally:
    """By holder, as ``register`` numbers them, a total for each of ``names``, and how often something is lacking.

    Totals are Python's own integers. The table shows managers with a total or something missing.
    """

    names: Sequence[str]
    register: Register
    _totals: Ints = field(init=False)
    _lacks: defaultdict[Holder, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    _table: MeasureTable | None = None

    def __post_init__(self) -> None:
        self._totals = np.zeros((len(self.names), len(self.register)), object)

    def add(self, at: int, held: Ints, times: int = 1) -> None:
        """Add so many times what each holder of a number has, to the total at a place."""
        holders = np.flatnonzero(held)
        if len(holders):
            self._widen()
            self._totals[at, holders] += held[holders].astype(object) * times
            self._table = None

    def plus(self, sign: int, other: Tally) -> None:
        """Add the totals of another tally, or take them away; what it lacks is its own."""
        self._widen()
        self._totals[:, : other._totals.shape[1]] += sign * other._totals
        self._table = None

    def lack(self, holder: Holder, what: str, times: int) -> None:
        """Something is lacking to ``holder`` so many times more, or less."""
        lacks = self._lacks[holder]
        lacks[what] += times
        if not lacks[what]:
            del lacks[what]
        if not lacks:
            del self._lacks[holder]
        self._table = None

    def table(self) -> MeasureTable:
        """The answer as it is now; a table once given does not change."""
        if self._table is None:
            self._widen()
            shown = (self._totals != 0).any(axis=0)
            shown[[self.register.number(holder) for holder in self._lacks]] = True
            managers = self.register.ascending
            managers = managers[shown[managers]]
            rows: list[list[int]] = self._totals[:, managers].tolist()
            self._table = MeasureTable(
                [str(self.register.names[manager]) for manager in managers.tolist()],
                dict(zip(self.names, rows, strict=True)),
                dict(zip(self.names, self._totals[:, NOBODY].tolist(), strict=True)),
                {holder: frozenset(lacks) for holder, lacks in self._lacks.items()},
            )
        return self._table

    def _widen(self) -> None:
        """Make room for whoever was heard of since."""
        missing = len(self.register) - self._totals.shape[1]
        if missing:
            self._totals = np.hstack([self._totals, np.zeros((len(self.names), missing), object)])
