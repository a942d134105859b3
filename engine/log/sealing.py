"""Sealing: the tail becomes a segment.

While events wait in the tail they are taken apart a stretch at a time, so that sealing only gives codes and writes. The
steps are ordered so that a crash between any two leaves the log whole: the segment's files come first, then the new
empty tail, then the entry's name (which makes the segment count), then the acknowledgement, then the old tail goes.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import tzinfo
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from msgspec import UNSET

from engine.admission import Candidates
from engine.log import frames
from engine.log.columns import build_columns
from engine.log.digest import line_of, signed
from engine.log.disk import Disk
from engine.log.frames import Acknowledged
from engine.log.intake import Intake
from engine.log.manifest import Entry, SegmentPaths
from engine.log.merkle import Frontier
from engine.log.names import NameBook
from engine.log.segment import BODY_SCHEMA, PLACE_FIELD, write_segment
from engine.log.texts import Texts
from schemas.codec import decode
from schemas.event import Event
from schemas.vector import Vector

STRETCH_EVENTS = 1 << 12
ARRAY_BYTES_MAX = 1 << 30


class Buffer:
    """The events of the tail, in memory: as they came, and a stretch at a time as arrays of what they are made of."""

    def __init__(self, first: int, book: NameBook, zone: tzinfo) -> None:
        self.first = first
        self.book = book
        self._zone = zone
        self._waiting = Candidates()
        self._admitted: list[tuple[int, int]] = []
        self._keys: list[npt.NDArray[np.uint64]] = []
        self._texts = Texts()
        self._bodies: list[pa.Array] = []
        self._starts: list[int] = []
        self._places: list[int] = []
        self._next = first

    @property
    def count(self) -> int:
        """How many events there are."""
        return self._next + len(self._waiting.keys) - self.first

    def add(self, batch: Candidates, admitted: int, places: Sequence[int] = ()) -> None:
        """Take in events admitted together, at ``admitted`` µs; of a partitioned log with the place of each."""
        self._admitted.append((len(batch.keys), admitted))
        self._places.extend(places)
        if not self._waiting.keys and len(batch.keys) >= STRETCH_EVENTS:
            self._flush(batch)
            return
        self._waiting.events.extend(batch.events)
        self._waiting.bodies.extend(batch.bodies)
        self._waiting.keys.extend(batch.keys)
        if len(self._waiting.keys) >= STRETCH_EVENTS:
            self._flush(self._waiting)

    def event(self, position: int) -> Event:
        """The event at ``position``."""
        if position >= self._next:
            return self._waiting.event(position - self._next)
        stretch = int(np.searchsorted(self._starts, position, "right")) - 1
        return decode(self._bodies[stretch][position - self._starts[stretch]].as_py())

    def place(self, position: int) -> int:
        """The partition of the event at ``position``."""
        return self._places[position - self.first]

    def tables(self) -> tuple[pa.Table, pa.Table]:
        """All events as columns, and their bodies."""
        if self._waiting.keys:
            self._flush(self._waiting)
        counts, times = zip(*self._admitted, strict=True)
        admitted = np.repeat(np.array(times, np.int64), counts)
        columns = build_columns(self._texts, self.first, admitted, np.concatenate(self._keys), self.book, self._zone)
        bodies = pa.table([pa.chunked_array(self._bodies)], schema=BODY_SCHEMA)
        if self._places:
            bodies = bodies.append_column(PLACE_FIELD, pa.array(self._places, PLACE_FIELD.type))
        return columns, bodies

    def _flush(self, waiting: Candidates) -> None:
        self._texts.add(waiting.events)
        self._keys.append(np.array(waiting.keys, np.uint64))
        for array in _binary(waiting.bodies):
            self._bodies.append(array)
            self._starts.append(self._next)
            self._next += len(array)
        self._waiting = Candidates()


def _binary(bodies: Sequence[bytes]) -> list[pa.Array]:
    """``bodies`` as Arrow arrays, laid out by hand: several times as fast as ``pa.array``."""
    ends = np.zeros(len(bodies) + 1, np.int64)
    np.cumsum(list(map(len, bodies)), out=ends[1:])
    if ends[-1] > ARRAY_BYTES_MAX and len(bodies) > 1:
        middle = len(bodies) // 2
        return [*_binary(bodies[:middle]), *_binary(bodies[middle:])]
    data = [None, pa.py_buffer(ends.astype(np.int32)), pa.py_buffer(b"".join(bodies))]
    return [pa.BinaryArray.from_buffers(pa.binary(), len(bodies), data)]


def write_entry(
    disk: Disk,
    partition: Path,
    before: Entry | None,
    genesis_digest: str,
    buffer: Buffer,
    frontier: Frontier,
    subtrees: Sequence[bytes],
    tail: Acknowledged,
    vector: Vector | None,
    intake: Intake,
) -> Entry:
    """Write the segment and its entry; when this returns, the segment counts, and a new empty tail is there."""
    columns, bodies = buffer.tables()
    paths = SegmentPaths(partition, before.number + 1 if before else 1)
    files = write_segment(disk, paths, columns, bodies, buffer.book.table())
    admitted = columns.column("admitted")
    entry = signed(
        Entry(
            number=before.number + 1 if before else 1,
            first=buffer.first,
            last=buffer.first + buffer.count - 1,
            admitted_first=admitted[0].as_py(),
            admitted_last=admitted[-1].as_py(),
            columns=files[0],
            bodies=files[1],
            names=files[2],
            names_before=before.names_after if before else 0,
            names_after=buffer.book.count,
            frontier=[peak.hex() for peak in frontier.compact()],
            subtrees=[root.hex() for root in subtrees],
            tail_length=tail.length,
            tail_chain=tail.chain,
            previous=before.digest if before else genesis_digest,
            vector=UNSET if vector is None else list(vector.counts),
            intake=UNSET if vector is None else intake,
        )
    )
    new_tail(disk, partition, entry.last + 1)
    disk.rename(disk.write_aside(paths.entry, line_of(entry) + b"\n"), paths.entry)
    disk.sync_directory(paths.entry.parent)
    return entry


def new_tail(disk: Disk, partition: Path, first: int) -> None:
    """Make the empty tail that begins at position ``first``."""
    path = partition / frames.tail_name(first)
    descriptor = disk.create(path)
    try:
        disk.sync(path, descriptor)
    finally:
        disk.close(descriptor)
    disk.sync_directory(partition)
