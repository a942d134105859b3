"""Sheets: entries laid out to be weighed: which rows are of which stream and ledger, and who shares in each ledger.

A request weighs a sheet in a few passes, whatever it holds: for each measure and currency the rows of the streams that
answer are put together, weighed by day and added up by ledger, and what a ledger earned is shared out to its holders.
What piles up is kept in few sheets.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property, partial
from typing import NamedTuple

import numpy as np

from engine.crediting.streams import Basis, Stream
from engine.fold.columns import Bounded, Ints, added_at, added_between, between, joined, starts_of, weighed
from engine.fold.entries import Entries, days_of, ledgers_of, streams_of, teams_of
from engine.fold.shares import Shares
from engine.fold.yardstick import Scale, Yardstick
from schemas.exact import WHOLE_SHARE

MANY = 1 << 16
"""Entries that are not copied to be kept for other requests."""


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

    ``longest`` is how many entries a ledger has at most, ``first_day`` the first one of any.
    """

    starts: Ints
    which: Ints
    holders: Ints
    shares: Ints
    parts: Sequence[Part]
    longest: int
    first_day: int

    @classmethod
    def of(cls, entries: Entries, shares: Shares) -> Layout:
        """The layout of entries."""
        starts = starts_of(ledgers_of(entries.keys))
        first = entries.keys[starts]
        which, holders, held = shares.of(teams_of(first))
        streams, bounds = streams_of(first), np.append(starts, len(entries))
        shared = np.searchsorted(which, np.arange(len(first) + 1))
        parts = []
        for ledger, end in between(starts_of(streams), len(first)):
            of_part = (slice(column.item(ledger), column.item(end)) for column in (bounds, shared))
            parts.append(Part(streams.item(ledger), slice(ledger, end), *of_part))
        first_day = int(days_of(first).min(initial=date.max.toordinal()))
        return cls(starts, which, holders, held, parts, int(np.diff(bounds).max(initial=0)), first_day)


class Group(NamedTuple):
    """The entries of some streams in one basis, and the shares in their ledgers, as in a ``Layout``.

    A holder has no more than ``most`` of the shares.
    """

    values: Bounded
    days: Ints
    starts: Ints
    which: Ints
    holders: Ints
    shares: Bounded
    most: int

    @classmethod
    def of(cls, entries: Entries, layout: Layout, basis: Basis, parts: Sequence[Part]) -> Group:
        """The group of some parts."""
        holders, shares = (joined([of[part.shares] for part in parts]) for of in (layout.holders, layout.shares))
        return cls(
            Bounded.of(joined([entries.values[basis][part.entries] for part in parts])),
            days_of(joined([entries.keys[part.entries] for part in parts])),
            _moved(layout.starts, [(part.ledgers, part.entries) for part in parts]),
            _moved(layout.which, [(part.shares, part.ledgers) for part in parts]),
            holders,
            Bounded(shares, WHOLE_SHARE),
            int(np.bincount(holders).max()),
        )


class Sheet:
    """``entries``, and the shares in their ledgers; laid out when they are weighed for the first time."""

    def __init__(self, entries: Entries, shares: Shares) -> None:
        self.entries = entries
        self._shares = shares
        self._groups: dict[tuple[Basis, tuple[int, ...]], Group] = {}

    @cached_property
    def _layout(self) -> Layout:
        return Layout.of(self.entries, self._shares)

    def worths(self, yardstick: Yardstick, streams: Sequence[Stream]) -> Iterator[Worth]:
        """What the entries are worth by ``yardstick``; ``streams`` are those of the numbers."""
        layout = self._layout
        if layout.first_day >= yardstick.request.end.toordinal():
            return
        answering: defaultdict[Scale, list[Part]] = defaultdict(list)
        for part in layout.parts:
            for scale in yardstick.scales(streams[part.stream]):
                answering[scale].append(part)
        for scale, parts in answering.items():
            group = self._gathered(scale.basis, parts)
            add_up = partial(added_between, group.starts)
            add = partial(added_at, group.holders, len(self._shares.register))
            for times, earned in weighed(group.values, scale.on(group.days), add_up, layout.longest):
                of_share = Bounded(earned.cells[group.which], earned.bound)
                for more, held in weighed(of_share, group.shares, add, group.most):
                    yield Worth(scale.at, scale.unit * times * more, held.cells)

    def _gathered(self, basis: Basis, parts: Sequence[Part]) -> Group:
        """These parts as a group; kept where it takes little memory, for other requests ask for the same."""
        named = basis, tuple(part.stream for part in parts)
        group = self._groups.get(named)
        if group is None:
            group = Group.of(self.entries, self._layout, basis, parts)
            if len(self.entries) < MANY:
                self._groups[named] = group
        return group


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
