"""A form: one way of writing events of one type, learnt from a line that is written so."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

from schemas.payloads import Field, PayloadType

DATA = "data"
_DIFFER = ("id", "source", "time")
_SAME = {"specversion": "1.0", "datacontenttype": "application/json"}
_UNNEEDED = frozenset({"subject", "datacontenttype"})
"""What events may arrive with and the log does not keep."""

_REQUIRED = {*_DIFFER, "specversion", "type", DATA}
_MARK = "\0"
_SPELLED_MARK = json.dumps(_MARK)[1:-1]


@dataclass(frozen=True, slots=True)
class Form:
    """A form of events of ``type``, whose lines have so many ``quotes``.

    ``literals`` are the bytes before, between and after the texts that differ from line to line; ``numbers`` tell which
    of a line's quoted texts those are, and ``names`` what they say: an attribute of the event or, after ``data.``, one
    of ``fields``. In canonical bytes the texts stand in the order of ``canonical``, between ``spelled``.
    """

    type: str
    fields: Mapping[str, Field]
    quotes: int
    literals: tuple[bytes, ...]
    numbers: tuple[int, ...]
    names: tuple[str, ...]
    canonical: tuple[str, ...]
    spelled: tuple[str, ...]


class _Object(list[tuple[str, Any]]):
    """A JSON object: its pairs, in order."""

    @property
    def names(self) -> set[str]:
        return {name for name, _ in self}


def learnt(line: bytes, types: Mapping[str, PayloadType]) -> Form | None:
    """The form of a line without escapes; None where it is none of one of ``types`` that could be read in columns."""
    event = _event(line)
    if event is None:
        return None
    said = dict(event)
    type_ = types.get(said["type"])
    if type_ is None or not _fits(said[DATA], type_):
        return None
    parts = line.split(b'"')
    starts = [0, *accumulate(len(part) + 1 for part in parts)]
    differing = [(number, name) for number, name in _texts(event) if name != "type" and name not in _SAME]
    literals, end = list[bytes](), 0
    for number, _ in differing:
        start = starts[2 * number + 1]
        literals.append(line[end:start])
        end = start + len(parts[2 * number + 1])
    literals.append(line[end:])
    numbers, names = zip(*differing, strict=True)
    fields = {f"{DATA}.{item.name}": item for item in type_.fields if item.name in said[DATA].names}
    return Form(
        type_.name, fields, len(parts) - 1, tuple(literals), numbers, names, *_canonical(type_.name, sorted(fields))
    )


def _event(line: bytes) -> _Object | None:
    """The event of a line, if it says nothing that has no column: all its values are texts, but for its data's."""
    try:
        found = json.loads(line, object_pairs_hook=_Object)
    except (ValueError, RecursionError):
        return None
    if not isinstance(found, _Object) or len(found.names) != len(found):
        return None
    same = all(_SAME.get(name, value) == value for name, value in found)
    texts = all(isinstance(value, str) or name == DATA for name, value in found)
    return found if same and texts and _REQUIRED <= found.names <= _REQUIRED | _UNNEEDED else None


def _fits(data: Any, type_: PayloadType) -> bool:
    """Whether an object has what the payload of a type has to have, and nothing else, and all its values are texts."""
    if not isinstance(data, _Object) or len(data.names) != len(data):
        return False
    known = {item.name for item in type_.fields}
    required = {item.name for item in type_.fields if item.required}
    return required <= data.names <= known and all(isinstance(value, str) for _, value in data)


def _texts(pairs: _Object) -> Iterator[tuple[int, str]]:
    """The values that are texts: which of the quoted texts each is, and what."""
    number = 0
    for name, value in pairs:
        if isinstance(value, str):
            yield number + 1, name
            number += 2
        else:
            for within, field in _texts(value):
                yield number + 1 + within, f"{name}.{field}"
            number += 1 + 2 * len(value)


def _canonical(type_: str, fields: list[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The names of the texts in the order of canonical bytes (RFC 8785), and what stands around them there."""
    data = {name.removeprefix(f"{DATA}."): _MARK for name in fields}
    event = {**dict.fromkeys(_DIFFER, _MARK), DATA: data, "specversion": _SAME["specversion"], "type": type_}
    spelled = json.dumps(event, separators=(",", ":"), sort_keys=True)
    return (*fields, *_DIFFER), tuple(spelled.split(_SPELLED_MARK))
