"""Bodies taken apart: what of events has a column, still as text, column by column.

Nothing is checked here: bodies are canonical, admission saw to that. What has no column is passed over undecoded.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache
from operator import attrgetter
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from schemas.codec import canonical, decode
from schemas.fields import Storage
from schemas.payloads import TYPES, Field, columns
from schemas.structs import one_of
from schemas.upcast import FIRST_VERSION, urn

# So many bodies are decoded at a time: while they are taken apart, they stay in the processor's own cache.
NEAR_EVENTS = 1_024
MEMBER_TEXTS = pa.struct([pa.field(name, pa.string()) for name in ("manager_id", "share", "role")])

_ENVELOPE = ("time", "source")
_ARROW = {Storage.FLAG: pa.bool_(), Storage.TEAM: pa.list_(MEMBER_TEXTS)}
_data, _dataschema = attrgetter("data"), attrgetter("dataschema")

Rows = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class _Part:
    """What stands in one column: rows and values side by side, an array for each type among events decoded together."""

    kind: pa.DataType
    rows: list[Rows] = field(default_factory=list)
    values: list[pa.Array] = field(default_factory=list)


class Texts:
    """The texts of consecutive events, by column. Rows count from 0."""

    def __init__(self) -> None:
        self.count = 0
        self._parts: dict[str, _Part] = {}

    def add(self, bodies: Sequence[bytes]) -> None:
        """Take apart the events that come next."""
        for start in range(0, len(bodies), NEAR_EVENTS):
            self._add_near(bodies[start : start + NEAR_EVENTS])

    def column(self, name: str) -> tuple[Rows, pa.Array]:
        """The rows that have something in the column, and what they have: texts, flags, or lists of members."""
        part = self._parts.get(name)
        if part is None:
            return np.empty(0, np.int64), pa.array([], _arrow(name))
        rows, values = np.concatenate(part.rows), pa.concat_arrays(part.values)
        return (rows[np.asarray(values.is_valid())], values.drop_null()) if values.null_count else (rows, values)

    def _add_near(self, bodies: Sequence[bytes]) -> None:
        near = list(map(_decoder(), bodies))
        everything: Rows = np.arange(self.count, self.count + len(near))
        for name in _ENVELOPE:
            self._take(name, everything, list(map(attrgetter(name), near)))
        alike: defaultdict[type, list[int]] = defaultdict(list)
        for place, kind in enumerate(map(type, near)):
            alike[kind].append(place)
        for kind, places in alike.items():
            self._add_alike(kind.__name__, everything[places], places, near, bodies)
        self.count += len(near)

    def _add_alike(
        self, event_type: str, rows: Rows, places: list[int], near: list[Any], bodies: Sequence[bytes]
    ) -> None:
        """Take the fields of the events of one type, which stand at ``places``."""
        events = [near[place] for place in places]
        current = _current(event_type)
        if not current.issuperset(map(_dataschema, events)):
            events = [
                event if event.dataschema in current else _decoder()(_upcast(bodies[place]))
                for place, event in zip(places, events, strict=True)
            ]
        self._take("type", rows, [event_type] * len(rows))
        payloads = list(map(_data, events))
        for name, get in _getters(event_type):
            self._take(name, rows, list(map(get, payloads)))

    def _take(self, name: str, rows: Rows, values: list[Any]) -> None:
        if values.count(None) == len(values):
            return
        part = self._parts.get(name)
        if part is None:
            part = self._parts[name] = _Part(_arrow(name))
        part.rows.append(rows)
        part.values.append(pa.array(values, part.kind))


def _upcast(body: bytes) -> bytes:
    """The body of an event written in an older version, as if it were written today."""
    return canonical(msgspec.structs.replace(decode(body), written=None))


@cache
def _arrow(name: str) -> pa.DataType:
    kind = columns().get(name)
    return pa.string() if kind is None else _ARROW.get(kind.storage, pa.string())


@cache
def _decoder() -> Callable[[bytes], Any]:
    rows = []
    for payload in TYPES.values():
        attributes: list[tuple[str, Any] | tuple[str, Any, Any]] = [
            ("source", str),
            ("time", str),
            ("data", _texts(payload.name, payload.fields)),
            ("dataschema", str | None, None),
        ]
        rows.append(msgspec.defstruct(payload.name, attributes, tag_field="type", tag=payload.name, gc=False))
    return msgspec.json.Decoder(one_of(rows)).decode


def _texts(name: str, fields: tuple[Field, ...]) -> type[msgspec.Struct]:
    """A struct of what has a column; as older versions may lack it or have it otherwise, anything will do."""
    wires: list[tuple[str, Any, Any]] = [(item.attribute, Any, None) for item in fields if item.column is not None]
    return msgspec.defstruct(name, wires, rename={item.attribute: item.name for item in fields}, gc=False)


@cache
def _getters(event_type: str) -> tuple[tuple[str, Callable[[Any], Any]], ...]:
    return tuple(
        (item.column, attrgetter(item.attribute)) for item in TYPES[event_type].fields if item.column is not None
    )


@cache
def _current(event_type: str) -> frozenset[str | None]:
    """The ``dataschema`` of events that are written in today's version."""
    version = TYPES[event_type].version
    return frozenset({urn(event_type, version), None} if version == FIRST_VERSION else {urn(event_type, version)})
