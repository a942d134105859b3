"""Sealing: the tail becomes a segment.

While events wait in the tail they are taken apart, coded and compressed, the latter two in a thread, all in memory, so
that sealing only writes: events that come in wait for that, and not for half a second of work. The steps are ordered so
that a crash between any two leaves the log whole: the segment's files come first, then the new empty tail, then the
entry's name (which makes the segment count), then the acknowledgement, then the old tail goes.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
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
from engine.log.segment import BODY_SCHEMA, PLACE_FIELD, Draft
from engine.log.texts import Texts
from schemas.codec import decode
from schemas.event import Event
from schemas.vector import Vector

STRETCH_EVENTS = 1 << 12
"""So many are taken apart together, while they are near."""
STEP_EVENTS = 1 << 14
"""So many are coded together while a tail grows: a whole number of stretches. The segment does not depend on it."""
ARRAY_BYTES_MAX = 1 << 30


class Buffer:
    """The events of the tail, in memory: as they came, a stretch at a time taken apart, and coded as their segment."""

    def __init__(self, first: int, book: NameBook, zone: tzinfo) -> None:
        """The empty tail that begins at ``first``."""
        self.first = first
        self.book = book
        self.admitted_first = self.admitted_last = 0
        self._zone = zone
        self._waiting = Candidates()
        self._times: list[tuple[int, int]] = []
        self._step = _Step()
        self._draft = Draft()
        self._thread = ThreadPoolExecutor(1, "sealing")
        self._coding: list[Future[None]] = []
        self._bodies: list[pa.Array] = []
        self._starts: list[int] = []
        self._places: list[int] = []
        self._next = self._coded = first

    @property
    def count(self) -> int:
        """How many events there are."""
        return self._next + len(self._waiting.keys) - self.first

    def add(self, batch: Candidates, admitted: int, places: Sequence[int] = ()) -> None:
        """Take in events admitted together, at ``admitted`` µs; of a partitioned log with the place of each."""
        if not self.count:
            self.admitted_first = admitted
        self.admitted_last = admitted
        self._places.extend(places)
        done, size = 0, len(batch.keys)
        while done < size:
            part = slice(done, done + STRETCH_EVENTS - len(self._waiting.keys))
            keys = batch.keys[part]
            self._waiting.events.extend(batch.events[part])
            self._waiting.bodies.extend(batch.bodies[part])
            self._waiting.keys.extend(keys)
            self._times.append((len(keys), admitted))
            done += len(keys)
            if len(self._waiting.keys) == STRETCH_EVENTS:
                self._take_apart()

    def event(self, position: int) -> Event:
        """The event at ``position``."""
        if position >= self._next:
            return self._waiting.event(position - self._next)
        stretch = int(np.searchsorted(self._starts, position, "right")) - 1
        return decode(self._bodies[stretch][position - self._starts[stretch]].as_py())

    def place(self, position: int) -> int:
        """The partition of the event at ``position``."""
        return self._places[position - self.first]

    def draft(self) -> Draft:
        """All events as the segment that they become; no more can be added."""
        if self._waiting.keys:
            self._take_apart()
        if self._step.texts.count:
            self._code_later()
        for step in self._coding:
            step.result()
        self.close()
        return self._draft

    def close(self) -> None:
        """Code no more."""
        self._thread.shutdown(cancel_futures=True)

    def _take_apart(self) -> None:
        """Take apart the events that wait, and lay out their bodies."""
        waiting, step = self._waiting, self._step
        step.texts.add(waiting.events)
        step.keys.append(np.array(waiting.keys, np.uint64))
        step.times.extend(self._times)
        for array in _binary(waiting.bodies):
            step.bodies.append(array)
            self._bodies.append(array)
            self._starts.append(self._next)
            self._next += len(array)
        self._waiting, self._times = Candidates(), []
        if step.texts.count >= STEP_EVENTS:
            self._code_later()

    def _code_later(self) -> None:
        """Have what was taken apart coded in the thread, where nothing else gives names codes."""
        step, self._step = self._step, _Step()
        end = self._next - self.first
        places = self._places[end - step.texts.count : end]
        self._coding.append(self._thread.submit(lambda: self._code(step, places)))

    def _code(self, step: _Step, places: list[int]) -> None:
        counts, times = zip(*step.times, strict=True)
        admitted = np.repeat(np.array(times, np.int64), counts)
        keys = np.concatenate(step.keys)
        self._draft.add_columns(build_columns(step.texts, self._coded, admitted, keys, self.book, self._zone))
        bodies = pa.table([pa.chunked_array(step.bodies)], schema=BODY_SCHEMA)
        if places:
            bodies = bodies.append_column(PLACE_FIELD, pa.array(places, PLACE_FIELD.type))
        self._draft.add_bodies(bodies)
        self._coded += len(keys)


@dataclass(slots=True)
class _Step:
    """Events that are coded together, taken apart."""

    texts: Texts = field(default_factory=Texts)
    keys: list[npt.NDArray[np.uint64]] = field(default_factory=list)
    times: list[tuple[int, int]] = field(default_factory=list)
    bodies: list[pa.Array] = field(default_factory=list)


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
    draft = buffer.draft()
    paths = SegmentPaths(partition, before.number + 1 if before else 1)
    files = draft.write(disk, paths, buffer.book.table())
    entry = signed(
        Entry(
            number=before.number + 1 if before else 1,
            first=buffer.first,
            last=buffer.first + buffer.count - 1,
            admitted_first=buffer.admitted_first,
            admitted_last=buffer.admitted_last,
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
