"""Places: in which partition of its log each event stands (contract §1, §7).

An event is placed by its subject, so that all that is said of a customer stands in one partition. An event that speaks
of an earlier one (a reversal, a resolution) goes where that one is; where the log does not hold that one yet, and for
what has no subject, the name that it gives decides. Places change no figure: the log has one order. They let others
share the work of reading ``meritlog.log``, and they are what a position of the log counts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from operator import attrgetter
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from xxhash import xxh3_64_intdigest

from engine.content import Alike, Content, Rows
from engine.log.bodies import Bodies
from engine.log.manifest import Entry, SegmentPaths
from engine.log.segment import read_columns, read_places
from schemas.codec import decode
from schemas.event import REVERSAL, SUBJECTS, Identity, Told, subject_of
from schemas.payloads import TYPES

Find = Callable[[str, str], int | None]
"""The place of the event of this source and id; None where the log does not hold it."""

_OPENS = {"complaint.received": "complaint_id", "dispute.opened": "dispute_id"}
_RESOLVES = {"complaint.resolved": "complaint_id", "dispute.resolved": "dispute_id"}
_NAMES = ("complaint_id", "dispute_id", "settlement_id")


class Placer:
    """Places events in one of ``partitions``, in order of position; it remembers where complaints and disputes are."""

    def __init__(self, partitions: int, find: Find) -> None:
        """``find`` knows every event placed so far."""
        self.partitions = partitions
        self._find = find
        self._cases: dict[str, int] = {}

    def place(self, content: Content) -> list[int]:
        """The partition of each event of a batch, of which ``find`` knows none yet."""
        places = np.empty(len(content), np.int64)
        for alike in content.alike:
            places[alike.rows] = self._of_alike(alike)
        here: dict[Identity, int] | None = None
        hashed, partitions = xxh3_64_intdigest, self.partitions
        for row, event in zip(content.rows.tolist(), content.events, strict=True):
            subject = _SUBJECT.get(event.type)
            name = None if subject is None else subject(event.data)
            if name is not None:
                places[row] = hashed(name.encode()) % partitions
            elif event.type == REVERSAL:
                if here is None:
                    here = content.identities()
                named = here.get((event.data.event_source, event.data.event_id), row)
                places[row] = places[named] if named < row else self._place(event)
            else:
                places[row] = self._place(event)
                self.remember(event, int(places[row]))
        listed: list[int] = places.tolist()
        return listed

    def _of_alike(self, alike: Alike) -> Rows:
        subject = next(alike.columns[name] for name in SUBJECTS if name in alike.columns)
        names = subject.cast(pa.binary()).to_pylist()
        return (np.array(list(map(xxh3_64_intdigest, names)), np.uint64) % np.uint64(self.partitions)).astype(np.int64)

    def remember(self, event: Told, place: int) -> None:
        """Keep in mind where a complaint or a dispute is, for what resolves it."""
        if event.type in _OPENS:
            self._cases.setdefault(getattr(event.data, _OPENS[event.type]), place)

    def recall(self, partition: Path, entries: Sequence[Entry], bodies: Bodies) -> None:
        """Keep in mind the complaints and disputes of sealed segments."""
        for entry in entries:
            paths = SegmentPaths(partition, entry.number)
            cases = read_columns(paths.columns, sorted(set(_OPENS.values()))).columns
            rows = np.flatnonzero(np.logical_or.reduce([pc.is_valid(column).to_numpy() for column in cases]))
            if len(rows):
                places = read_places(paths.bodies)
                for row in rows.tolist():
                    self.remember(decode(bodies.at(entry.first + row)), int(places[row]))

    def _place(self, event: Told) -> int:
        """The partition of an event that has no subject, or that goes where an earlier one is."""
        if event.type == REVERSAL:
            named = event.data.event_source, event.data.event_id
            found = self._find(*named)
            return found if found is not None else self._by_name("\x00".join(named))
        if event.type in _RESOLVES:
            case = getattr(event.data, _RESOLVES[event.type])
            found = self._cases.get(case)
            return found if found is not None else self._by_name(case)
        return self._by_name(subject_of(event) or _name_of(event.data))

    def _by_name(self, name: str) -> int:
        return xxh3_64_intdigest(name.encode()) % self.partitions


def _subjects() -> Iterator[tuple[str, Callable[[Any], str | None]]]:
    for event_type, payload in TYPES.items():
        there = {item.attribute for item in payload.fields}
        first = next((name for name in SUBJECTS if name in there), None)
        if first is not None and event_type not in (REVERSAL, *_OPENS, *_RESOLVES):
            yield event_type, attrgetter(first)


_SUBJECT = dict(_subjects())
"""What gives the subject of nearly every event of a type: not of those that go by another one, or others by them."""


def _name_of(data: Any) -> str:
    """What stands in for a subject: the settlement, complaint or dispute that is spoken of; else nothing."""
    return next((value for name in _NAMES if (value := getattr(data, name, None)) is not None), "")
