"""Events as columns: what calculations read instead of JSON.

One row an event, in order of position. Every field of every payload has a column of its name (the same name, the same
column), stored as its kind says: names as codes of the log's dictionary, decimals as scaled integers, days as days.
Which columns there are follows from the payload models alone. What has no column (reasons, claims) is in the body.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, tzinfo
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from engine.content import EPOCH, EPOCH_ORDINAL, days_of
from engine.decimals import kind_of, whole_numbers
from engine.log.names import NameBook, Named
from engine.log.texts import Texts
from schemas.exact import SHARE_DIGITS
from schemas.fields import Kind, Storage
from schemas.payloads import columns

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
_TEAM = "team"
# A name's place is told by its row, then its column, then (in a team) its member: no event of 1 MB has more.
_PLACES_A_COLUMN = 1 << 17
_PLACES_A_ROW = _PLACES_A_COLUMN << 7

Rows = npt.NDArray[np.int64]


@cache
def _kinds() -> Mapping[str, Kind]:
    return columns()


@cache
def column_schema() -> pa.Schema:
    """The columns of every segment and tail."""
    return pa.schema([*_ENVELOPE, *(pa.field(name, _ARROW[kind.storage]) for name, kind in _kinds().items())])


def microseconds(times: Sequence[datetime]) -> Rows:
    """Times as µs since 1970 UTC, exactly."""
    since = pa.array([time - EPOCH for time in times], pa.duration("us"))
    return np.asarray(since.cast(pa.int64()).to_numpy(zero_copy_only=False), np.int64)


def build_columns(
    texts: Texts, first: int, admitted: Rows, keys: npt.NDArray[np.uint64], book: NameBook, zone: tzinfo
) -> pa.Table:
    """The columns of consecutive events from position ``first`` on; names that are new come into ``book``."""
    times = texts.column("time")[1].cast(pa.int64())
    made = {
        "position": pa.array(np.arange(first, first + texts.count, dtype=np.int64)),
        "admitted": pa.array(admitted),
        "time": times,
        "key": pa.array(keys.view(np.int64)),
        "on": _days(texts, times.to_numpy(), zone),
        **_named(texts, book),
    }
    schema = column_schema()
    return pa.table([made[name] if name in made else _values(texts, name) for name in schema.names], schema=schema)


def _days(texts: Texts, times: Rows, zone: tzinfo) -> pa.Array:
    """The business dates: what events say, else the date of their time in the institution's time zone."""
    rows, said = texts.column("on")
    days = np.zeros(texts.count, np.int32)
    days[rows] = said.cast(pa.int32()).to_numpy()
    silent = np.delete(np.arange(texts.count), rows)
    days[silent] = days_of(times[silent], zone) - EPOCH_ORDINAL
    return pa.array(days, pa.date32())


def _values(texts: Texts, name: str) -> pa.Array:
    """The column of a field that is no name."""
    kind = _kinds()[name]
    rows, values = texts.column(name)
    if kind.storage is Storage.DAY:
        values = values.cast(pa.int32())
    elif kind.storage is not Storage.FLAG:
        values = _scaled(values, kind.digits)
    return _scattered(texts.count, rows, values.to_numpy(zero_copy_only=False), _ARROW[kind.storage])


def _named(texts: Texts, book: NameBook) -> dict[str, pa.Array]:
    """The columns of names, and of teams."""
    words = {"type": texts.types, "source": texts.sources}
    named = [Named(_places(name, each.first), each.texts) for name, each in words.items()]
    stand = {name: texts.column(name) for name, kind in _kinds().items() if kind.storage is Storage.CODE}
    named += [Named(_places(name, rows), values) for name, (rows, values) in stand.items()]
    rows, teams = texts.column(_TEAM)
    lengths = teams.value_lengths().to_numpy()
    managers, shares, roles = teams.flatten().flatten()
    within = np.arange(len(managers)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    places = np.repeat(_places(_TEAM, rows), lengths) + 2 * within
    role = np.flatnonzero(roles.is_valid())
    named += [Named(places, managers), Named(places[role] + 1, roles.drop_null())]
    types, sources, *codes, manager_codes, role_codes = book.codes(named)
    members = pa.StructArray.from_arrays(
        [
            pa.array(manager_codes),
            _scaled(shares, SHARE_DIGITS).cast(pa.int32()),
            _scattered(len(managers), role, role_codes, pa.int32()),
        ],
        fields=list(MEMBER_TYPE),
    )
    made = {"type": pa.array(types[texts.types.numbers]), "source": pa.array(sources[texts.sources.numbers])}
    for (name, (where, _)), found in zip(stand.items(), codes, strict=True):
        made[name] = _scattered(texts.count, where, found, pa.int32())
    return made | {_TEAM: _lists(texts.count, rows, lengths, members)}


def _places(column: str, rows: Rows) -> Rows:
    order: int = column_schema().get_field_index(column)
    return rows * _PLACES_A_ROW + order * _PLACES_A_COLUMN


def _scattered(count: int, rows: Rows, values: Any, type_: pa.DataType) -> pa.Array:
    """``values`` at their rows, and null elsewhere."""
    if not len(rows):
        return pa.nulls(count, type_)
    out = np.zeros(count, np.int32 if pa.types.is_date32(type_) else type_.to_pandas_dtype())
    absent = np.ones(count, np.bool_)
    out[rows] = values
    absent[rows] = False
    return pa.array(out, type_, mask=absent)


def _lists(count: int, rows: Rows, lengths: Rows, members: pa.StructArray) -> pa.Array:
    """Lists of members; their rows ascend."""
    everywhere = np.zeros(count, np.int64)
    absent = np.ones(count, np.bool_)
    everywhere[rows] = lengths
    absent[rows] = False
    offsets = np.concatenate([[0], np.cumsum(everywhere)]).astype(np.int32)
    return pa.ListArray.from_arrays(pa.array(offsets), members, type=_ARROW[Storage.TEAM], mask=pa.array(absent))


def _scaled(texts: pa.StringArray, digits: int) -> pa.Array:
    """Decimals as whole numbers of 10^-``digits``."""
    return pa.array(whole_numbers(texts.cast(kind_of(digits))))
