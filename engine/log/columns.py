"""Events as columns: what calculations read instead of JSON.

One row an event, in order of position. Every field of every payload has a column of its name (the same name, the same
column), stored as its kind says: names as codes of the log's dictionary, decimals as scaled integers, days as days.
Which columns there are follows from the payload models alone. What has no column (reasons, claims) is in the body.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
from decimal import Decimal
from functools import cache
from operator import attrgetter
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from engine.log.names import NO_NAME, Codes, NameBook, Named
from schemas.event import Event, business_date
from schemas.exact import SHARE_DIGITS
from schemas.fields import Kind, Storage
from schemas.payloads import TYPES, columns

MEMBER_TYPE = pa.struct(
    [
        pa.field("manager_id", pa.int32(), nullable=False),
        pa.field("share", pa.int32(), nullable=False),
        pa.field("role", pa.int32()),
    ]
)
_ARROW = {
    Storage.CODE: pa.int32(),
    Storage.SCALED_64: pa.int64(),
    Storage.SCALED_32: pa.int32(),
    Storage.DAY: pa.date32(),
    Storage.FLAG: pa.bool_(),
    Storage.TEAM: pa.list_(MEMBER_TYPE),
}
_ENVELOPE = (
    pa.field("position", pa.int64(), nullable=False),
    pa.field("admitted", pa.int64(), nullable=False),
    pa.field("type", pa.int32(), nullable=False),
    pa.field("time", pa.int64(), nullable=False),
    pa.field("source", pa.int32(), nullable=False),
    pa.field("key", pa.int64(), nullable=False),
    pa.field("on", pa.date32(), nullable=False),
)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_ORDINAL = date(1970, 1, 1).toordinal()
_PLACES_A_ROW = 1 << 20
# So many events are taken apart at a time: while they are, they stay in the processor's own cache.
_NEAR_EVENTS = 2_048

Rows = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class _Stored:
    """A field of one event type that has a column; ``order`` is the column's place in the schema."""

    attribute: str
    column: str
    kind: Kind
    required: bool
    order: int


@dataclass(slots=True)
class _Teams:
    """The teams of some rows: how many members each has, and the members one after the other."""

    rows: Rows
    lengths: Rows
    managers: Codes
    shares: Rows
    roles: Codes


@cache
def column_schema() -> pa.Schema:
    """The columns of every segment and tail."""
    return pa.schema([*_ENVELOPE, *(pa.field(name, _ARROW[kind.storage]) for name, kind in columns().items())])


@cache
def _stored(event_type: str) -> tuple[_Stored, ...]:
    order = {name: place for place, name in enumerate(column_schema().names)}
    return tuple(
        _Stored(field.attribute, field.column, field.kind, field.required, order[field.column])
        for field in TYPES[event_type].fields
        if field.column is not None and field.name != "on"
    )


def microseconds(times: Sequence[datetime]) -> Rows:
    """Times as µs since 1970 UTC, exactly."""
    since = pa.array([time - _EPOCH for time in times], pa.duration("us"))
    return np.asarray(since.cast(pa.int64()).to_numpy(zero_copy_only=False), np.int64)


def build_columns(
    events: Sequence[Event], first: int, admitted: Rows, keys: Sequence[int], book: NameBook, zone: tzinfo
) -> pa.Table:
    """The columns of consecutive events from position ``first`` on; names that are new come into ``book``."""
    stretch = _Stretch(events, book)
    stretch.gather()
    count = len(events)
    days = [event.data.on or business_date(event, zone) for event in events]
    envelope = {
        "position": pa.array(np.arange(first, first + count, dtype=np.int64)),
        "admitted": pa.array(admitted),
        "time": pa.array(microseconds([event.time for event in events])),
        "key": pa.array(np.array(keys, np.uint64).view(np.int64)),
        "on": pa.array(days, pa.date32()),
    }
    schema = column_schema()
    return pa.table([envelope.get(field.name) or stretch.column(field) for field in schema], schema=schema)


class _Stretch:
    """The values of a stretch of events, taken out of them by type and put together by column."""

    def __init__(self, events: Sequence[Event], book: NameBook) -> None:
        self._events = events
        self._book = book
        self._count = len(events)
        self._parts: dict[str, list[tuple[Rows, Any]]] = {}
        self._teams: list[_Teams] = []
        self._named: list[Named] = []

    def gather(self) -> None:
        """Take the values out of the events, and make the codes of their names final."""
        for start in range(0, self._count, _NEAR_EVENTS):
            self._gather(start, self._events[start : start + _NEAR_EVENTS])
        self._book.settle(self._named)

    def _gather(self, start: int, events: Sequence[Event]) -> None:
        everything: Rows = np.arange(start, start + len(events), dtype=np.int64)
        types = list(map(attrgetter("type"), events))
        type_codes = self._name(everything * _PLACES_A_ROW, types)
        sources = self._name(everything * _PLACES_A_ROW + 1, list(map(attrgetter("source"), events)))
        self._parts.setdefault("type", []).append((everything, type_codes))
        self._parts.setdefault("source", []).append((everything, sources))
        payloads = list(map(attrgetter("data"), events))
        for event_type in dict.fromkeys(types):
            within = np.flatnonzero(type_codes == self._book.code(event_type))
            data = payloads if len(within) == len(events) else [payloads[row] for row in within.tolist()]
            self._take(event_type, within + start, data)

    def _take(self, event_type: str, rows: Rows, data: list[Any]) -> None:
        for field in _stored(event_type):
            values = list(map(attrgetter(field.attribute), data))
            if not field.required and values.count(None) == len(values):
                continue
            if field.kind.storage is Storage.CODE:
                taken: tuple[Rows, Any] = rows, self._name(rows * _PLACES_A_ROW + field.order, values)
            elif field.kind.storage is Storage.TEAM:
                self._take_teams(field, rows, values)
                continue
            else:
                taken = _numbers(field, rows, values)
            self._parts.setdefault(field.column, []).append(taken)

    def _take_teams(self, field: _Stored, rows: Rows, teams: list[Any]) -> None:
        lengths = np.array([len(team) for team in teams], np.int64)
        members = [member for team in teams for member in team]
        within = np.arange(len(members)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
        places = np.repeat(rows * _PLACES_A_ROW + field.order, lengths) + 2 * within
        managers = self._name(places, [member.manager_id for member in members])
        roles = self._name(places + 1, [member.role for member in members])
        shares = [int(member.share.scaleb(SHARE_DIGITS)) for member in members]
        self._teams.append(_Teams(rows, lengths, managers, np.array(shares, np.int32), roles))

    def _name(self, places: Rows, texts: list[Any]) -> Codes:
        codes = self._book.provisional(texts)
        self._named.append(Named(places, codes))
        return codes

    def column(self, field: pa.Field) -> pa.Array:
        """One column, in order of position."""
        if field.type == _ARROW[Storage.TEAM]:
            return self._team_column()
        parts = self._parts.get(field.name)
        if parts is None:
            return pa.nulls(self._count, field.type)
        out = np.zeros(self._count, np.int32 if pa.types.is_date32(field.type) else field.type.to_pandas_dtype())
        absent = np.ones(self._count, np.bool_)
        for rows, values in parts:
            out[rows] = values
            absent[rows] = values == NO_NAME if field.name in _code_columns() else False
        return pa.array(out, field.type, mask=absent)

    def _team_column(self) -> pa.Array:
        if not self._teams:
            return pa.nulls(self._count, _ARROW[Storage.TEAM])
        teams = _joined(self._teams)
        lengths = np.zeros(self._count, np.int64)
        absent = np.ones(self._count, np.bool_)
        lengths[teams.rows] = teams.lengths
        absent[teams.rows] = False
        offsets = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int32)
        members = pa.StructArray.from_arrays(
            [pa.array(teams.managers), pa.array(teams.shares), pa.array(teams.roles, mask=teams.roles == NO_NAME)],
            fields=list(MEMBER_TYPE),
        )
        return pa.ListArray.from_arrays(pa.array(offsets), members, type=_ARROW[Storage.TEAM], mask=pa.array(absent))


def _joined(teams: list[_Teams]) -> _Teams:
    """Teams of one event type, gathered one part after the other, as one."""
    each = [(part.rows, part.lengths, part.managers, part.shares, part.roles) for part in teams]
    return _Teams(*(np.concatenate(parts) for parts in zip(*each, strict=True)))


@cache
def _code_columns() -> frozenset[str]:
    coded = {name for name, kind in columns().items() if kind.storage is Storage.CODE}
    return frozenset(coded | {"type", "source"})


def _numbers(field: _Stored, rows: Rows, values: list[Any]) -> tuple[Rows, Any]:
    """Where the values that are given stand, and what they are as stored."""
    kind = field.kind
    if not field.required and None in values:
        given = [place for place, value in enumerate(values) if value is not None]
        rows, values = rows[given], [values[place] for place in given]
    if kind.storage is Storage.FLAG:
        return rows, np.array(values, np.bool_)
    if kind.storage is Storage.DAY:
        return rows, np.array([day.toordinal() - _EPOCH_ORDINAL for day in values], np.int32)
    units = Decimal(10**kind.digits)
    return rows, np.array(list(map(int, map(units.__mul__, values))), np.int64)
