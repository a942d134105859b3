"""Sheets: entries laid out to be weighed: which rows are of which stream and ledger, and who shares in each ledger.

A request weighs a sheet in a few passes, whatever it holds: for each measure and currency the rows of the streams that
answer are put together, weighed by day and added up by ledger, and what a ledger earned is shared out to its holders.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import partial
from typing import NamedTuple

import numpy as np

from engine.crediting.streams import Stream
from engine.fold.columns import Ints, added_at, added_between, between, joined, starts_of, weighed
from engine.fold.entries import Entries, days_of, ledgers_of, streams_of
from engine.fold.shares import Shares
from engine.fold.yardstick import Scale, Yardstick


class Part(NamedTuple):
    """What of a sheet is of one stream: stretches of entries, of ledgers and of shares."""

    stream: int
    entries: slice
    ledgers: slice
    shares: slice


class Worth(NamedTuple):
    """What a sheet is worth to the measure at a place: so many times what is said by number of a holder."""

    at: int
    times: int
    held: Ints


class Sheet:
    """Entries, and the shares in their ledgers."""

    def __init__(self, entries: Entries, shares: Shares) -> None:
        self._entries = entries
        self._starts = starts_of(ledgers_of(entries.keys))
        first = entries.keys[self._starts]
        self._which, self._holders, self._shares = shares.of(ledgers_of(first))
        self._register = shares.register
        streams, shared = streams_of(first), np.searchsorted(self._which, np.arange(len(first) + 1))
        bounds = np.append(self._starts, len(entries))
        self._parts = [
            Part(
                streams.item(ledger),
                slice(bounds.item(ledger), bounds.item(end)),
                slice(ledger, end),
                slice(shared.item(ledger), shared.item(end)),
            )
            for ledger, end in between(starts_of(streams), len(first))
        ]
        self._longest = int(np.diff(bounds).max(initial=0))

    def worths(self, yardstick: Yardstick, streams: Sequence[Stream]) -> Iterator[Worth]:
        """What the entries are worth by ``yardstick``; ``streams`` are those of the numbers."""
        answering: defaultdict[Scale, list[Part]] = defaultdict(list)
        for part in self._parts:
            for scale in yardstick.scales(streams[part.stream]):
                answering[scale].append(part)
        for scale, parts in answering.items():
            for times, held in self._weighed(scale, parts):
                yield Worth(scale.at, scale.unit * times, held)

    def _weighed(self, scale: Scale, parts: Sequence[Part]) -> Iterator[tuple[int, Ints]]:
        values = joined([self._entries.values[scale.basis][part.entries] for part in parts])
        worths = scale.on(days_of(joined([self._entries.keys[part.entries] for part in parts])))
        starts = _moved(self._starts, [(part.ledgers, part.entries) for part in parts])
        which = _moved(self._which, [(part.shares, part.ledgers) for part in parts])
        holders = joined([self._holders[part.shares] for part in parts])
        shares = joined([self._shares[part.shares] for part in parts])
        add = partial(added_at, holders, len(self._register))
        for times, earned in weighed(values, worths, partial(added_between, starts), self._longest):
            for more, held in weighed(earned[which], shares, add, len(which)):
                yield times * more, held


def _moved(places: Ints, stretches: Sequence[tuple[slice, slice]]) -> Ints:
    """Stretches of ``places`` one after the other, what each points at, the second of a pair, put together likewise."""
    moved, end = [], 0
    for own, pointed in stretches:
        moved.append(places[own] + (end - pointed.start))
        end += pointed.stop - pointed.start
    return joined(moved)
