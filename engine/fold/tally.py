"""Tallies: the answer to a request, kept up by differences, and the table that shows it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from engine.measures import MeasureTable

Holder = str | None


@dataclass(slots=True)
class Tally:
    """By holder a total for each of ``names``, and how often something is lacking.

    The table shows managers with a total or something missing; only what changed since the last one is made anew.
    """

    names: Sequence[str]
    _totals: dict[Holder, list[int]] = field(default_factory=dict)
    _lacks: defaultdict[Holder, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    _changed: set[Holder] = field(default_factory=set)
    _place: dict[str, int] = field(default_factory=dict)
    _table: MeasureTable | None = None

    def totals(self, holder: Holder) -> list[int]:
        """The totals of ``holder``, to be changed in place."""
        self._changed.add(holder)
        totals = self._totals.get(holder)
        if totals is None:
            totals = self._totals[holder] = [0] * len(self.names)
        return totals

    def lack(self, holder: Holder, what: str, times: int) -> None:
        """Something is lacking to ``holder`` so many times more, or less."""
        self._changed.add(holder)
        lacks = self._lacks[holder]
        lacks[what] += times
        if not lacks[what]:
            del lacks[what]
        if not lacks:
            del self._lacks[holder]

    def table(self) -> MeasureTable:
        """The answer as it is now; a table once given does not change."""
        if self._table is None:
            self._table = self._new_table()
        elif self._changed:
            moved = any((holder in self._place) != self._shows(holder) for holder in self._changed - {None})
            self._table = self._new_table() if moved else self._amended(self._table)
        self._changed.clear()
        return self._table

    def _shows(self, holder: Holder) -> bool:
        return holder in self._lacks or any(self._totals.get(holder, ()))

    def _new_table(self) -> MeasureTable:
        holders = self._totals.keys() | self._lacks.keys()
        managers = sorted(holder for holder in holders if holder is not None and self._shows(holder))
        self._place = {manager: at for at, manager in enumerate(managers)}
        rows = [self._row(manager) for manager in managers]
        return MeasureTable(
            managers,
            {name: [row[at] for row in rows] for at, name in enumerate(self.names)},
            dict(zip(self.names, self._row(None), strict=True)),
            self._missing(self._lacks),
        )

    def _amended(self, table: MeasureTable) -> MeasureTable:
        columns = [list(table.values[name]) for name in self.names]
        for holder in self._changed:
            if holder is not None and holder in self._place:
                place = self._place[holder]
                for column, value in zip(columns, self._row(holder), strict=True):
                    column[place] = value
        kept = {holder: lacks for holder, lacks in table.missing.items() if holder not in self._changed}
        return MeasureTable(
            table.managers,
            dict(zip(self.names, columns, strict=True)),
            dict(zip(self.names, self._row(None), strict=True)),
            kept | self._missing(self._changed & self._lacks.keys()),
        )

    def _row(self, holder: Holder) -> Sequence[int]:
        return self._totals.get(holder) or [0] * len(self.names)

    def _missing(self, holders: Iterable[Holder]) -> dict[Holder, frozenset[str]]:
        return {holder: frozenset(self._lacks[holder]) for holder in holders}
