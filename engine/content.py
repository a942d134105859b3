"""Content: what the events of a batch say, in columns where many were written alike, else event by event.

Columns are what admission, the log and the fold have in common: an event that stands in them is never an object of
Python's own, unless somebody asks for that one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta, tzinfo
from itertools import accumulate

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import xxhash

from schemas.event import Identity, Told, identity_keys

Rows = npt.NDArray[np.int64]
Keys = npt.NDArray[np.uint64]
Indexes = Sequence[int] | Rows

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
EPOCH_ORDINAL = EPOCH.toordinal()


def days_of(times: Rows, zone: tzinfo) -> Rows:
    """The dates, as ordinals, of ``times`` (µs since 1970 UTC) in a time zone."""
    local = [(EPOCH + timedelta(microseconds=time)).astimezone(zone) for time in times.tolist()]
    return np.array([time.toordinal() for time in local], np.int64)


@dataclass(frozen=True, slots=True)
class Alike:
    """Events of one type that have the same fields: ``rows`` are their places in the batch, ascending.

    Side by side with those stand ``ids``, ``sources``, ``times`` (µs since 1970 UTC) and, by attribute, ``columns``:
    texts, decimals in their shortest plain form among them, and days.
    """

    type: str
    rows: Rows
    ids: pa.StringArray
    sources: pa.StringArray
    times: Rows
    columns: Mapping[str, pa.Array]

    def __len__(self) -> int:
        return len(self.rows)

    def chosen(self, kept: slice | Rows, rows: Rows) -> Alike:
        """Some of them, whose places are ``rows``."""

        def some(column: pa.Array) -> pa.Array:
            return column[kept] if isinstance(kept, slice) else column.take(pa.array(kept))

        columns = {name: some(column) for name, column in self.columns.items()}
        return Alike(self.type, rows, some(self.ids), some(self.sources), self.times[kept], columns)

    def days(self, zone: tzinfo) -> Rows:
        """Their business dates, as ordinals: what they say, else the dates of their times in the institution's zone."""
        said = self.columns.get("on")
        return days_of(self.times, zone) if said is None else said.cast(pa.int32()).to_numpy() + EPOCH_ORDINAL

    def keys(self) -> Keys:
        """The key of each one's identity (``schemas.event.identity_key``)."""
        named = joined([self.sources, self.ids], "\0")
        return np.fromiter(map(xxhash.xxh3_64_intdigest, named), np.uint64, len(named))

    def identities(self) -> list[Identity]:
        """The identity of each."""
        return list(zip(self.sources.to_pylist(), self.ids.to_pylist(), strict=True))


@dataclass(frozen=True, slots=True)
class Content:
    """What ``count`` events say: those in ``alike``, and ``events``, the others, which stand at ``rows``, ascending."""

    count: int = 0
    alike: Sequence[Alike] = ()
    events: Sequence[Told] = ()
    rows: Rows = field(default_factory=lambda: np.empty(0, np.int64))

    @classmethod
    def of(cls, events: Sequence[Told]) -> Content:
        """What these events say."""
        return cls(len(events), (), events, np.arange(len(events)))

    @classmethod
    def together(cls, parts: Sequence[Content]) -> Content:
        """What the events of several batches say, one batch after the other."""
        if len(parts) == 1:
            return parts[0]
        starts = [0, *accumulate(part.count for part in parts)]
        each = list(zip(parts, starts, strict=False))
        alike = [replace(one, rows=one.rows + start) for part, start in each for one in part.alike]
        events = [event for part in parts for event in part.events]
        return cls(
            starts[-1],
            alike,
            events,
            np.concatenate([np.empty(0, np.int64), *(part.rows + start for part, start in each)]),
        )

    def __len__(self) -> int:
        return self.count

    def keys(self) -> Keys:
        """The key of each event's identity."""
        keys = np.empty(self.count, np.uint64)
        keys[self.rows] = identity_keys(self.events)
        for alike in self.alike:
            keys[alike.rows] = alike.keys()
        return keys

    def identities(self) -> dict[Identity, int]:
        """Where each event stands, by its identity, of which there is no second."""
        found = {(event.source, event.id): row for row, event in zip(self.rows.tolist(), self.events, strict=True)}
        for alike in self.alike:
            found.update(zip(alike.identities(), alike.rows.tolist(), strict=True))
        return found

    def part(self, start: int, stop: int) -> Content:
        """What the events from ``start`` to before ``stop`` say."""
        stop = min(stop, self.count)
        if (start, stop) == (0, self.count):
            return self
        within = (_within(one.rows, start, stop) for one in self.alike)
        alike = [
            one.chosen(kept, one.rows[kept] - start)
            for one, kept in zip(self.alike, within, strict=True)
            if kept.stop > kept.start
        ]
        kept = _within(self.rows, start, stop)
        return Content(stop - start, alike, self.events[kept], self.rows[kept] - start)

    def chosen(self, indexes: Indexes) -> Content:
        """What the events at ``indexes``, which ascend, say."""
        if isinstance(indexes, range):
            return self.part(indexes.start, indexes.stop)
        place = np.full(self.count, -1)
        place[np.asarray(indexes, np.int64)] = np.arange(len(indexes))
        alike = []
        for one in self.alike:
            kept = np.flatnonzero(place[one.rows] >= 0)
            if len(kept):
                alike.append(one.chosen(kept, place[one.rows[kept]]))
        others = np.flatnonzero(place[self.rows] >= 0)
        events = [self.events[index] for index in others.tolist()]
        return Content(len(indexes), alike, events, place[self.rows[others]])


def _within(rows: Rows, start: int, stop: int) -> slice:
    first, end = np.searchsorted(rows, (start, stop)).tolist()
    return slice(first, end)


def joined(pieces: Sequence[pa.StringArray | pa.StringScalar], between: str) -> list[bytes]:
    """The texts side by side put together, row by row, as UTF-8."""
    made: list[bytes] = pc.binary_join_element_wise(*pieces, pa.scalar(between)).cast(pa.binary()).to_pylist()
    return made
