"""Entries: what days add to ledgers, as columns, in order of stream, ledger and day.

An entry has a value for each basis, at full share. Of one ledger and day there is one entry: those that come are added
up.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engine.crediting.streams import Basis
from engine.fold.columns import Ints, joined, starts_of, sums

_DAY_BITS = 22
_LEDGER_BITS = 24
_DAYS = (1 << _DAY_BITS) - 1
_LEDGERS = (1 << _LEDGER_BITS) - 1


def place(stream: int, ledger: int) -> int:
    """What orders the entries of a ledger, but for the day, by the numbers of its stream and its own."""
    assert ledger <= _LEDGERS, "so many ledgers fit in no memory"
    return (stream << _LEDGER_BITS | ledger) << _DAY_BITS


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


def stream_of(ledger: int) -> int:
    """The number of the stream of a ledger, by the ledger's place."""
    return ledger >> (_DAY_BITS + _LEDGER_BITS)


def streams_of(keys: Ints) -> Ints:
    """The number of each entry's stream."""
    return keys >> (_DAY_BITS + _LEDGER_BITS)


def ledgers_of(keys: Ints) -> Ints:
    """The number of each entry's ledger."""
    return keys >> _DAY_BITS & _LEDGERS


def days_of(keys: Ints) -> Ints:
    """The day of each entry."""
    return keys & _DAYS


NO_ENTRIES = Entries(np.empty(0, np.int64), tuple(np.empty(0, np.int64) for _ in Basis))
