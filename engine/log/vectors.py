"""Vectors: the positions of a partitioned log, and which of its partition's events each event is (contract §1).

Counts at the end of every segment stand in the manifest; within a segment and in the tail they follow from the places
of its events.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from functools import lru_cache
from itertools import chain
from pathlib import Path

import numpy as np
import numpy.typing as npt
from msgspec import UNSET

from engine.log.frames import Frame
from engine.log.manifest import Entry, SegmentPaths
from engine.log.segment import read_places
from schemas.vector import Vector

STRETCHES_HELD_MAX = 4
Counts = npt.NDArray[np.int64]


class Vectors:
    """The vectors of the events of these segments and frames, of a log that began at ``beginning``."""

    def __init__(self, partition: Path, entries: Sequence[Entry], frames: Sequence[Frame], beginning: Vector) -> None:
        self._partition = partition
        self._entries = entries
        self._frames = frames
        self._beginning = beginning
        self._ends = [entry.last for entry in entries]
        self._places = lru_cache(maxsize=STRETCHES_HELD_MAX)(self._read_places)
        self._ranks = lru_cache(maxsize=STRETCHES_HELD_MAX)(self._read_ranks)

    def at(self, position: int) -> Vector:
        """The vector when the log had ``position`` events."""
        stretch, before, places = self._stretch(position)
        counts = np.bincount(places[: position - before], minlength=len(self._beginning.counts))
        return Vector(tuple((self._before(stretch) + counts).tolist()))

    def places(self, first: int, last: int) -> list[int]:
        """The partitions of the events from ``first`` to ``last``."""
        found: list[int] = []
        while first <= last:
            _, before, places = self._stretch(first - 1)
            part = places[first - before - 1 : last - before]
            found += part.tolist()
            first += len(part)
        return found

    def place(self, position: int) -> str:
        """The event at ``position`` as documents name it: ``partition:how manieth of it``."""
        stretch, before, places = self._stretch(position - 1)
        within = position - before - 1
        place = int(places[within])
        return f"{place}:{self._before(stretch)[place] + self._ranks(stretch)[within]}"

    def _stretch(self, position: int) -> tuple[int, int, npt.NDArray[np.int16]]:
        """The segment, or the tail after the last, in which the event after ``position`` stands."""
        stretch = bisect_right(self._ends, position)
        return stretch, self._ends[stretch - 1] if stretch else 0, self._places(stretch)

    def _read_places(self, stretch: int) -> npt.NDArray[np.int16]:
        if stretch == len(self._entries):
            told = (frame.header.places for frame in self._frames if frame.header.places is not UNSET)
            return np.fromiter(chain.from_iterable(told), np.int16)
        return read_places(SegmentPaths(self._partition, self._entries[stretch].number).bodies)

    def _before(self, stretch: int) -> Counts:
        told = self._entries[stretch - 1].vector if stretch else UNSET
        return np.array(self._beginning.counts if told is UNSET else told, np.int64)

    def _read_ranks(self, stretch: int) -> Counts:
        """How manieth of its partition, within the stretch, each event is; from 1 on."""
        places = self._places(stretch)
        ranks = np.empty(len(places), np.int64)
        for place in range(len(self._beginning.counts)):
            of_place = np.flatnonzero(places == place)
            ranks[of_place] = np.arange(1, len(of_place) + 1)
        return ranks
