"""Events taken apart: what of events has a column, column by column; names and decimals still as text.

Nothing is checked here: admission saw to that. Events come as admission made them, in columns already or not, or as
bodies read back, of which what has no column is passed over undecoded; all give the same.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache, partial
from itertools import count, repeat
from operator import attrgetter
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from engine.content import EPOCH, Alike, Content
from schemas.codec import decode
from schemas.event import Told
from schemas.fields import Storage
from schemas.payloads import TYPES, Field, columns
from schemas.structs import one_of
from schemas.upcast import FIRST_VERSION, urn

# So many events are taken apart at a time: meanwhile they stay in the processor's own cache.
NEAR_EVENTS = 1 << 11
MEMBER_TEXTS = pa.struct([pa.field(name, pa.string()) for name in ("manager_id", "share", "role")])

_TIME, _TYPE, _SOURCE = "time", "type", "source"
_ARROW = {Storage.FLAG: pa.bool_(), Storage.TEAM: pa.list_(MEMBER_TEXTS), Storage.DAY: pa.date32()}
_OF_EVERY_EVENT = {_TIME: pa.duration("us"), "on": pa.date32()}
_type, _source, _time, _data = map(attrgetter, (_TYPE, _SOURCE, _TIME, "data"))

Rows = npt.NDArray[np.int64]


class _Member(msgspec.Struct, gc=False):
    manager_id: str
    share: str
    role: str | None = None


_READ: dict[Storage, Any] = {Storage.FLAG: bool, Storage.TEAM: list[_Member], Storage.DAY: date}


@dataclass(frozen=True, slots=True)
class _Part:
    """What stands in one column: rows and values side by side, an array for each type among events added together."""

    rows: list[Rows] = field(default_factory=list)
    values: list[pa.Array] = field(default_factory=list)


class Words:
    """A column that has a text for each event, of few different ones, which are numbered."""

    def __init__(self) -> None:
        self._numbers: defaultdict[str, int] = defaultdict(count().__next__)
        self._parts: list[npt.NDArray[np.int32]] = []

    def begin(self, size: int) -> None:
        """So many texts come next."""
        self._parts.append(np.empty(size, np.int32))

    def put(self, rows: Rows, texts: Iterable[str]) -> None:
        """The texts at ``rows`` of those that have begun to come."""
        self._parts[-1][rows] = np.fromiter(map(self._numbers.__getitem__, texts), np.int32, len(rows))

    def put_alike(self, rows: Rows, texts: pa.StringArray) -> None:
        """The same for texts of which few differ."""
        encoded = texts.dictionary_encode()
        numbers = np.array([self._numbers[text] for text in encoded.dictionary.to_pylist()], np.int32)
        self._parts[-1][rows] = numbers[encoded.indices.to_numpy()]

    def among(self, rows: Rows) -> Iterator[tuple[str, Rows]]:
        """The different texts among those at ``rows``, and at which of ``rows`` each stands."""
        there = self._parts[-1][rows]
        for text, number in self._numbers.items():
            where = np.flatnonzero(there == number)
            if len(where):
                yield text, where

    @property
    def numbers(self) -> npt.NDArray[np.int32]:
        """The number of each event's text."""
        return np.concatenate(self._parts) if self._parts else np.empty(0, np.int32)

    @property
    def texts(self) -> pa.StringArray:
        """The different texts, by number."""
        return pa.array(list(self._numbers), pa.string())

    @property
    def first(self) -> Rows:
        """Where each of them stands first."""
        first = np.empty(len(self._numbers), np.int64)
        backwards = np.arange(len(self.numbers))[::-1]
        first[self.numbers[backwards]] = backwards  # of several places of a text the last one stays
        return first


class Texts:
    """What is in consecutive events, by column. Rows count from 0."""

    def __init__(self) -> None:
        self.count = 0
        self._parts: dict[str, _Part] = {}
        self.types, self.sources = Words(), Words()

    def add(self, content: Content) -> None:
        """Take apart the events that come next."""
        for words in (self.sources, self.types):
            words.begin(len(content))
        for alike in content.alike:
            self._add_alike(alike)
        for start in range(0, len(content.events), NEAR_EVENTS):
            near = slice(start, start + NEAR_EVENTS)
            self._add_near(content.events[near], content.rows[near])
        self.count += len(content)

    def add_bodies(self, bodies: Sequence[bytes]) -> None:
        """Take apart the events of these bodies, which come next."""
        for start in range(0, len(bodies), NEAR_EVENTS):
            self.add(Content.of(list(map(_read_back, bodies[start : start + NEAR_EVENTS]))))

    def _add_alike(self, alike: Alike) -> None:
        rows = self.count + alike.rows
        self._take(_TIME, rows, pa.array(alike.times, pa.duration("us")))
        self.sources.put_alike(alike.rows, alike.sources)
        self.types.put(alike.rows, repeat(alike.type))
        for item in TYPES[alike.type].fields:
            if item.attribute in alike.columns and item.column is not None:
                self._take(item.column, rows, alike.columns[item.attribute])

    def _add_near(self, events: Sequence[Told], rows: Rows) -> None:
        times = pa.array([time - EPOCH for time in map(_time, events)], pa.duration("us"))
        self._take(_TIME, self.count + rows, times)
        self.sources.put(rows, map(_source, events))
        self.types.put(rows, map(_type, events))
        for event_type, places in self.types.among(rows):
            payloads = [events[place].data for place in places.tolist()]
            for name, get, array in _getters(event_type):
                values = array(list(map(get, payloads)))
                if values.null_count != len(values):
                    self._take(name, self.count + rows[places], values)

    def column(self, name: str) -> tuple[Rows, pa.Array]:
        """The rows that have something in the column, and what they have.

        That is texts; flags, days, or lists of members whose parts are texts; of ``time`` the time since 1970.
        """
        part = self._parts.get(name)
        if part is None:
            return np.empty(0, np.int64), pa.array([], _arrow(name))
        rows, values = np.concatenate(part.rows), pa.concat_arrays(part.values)
        return (rows[np.asarray(values.is_valid())], values.drop_null()) if values.null_count else (rows, values)

    def _take(self, name: str, rows: Rows, values: pa.Array) -> None:
        part = self._parts.get(name)
        if part is None:
            part = self._parts[name] = _Part()
        part.rows.append(rows)
        part.values.append(values)


def _array(values: list[Any], kind: pa.DataType) -> pa.Array:
    """The values of one field as a column takes them."""
    try:
        return pa.array(values, kind)
    except pa.ArrowTypeError:  # decimals may be numbers
        return pa.array([None if value is None else str(value) for value in values], kind)


def _teams(teams: list[Any]) -> pa.Array:
    """Lists of members; every event that has such a field has a list in it."""
    ends = np.zeros(len(teams) + 1, np.int32)
    np.cumsum(list(map(len, teams)), out=ends[1:])
    members = [member for team in teams for member in team]
    parts = [
        [member.manager_id for member in members],
        [str(member.share) for member in members],
        [member.role for member in members],
    ]
    arrays = [pa.array(part, pa.string()) for part in parts]
    return pa.ListArray.from_arrays(pa.array(ends), pa.StructArray.from_arrays(arrays, fields=list(MEMBER_TEXTS)))


def _read_back(body: bytes) -> Told:
    """What has a column of the event of ``body``; all of it, where that was written in an older version."""
    try:
        row = _decoder()(body)
        if row.dataschema in _current(row.type):
            told: Told = row
            return told
    except msgspec.ValidationError:
        pass
    return decode(body)


@cache
def _arrow(name: str) -> pa.DataType:
    kind = columns().get(name)
    return _OF_EVERY_EVENT[name] if kind is None else _ARROW.get(kind.storage, pa.string())


@cache
def _decoder() -> Callable[[bytes], Any]:
    rows = []
    for payload in TYPES.values():
        attributes: list[tuple[str, Any] | tuple[str, Any, Any]] = [
            (_SOURCE, str),
            (_TIME, datetime),
            ("data", _stored(payload.name, payload.fields)),
            ("dataschema", str | None, None),
        ]
        told = {_TYPE: payload.name}
        rows.append(
            msgspec.defstruct(payload.name, attributes, tag_field=_TYPE, tag=payload.name, gc=False, namespace=told)
        )
    return msgspec.json.Decoder(one_of(rows)).decode


def _stored(name: str, fields: tuple[Field, ...]) -> type[msgspec.Struct]:
    """A struct of what has a column."""
    read = [(item.attribute, _READ.get(item.kind.storage, str) | None, None) for item in fields if item.column]
    return msgspec.defstruct(name, read, rename={item.attribute: item.name for item in fields}, gc=False)


@cache
def _getters(event_type: str) -> tuple[tuple[str, Callable[[Any], Any], Callable[[list[Any]], pa.Array]], ...]:
    """Of each field that has a column: the column, what gets the field, and what makes an array of many."""
    return tuple(
        (
            item.column,
            attrgetter(item.attribute),
            _teams if item.kind.storage is Storage.TEAM else partial(_array, kind=_arrow(item.column)),
        )
        for item in TYPES[event_type].fields
        if item.column is not None
    )


@cache
def _current(event_type: str) -> frozenset[str | None]:
    """The ``dataschema`` of events that are written in today's version."""
    version = TYPES[event_type].version
    return frozenset({urn(event_type, version), None} if version == FIRST_VERSION else {urn(event_type, version)})
