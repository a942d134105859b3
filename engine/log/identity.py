"""Who has been here: the index of event identities, by which the same (source, id) counts once.

An identity is a 64-bit key; beside it stand its position and the first 8 bytes of the event's leaf. Keys of the
unsealed tail are in a dictionary, those of sealed segments in sorted runs on disk; the dictionary of a tail just sealed
stays until its run is there. A key found is only a candidate: equal leaves are the same event; otherwise the stored
event itself decides (engine/log/writer.py).
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from engine.admission import leaf_of
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
        """The tail sealed last, until its run can be found."""

    def candidates(self, keys: Sequence[int]) -> dict[int, list[Known]]:
        """For each index of ``keys`` whose key the log has: where."""
        found: dict[int, list[Known]] = {}
        sealed = self._sealed = None if self._runs.whole else self._sealed
        hits = self._runs.find(np.array(keys, np.uint64))
        if len(hits.asked):
            checks = hits.checks.tobytes()
            for n, (index, position) in enumerate(zip(hits.asked.tolist(), hits.values.tolist(), strict=True)):
                found.setdefault(index, []).append((position, checks[n * CHECK_BYTES : (n + 1) * CHECK_BYTES]))
        if sealed is not None:
            sealed.candidates(keys, found)
        self._tail.candidates(keys, found)
        return found

    def remember(self, keys: Sequence[int], leaves: Sequence[bytes], *, distinct: bool) -> None:
        """Take up the events just admitted; ``distinct`` where their keys are new and differ from each other."""
        self._tail.remember(keys, leaves, distinct=distinct)

    def seal(self, entry: Entry) -> None:
        """The tail has become the segment of ``entry``: its identities become a run, in a thread.

        Raises:
            OSError: the run before could not be written.
        """
        self._runs.wait()
        sealed, self._tail = self._tail, _Tail(entry.last)
        self._sealed = sealed
        self._runs.add_later(lambda: sealed.run(entry), upto=entry.last, made_from=entry.digest)

    def close(self) -> None:
        """Let the last run come to its end."""
        self._runs.close()


class _Tail:
    """The identities of events after position ``sealed``, in memory."""

    def __init__(self, sealed: int) -> None:
        self._sealed = sealed
        self._recent: dict[int, int] = {}
        self._collided: dict[int, list[int]] = {}
        self._keys = array("Q")
        self._checks = bytearray()

    def candidates(self, keys: Sequence[int], found: dict[int, list[Known]]) -> None:
        """Add to ``found``, for each index of ``keys`` whose key is here, where."""
        recent = self._recent
        if not recent.keys().isdisjoint(keys):
            for index, key in enumerate(keys):
                position = recent.get(key)
                if position is not None:
                    for place in (position, *self._collided.get(key, ())):
                        found.setdefault(index, []).append((place, self._check(place)))

    def remember(self, keys: Sequence[int], leaves: Sequence[bytes], *, distinct: bool) -> None:
        """Take up events; ``distinct`` where their keys are new and differ from each other."""
        first = self._sealed + len(self._keys) + 1
        if distinct:
            self._recent.update(zip(keys, range(first, first + len(keys)), strict=True))
        else:
            for position, key in enumerate(keys, first):
                if self._recent.setdefault(key, position) != position:
                    self._collided.setdefault(key, []).append(position)
        self._keys.extend(keys)
        self._checks += _checks(leaves)

    def run(self, entry: Entry) -> tuple[Words, Words, Words]:
        """All of it as entries of a run."""
        return _run(np.frombuffer(self._keys, np.uint64), bytes(self._checks), entry)

    def _check(self, position: int) -> bytes:
        begin = (position - self._sealed - 1) * CHECK_BYTES
        return bytes(self._checks[begin : begin + CHECK_BYTES])


def _run(keys: Words, checks: bytes, entry: Entry) -> tuple[Words, Words, Words]:
    """The events of a segment as entries of a run."""
    return keys, np.arange(entry.first, entry.last + 1, dtype=np.uint64), np.frombuffer(checks, np.uint64)


def _checks(leaves: Sequence[bytes]) -> bytes:
    """The first bytes of each leaf."""
    return np.frombuffer(b"".join(leaves), np.uint64)[:: LEAF_BYTES // CHECK_BYTES].tobytes()


def _identities(partition: Path, entry: Entry) -> tuple[Words, list[bytes]]:
    paths = SegmentPaths(partition, entry.number)
    keys = read_columns(paths.columns, ["key"]).column("key").to_numpy().view(np.uint64)
    leaves = [leaf_of(body) for part in BodyFile(paths.bodies, entry.count).scan() for body in part]
    return keys, leaves
