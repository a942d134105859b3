"""The tail's events in memory, on their way into a segment.

While events wait in the tail they are taken apart, coded and compressed, the latter two in a thread, so that little is
left to do when the tail is full (``engine.log.sealer``).
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field
from datetime import tzinfo

import numpy as np
import pyarrow as pa

from engine.admission import Candidates
from engine.content import Content
from engine.log.columns import build_columns
from engine.log.names import NameBook
from engine.log.runs import Words
from engine.log.segment import BODY_SCHEMA, PLACE_FIELD, Draft
from engine.log.texts import Texts
from schemas.codec import decode
from schemas.event import Event

STRETCH_EVENTS = 1 << 12
"""So many are taken apart together, while they are near."""
STEP_EVENTS = 1 << 14
"""So many are coded together while a tail grows: a whole number of stretches. The segment does not depend on it."""
ARRAY_BYTES_MAX = 1 << 30


class Buffer:
    """The events of the tail, in memory: as they came, a stretch at a time taken apart, and coded as their segment."""

    def __init__(self, first: int, book: NameBook, zone: tzinfo, thread: Executor) -> None:
        """The empty tail that begins at ``first``; its events are coded in ``thread``, one step after the other."""
        self.first = first
        self.book = book
        self.admitted_first = self.admitted_last = 0
        self._zone = zone
        self._waiting = _Stretch()
        self._times: list[tuple[int, int]] = []
        self._step = _Step()
        self._draft = Draft()
        self._thread = thread
        self._coding: list[Future[None]] = []
        self._bodies: list[pa.Array] = []
        self._starts: list[int] = []
        self._places: list[int] = []
        self._next = self._coded = first

    @property
    def count(self) -> int:
        """How many events there are."""
        return self._next + len(self._waiting.bodies) - self.first

    def add(self, batch: Candidates, admitted: int, places: Sequence[int] = ()) -> None:
        """Take in events admitted together, at ``admitted`` µs; of a partitioned log with the place of each."""
        if not self.count:
            self.admitted_first = admitted
        self.admitted_last = admitted
        self._places.extend(places)
        done, size = 0, len(batch.keys)
        while done < size:
            end = min(done + STRETCH_EVENTS - len(self._waiting.bodies), size)
            self._waiting.contents.append(batch.content.part(done, end))
            self._waiting.bodies += batch.bodies[done:end]
            self._waiting.keys.append(batch.keys[done:end])
            self._times.append((end - done, admitted))
            done = end
            if len(self._waiting.bodies) == STRETCH_EVENTS:
                self._take_apart()

    def event(self, position: int) -> Event:
        """The event at ``position``."""
        if position >= self._next:
            return decode(self._waiting.bodies[position - self._next])
        stretch = int(np.searchsorted(self._starts, position, "right")) - 1
        return decode(self._bodies[stretch][position - self._starts[stretch]].as_py())

    def place(self, position: int) -> int:
        """The partition of the event at ``position``."""
        return self._places[position - self.first]

    def end(self) -> None:
        """Have all events coded: no more come."""
        if self._waiting.bodies:
            self._take_apart()
        if self._step.texts.count:
            self._code_later()

    def draft(self) -> Draft:
        """All events as the segment that they become, after the end, and once they are coded."""
        for step in self._coding:
            step.result()
        return self._draft

    def _take_apart(self) -> None:
        """Take apart the events that wait, and lay out their bodies."""
        waiting, step = self._waiting, self._step
        step.texts.add(Content.together(waiting.contents))
        step.keys += waiting.keys
        step.times.extend(self._times)
        for array in _binary(waiting.bodies):
            step.bodies.append(array)
            self._bodies.append(array)
            self._starts.append(self._next)
            self._next += len(array)
        self._waiting, self._times = _Stretch(), []
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
class _Stretch:
    """Events that wait to be taken apart together."""

    contents: list[Content] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    keys: list[Words] = field(default_factory=list)


@dataclass(slots=True)
class _Step:
    """Events that are coded together, taken apart."""

    texts: Texts = field(default_factory=Texts)
    keys: list[Words] = field(default_factory=list)
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
