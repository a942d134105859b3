"""The events themselves, by position: from the segments and the tail of one state of the log."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from threading import Lock

from engine.log.frames import Frame
from engine.log.manifest import Entry, SegmentPaths
from engine.log.segment import BODY_ROWS, BodyFile

OPEN_FILES_MAX = 64
GROUPS_HELD_MAX = 16


class Bodies:
    """Canonical bytes of events; positions from 1 on, none beyond the state. Any thread may read them."""

    def __init__(self, partition: Path, entries: list[Entry], frames: list[Frame]) -> None:
        self._partition = partition
        self._entries = entries
        self._frames = frames
        self._reading = Lock()
        self._file = lru_cache(maxsize=OPEN_FILES_MAX)(self._open)
        self._group = lru_cache(maxsize=GROUPS_HELD_MAX)(self._read_group)

    def at(self, position: int) -> bytes:
        """The body of one event."""
        entry = self.entry_of(position)
        if entry is not None:
            return self._sealed(entry, position)
        index = bisect_left(self._frames, position + 1, key=lambda frame: frame.header.first) - 1
        frame = self._frames[index]
        return frame.bodies[position - frame.header.first]

    def between(self, first: int, last: int) -> Iterator[tuple[int, bytes]]:
        """The bodies of a stretch of positions, both ends included."""
        position = first
        while position <= last and (entry := self.entry_of(position)) is not None:
            row = position - entry.first
            group = self._group(entry.number, entry.count, row // BODY_ROWS)
            part = group[row % BODY_ROWS : row % BODY_ROWS + last - position + 1]
            yield from enumerate(part, position)
            position += len(part)
        for frame in self._frames:
            begin = max(position, frame.header.first) - frame.header.first
            part = frame.bodies[begin : last - frame.header.first + 1] if last >= frame.header.first else []
            yield from enumerate(part, frame.header.first + begin)

    def of(self, positions: Iterable[int]) -> Iterator[tuple[int, bytes]]:
        """The bodies at ``positions``, in ascending order, each once."""
        if isinstance(positions, range) and positions.step == 1:
            if positions:
                yield from self.between(positions[0], positions[-1])
            return
        entry: Entry | None = None
        for position in sorted(set(positions)):
            if entry is None or position > entry.last:
                entry = self.entry_of(position)
            yield position, self.at(position) if entry is None else self._sealed(entry, position)

    def entry_of(self, position: int) -> Entry | None:
        """The segment that holds ``position``; None where the tail does."""
        index = bisect_left(self._entries, position, key=lambda entry: entry.last)
        return self._entries[index] if index < len(self._entries) else None

    def _sealed(self, entry: Entry, position: int) -> bytes:
        row = position - entry.first
        return self._group(entry.number, entry.count, row // BODY_ROWS)[row % BODY_ROWS]

    def _open(self, entry_number: int, count: int) -> BodyFile:
        return BodyFile(SegmentPaths(self._partition, entry_number).bodies, count)

    def _read_group(self, entry_number: int, count: int, group: int) -> list[bytes]:
        with self._reading:
            return self._file(entry_number, count).rows(group)
