"""Sheets: entries laid out to be weighed: which rows are of which stream and ledger, and who shares in each ledger.

A request weighs a sheet in a few passes, whatever it holds: for each measure and currency the rows of the streams that
answer are put together, weighed by day and added up by ledger, and what a ledger earned is shared out to its holders.
What piles up is kept in few sheets.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import NamedTuple

import numpy as np

from engine.crediting.streams import Stream
from engine.fold.columns import Ints, added_at, added_between, between, joined, starts_of, weighed
from engine.fold.entries import Entries, days_of, ledgers_of, streams_of
from engine.fold.shares import Shares
from engine.fold.yardstick import Scale, Yardstick


class Part(NamedTuple):
    """What of a sheet is of one stream: stretches of ledgers, of entries and of shares."""

    stream: int
    ledgers: slice
    entries: slice
    shares: slice


class Worth(NamedTuple):
    """What a sheet is worth to the measure at a place: so many times what is said by number of a holder."""

    at: int
    times: int
    held: Ints


class Layout(NamedTuple):
    """Where each ledger begins among the entries, and the shares in it: ``which`` ledger, whose and how much.

    ``longest`` is how many entries a ledger has at most.
    """

    starts: Ints
    which: Ints
    holders: Ints
    shares: Ints
    parts: Sequence[Part]
    longest: int

    @classmethod
    def of(cls, entries: Entries, shares: Shares) -> Layout:
        """The layout of entries."""
        starts = starts_of(ledgers_of(entries.keys))
        first = entries.keys[starts]
        which, holders, held = shares.of(ledgers_of(first))
        streams, bounds = streams_of(first), np.append(starts, len(entries))
        shared = np.searchsorted(which, np.arange(len(first) + 1))
        parts = []
        for ledger, end in between(starts_of(streams), len(first)):
            of_part = (slice(column.item(ledger), column.item(end)) for column in (bounds, shared))
            parts.append(Part(streams.item(ledger), slice(ledger, end), *of_part))
        return cls(starts, which, holders, held, parts, int(np.diff(bounds).max(initial=0)))


class Sheet:
    """``entries``, and the shares in their ledgers; laid out when they are weighed for the first time."""

    def __init__(self, entries: Entries, shares: Shares) -> None:
        self.entries = entries
        self._shares = shares

    @cached_property
    def _layout(self) -> Layout:
        return Layout.of(self.entries, self._shares)

    def worths(self, yardstick: Yardstick, streams: Sequence[Stream]) -> Iterator[Worth]:
        """What the entries are worth by ``yardstick``; ``streams`` are those of the numbers."""
        answering: defaultdict[Scale, list[Part]] = defaultdict(list)
        for part in self._layout.parts:
            for scale in yardstick.scales(streams[part.stream]):
                answering[scale].append(part)
        for scale, parts in answering.items():
            for times, held in self._weighed(scale, parts):
                yield Worth(scale.at, scale.unit * times, held)

    def _weighed(self, scale: Scale, parts: Sequence[Part]) -> Iterator[tuple[int, Ints]]:
        entries, layout = self.entries, self._layout
        values = joined([entries.values[scale.basis][part.entries] for part in parts])
        worths = scale.on(days_of(joined([entries.keys[part.entries] for part in parts])))
        starts = _moved(layout.starts, [(part.ledgers, part.entries) for part in parts])
        which = _moved(layout.which, [(part.shares, part.ledgers) for part in parts])
        holders, shares = (joined([of[part.shares] for part in parts]) for of in (layout.holders, layout.shares))
        add = partial(added_at, holders, len(self._shares.register))
        for times, earned in weighed(values, worths, partial(added_between, starts), layout.longest):
            for more, held in weighed(earned[which], shares, add, len(which)):
                yield times * more, held


def _moved(places: Ints, stretches: Sequence[tuple[slice, slice]]) -> Ints:
    """Stretches of ``places`` one after the other, what each points at, the second of a pair, put together likewise."""
    moved, end = [], 0
    for own, pointed in stretches:
        moved.append(places[own] + (end - pointed.start))
        end += pointed.stop - pointed.start
    return joined(moved)


@dataclass(slots=True)
class Pile:
    """All entries so far, in ``runs``, each at least twice as long as the next: so one is merged but a few times."""

    shares: Shares
    runs: list[Sheet] = field(default_factory=list)

    def add(self, sheet: Sheet) -> None:
        """Add entries."""
        self.runs.append(sheet)
        while len(self.runs) > 1 and len(self.runs[-2].entries) < 2 * len(self.runs[-1].entries):
            merged = Entries.together([run.entries for run in self.runs[-2:]])
            self.runs[-2:] = [Sheet(merged, self.shares)]
