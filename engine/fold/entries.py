"""Entries: what days add to ledgers, as columns, in order of stream, ledger and day.

A ledger is of one stream and held by the same people. An entry has a value for each basis, at full share. Of one ledger
and day there is one entry: those that come are added up.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engine.crediting.streams import Basis
from engine.fold.columns import Ints, joined, starts_of, sums

DAY_BITS = 22
_TEAM_BITS = 24
_DAYS = (1 << DAY_BITS) - 1
_TEAMS = (1 << _TEAM_BITS) - 1


def place(stream: int, team: int) -> int:
    """What orders the entries of a ledger, but for the day, by the numbers of its stream and of who holds it.

    It is the sum of the places of stream and team.
    """
    assert team <= _TEAMS, "so many teams fit in no memory"
    return (stream << _TEAM_BITS | team) << DAY_BITS


@dataclass(frozen=True, slots=True)
class Entries:
    """Entries by ``keys`` (a ledger's place plus the day), ascending; ``values`` by basis."""

    keys: Ints
    values: tuple[Ints, ...]

    @classmethod
    def of(cls, keys: Ints, values: Sequence[Ints]) -> Entries:
        """Entries in any order, added up."""
        return cls._added_up(keys, values, np.argsort(keys))

    @classmethod
    def together(cls, parts: Sequence[Entries]) -> Entries:
        """The entries of several, added up."""
        keys = joined([part.keys for part in parts])
        values = map(joined, zip(*(part.values for part in parts), strict=True))
        return cls._added_up(keys, [*values], np.argsort(keys, kind="stable"))  # which merges what ascends

    @classmethod
    def _added_up(cls, keys: Ints, values: Sequence[Ints], order: Ints) -> Entries:
        keys = keys[order]
        starts = starts_of(keys)
        return cls(keys[starts], tuple(sums(column[order], starts) for column in values))

    def __len__(self) -> int:
        return len(self.keys)


def stream_of(key: int) -> int:
    """The number of the stream of an entry, or of a ledger by its place."""
    return key >> (DAY_BITS + _TEAM_BITS)


def day_of(key: int) -> int:
    """The day of an entry."""
    return key & _DAYS


def streams_of(keys: Ints) -> Ints:
    """The number of each entry's stream."""
    return keys >> (DAY_BITS + _TEAM_BITS)


def teams_of(keys: Ints) -> Ints:
    """The number of those who hold each entry."""
    return keys >> DAY_BITS & _TEAMS


def ledgers_of(keys: Ints) -> Ints:
    """What tells each entry's ledger from others: its stream and who holds it."""
    return keys >> DAY_BITS


def days_of(keys: Ints) -> Ints:
    """The day of each entry."""
    return keys & _DAYS


NO_ENTRIES = Entries(np.empty(0, np.int64), tuple(np.empty(0, np.int64) for _ in Basis))
