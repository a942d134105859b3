"""Who has been here: the index of event identities, by which the same (source, id) counts once.

An identity is a 64-bit key; beside it stand its position and the first 8 bytes of the event's leaf. Keys of the
unsealed tail are in a hash table, those of sealed segments in sorted runs on disk; the table of events that are being
sealed stays until their run is there. A key found is only a candidate: equal leaves are the same event; otherwise the
stored event itself decides (engine/log/judge.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from engine.admission import leaves_of
from engine.log.hash_table import ABSENT, HashTable
from engine.log.manifest import Entry, SegmentPaths
from engine.log.runs import SortedRuns, Words
from engine.log.segment import BodyFile, read_columns

CHECK_BYTES = 8
LEAF_BYTES = 32
IDENTITY_NAME = "identity"

Known = tuple[int, bytes]
"""A position whose event has the key asked for, and the first bytes of its leaf."""


class IdentityIndex:
    """The identities of a log, for its writer."""

    def __init__(self, cache: Path, partition: Path, entries: Sequence[Entry]) -> None:
        """Take up the runs in ``cache``, and make from the sealed segments what they lack."""
        self._runs = SortedRuns(cache / IDENTITY_NAME)
        self._runs.load({entry.last: entry.digest for entry in entries})
        for entry in entries:
            if entry.last > self._runs.upto:
                keys, leaves = _identities(partition, entry)
                self._runs.add(*_run(keys, _checks(leaves), entry), upto=entry.last, made_from=entry.digest)
        self._tail = _Tail(entries[-1].last if entries else 0)
        self._sealed: _Tail | None = None
        """The beginning of the tail that is being sealed, or was last, until its run can be found."""

    def candidates(self, keys: Words) -> dict[int, list[Known]]:
        """For each index of ``keys`` whose key the log has: where."""
        found: dict[int, list[Known]] = {}
        sealed = self._sealed
        if sealed is not None and self._runs.upto >= sealed.first:
            sealed = self._sealed = None
        hits = self._runs.find(keys)
        if len(hits.asked):
            checks = hits.checks.tobytes()
            for n, (index, position) in enumerate(zip(hits.asked.tolist(), hits.values.tolist(), strict=True)):
                found.setdefault(index, []).append((position, checks[n * CHECK_BYTES : (n + 1) * CHECK_BYTES]))
        if sealed is not None:
            sealed.candidates(keys, found)
        self._tail.candidates(keys, found)
        return found

    def remember(self, keys: Words, leaves: Sequence[bytes], *, distinct: bool) -> None:
        """Take up the events just admitted; ``distinct`` where their keys are new and differ from each other."""
        self._tail.remember(keys, leaves, distinct=distinct)

    def begin_seal(self, last: int) -> None:
        """What there is, up to position ``last``, is about to be sealed.

        Raises:
            OSError: the run before could not be written.
        """
        self._runs.wait()
        self._sealed, self._tail = self._tail, _Tail(last)

    def seal(self, entry: Entry) -> None:
        """That is the segment of ``entry`` now: its identities become a run, in a thread."""
        sealed = self._sealed
        assert sealed is not None, "no run reaches what is being sealed"
        self._runs.add_later(lambda: sealed.run(entry), upto=entry.last, made_from=entry.digest)

    def close(self) -> None:
        """Let the last run come to its end."""
        self._runs.close()


class _Tail:
    """The identities of events after position ``sealed``, in memory."""

    def __init__(self, sealed: int) -> None:
        self.first = sealed + 1
        self._rows = HashTable()
        self._collided: dict[int, list[int]] = {}
        """By key the rows that the table does not have, because it has an earlier one of that key."""
        self._keys: list[Words] = []
        self._checks = bytearray()

    def candidates(self, keys: Words, found: dict[int, list[Known]]) -> None:
        """Add to ``found``, for each index of ``keys`` whose key is here, where."""
        rows = self._rows.look_up(keys)
        for index in np.flatnonzero(rows != ABSENT).tolist():
            for row in (int(rows[index]), *self._collided.get(int(keys[index]), ())):
                check = self._checks[row * CHECK_BYTES : (row + 1) * CHECK_BYTES]
                found.setdefault(index, []).append((self.first + row, bytes(check)))

    def remember(self, keys: Words, leaves: Sequence[bytes], *, distinct: bool) -> None:
        """Take up events; ``distinct`` where their keys are new and differ from each other."""
        count = len(self._checks) // CHECK_BYTES
        rows = np.arange(count, count + len(keys), dtype=np.int32)
        if distinct:
            self._rows.add(keys, rows)
        else:
            first = np.unique(keys, return_index=True)[1]
            first = first[self._rows.look_up(keys[first]) == ABSENT]
            self._rows.add(keys[first], rows[first])
            for key, row in zip(np.delete(keys, first).tolist(), np.delete(rows, first).tolist(), strict=True):
                self._collided.setdefault(key, []).append(row)
        self._keys.append(keys)
        self._checks += _checks(leaves)

    def run(self, entry: Entry) -> tuple[Words, Words, Words]:
        """All of it as entries of a run."""
        return _run(np.concatenate(self._keys), bytes(self._checks), entry)


def _run(keys: Words, checks: bytes, entry: Entry) -> tuple[Words, Words, Words]:
    """The events of a segment as entries of a run."""
    return keys, np.arange(entry.first, entry.last + 1, dtype=np.uint64), np.frombuffer(checks, np.uint64)


def _checks(leaves: Sequence[bytes]) -> bytes:
    """The first bytes of each leaf."""
    return np.frombuffer(b"".join(leaves), np.uint64)[:: LEAF_BYTES // CHECK_BYTES].tobytes()


def _identities(partition: Path, entry: Entry) -> tuple[Words, list[bytes]]:
    paths = SegmentPaths(partition, entry.number)
    keys = read_columns(paths.columns, ["key"]).column("key").to_numpy().view(np.uint64)
    leaves = leaves_of(body for part in BodyFile(paths.bodies, entry.count).scan() for body in part)
    return keys, leaves
