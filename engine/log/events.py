"""All events of a log, for its writer: found by identity or by position, in segments and in the tail's memory.

While the beginning of the tail is being sealed it stays in memory beside what comes after it.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from threading import Lock

import numpy as np

from engine.admission import Candidates
from engine.log.bodies import Bodies
from engine.log.buffer import Buffer
from engine.log.disk import told
from engine.log.identity import IdentityIndex, Known
from engine.log.manifest import Entry, SegmentPaths
from engine.log.runs import Words
from engine.log.segment import read_places
from schemas.codec import decode
from schemas.event import Event, identity_key


class Events:
    """The events. Another thread than the one that appends may ask for them, too.

    ``buffer`` has those of the tail; ``sealing`` those of its beginning that are being sealed, ``buffer`` then what
    follows.
    """

    def __init__(self, cache: Path, partition: Path, entries: list[Entry], buffer: Buffer) -> None:
        """The events of the segments of ``entries``, and of ``buffer`` after them."""
        self.bodies = Bodies(partition, entries, [])
        self.buffer = buffer
        self.sealing: Buffer | None = None
        self._cache = cache
        self._partition = partition
        self._entries = entries
        with told(cache, "make the index of identities"):
            self.identities = IdentityIndex(cache, partition, entries)
        self._moving = Lock()
        """Held while what ``find`` looks into moves."""

    def candidates(self, keys: Words) -> dict[int, list[Known]]:
        """For each index of ``keys`` whose key the log has: where."""
        return self.identities.candidates(keys)

    def at(self, position: int) -> Event:
        """The event at ``position``."""
        buffer = self._buffer_of(position)
        return decode(self.bodies.at(position)) if buffer is None else buffer.event(position)

    def find(self, source: str, event_id: str) -> int | None:
        """The position of the event with this identity; None where the log has none."""
        key = identity_key(source, event_id)
        with self._moving:
            for position, _ in self.candidates(np.array([key], np.uint64)).get(0, ()):
                if self.at(position).identity == (source, event_id):
                    return position
        return None

    def place_of(self, source: str, event_id: str) -> int | None:
        """The partition of the event with this identity, of a partitioned log; None where it has none."""
        position = self.find(source, event_id)
        if position is None:
            return None
        buffer = self._buffer_of(position)
        if buffer is not None:
            return buffer.place(position)
        entry = self.bodies.entry_of(position)
        assert entry is not None, "what is not in the tail is in a segment"
        return int(read_places(SegmentPaths(self._partition, entry.number).bodies)[position - entry.first])

    def add(self, batch: Candidates, admitted: int, places: Sequence[int], *, distinct: bool) -> None:
        """Take in events admitted together; ``distinct`` where their keys are new and differ from each other."""
        with self._moving:
            self.identities.remember(batch.keys, batch.leaves, distinct=distinct)
            self.buffer.add(batch, admitted, places)

    def begin_seal(self, after: Buffer) -> None:
        """What is in ``buffer`` is about to be sealed, and ``after`` takes what follows.

        Raises:
            EnvironmentProblem: the identities sealed before could not be written.
        """
        with told(self._cache, "extend the index of identities"), self._moving:
            self.identities.begin_seal(after.first - 1)
            self.sealing, self.buffer = self.buffer, after

    def end_seal(self, entry: Entry) -> None:
        """What was being sealed is the segment of ``entry``."""
        with self._moving:
            self._entries.append(entry)
            self.sealing = None

    def _buffer_of(self, position: int) -> Buffer | None:
        """The buffer that holds the event at ``position``; None where a segment does."""
        held = (self.buffer, self.sealing)
        return next((buffer for buffer in held if buffer is not None and position >= buffer.first), None)
