"""A form: one way of writing events of one type, learnt from a line that is written so."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import accumulate
from typing import Any, NamedTuple

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

    ``literals`` are the bytes before, between and after the pieces that differ from line to line; ``names`` say what
    those are: an attribute of the event or, after ``data.``, one of ``fields``. A piece is one of the line's quoted
    texts: ``numbers`` tell which. Or it is a number without quotation marks (one of ``bare``): ``numbers`` tell which
    quoted text comes next, and ``gaps`` how many bytes before that one's quotation mark, or else the line's end, it
    ends. In canonical bytes the pieces stand in the order of ``canonical``, between ``spelled``.
    """

    type: str
    fields: Mapping[str, Field]
    quotes: int
    literals: tuple[bytes, ...]
    names: tuple[str, ...]
    numbers: tuple[int, ...]
    gaps: tuple[int, ...]
    bare: frozenset[str]
    canonical: tuple[str, ...]
    spelled: tuple[str, ...]


class _Number(str):
    """A JSON number as its text."""

    __slots__ = ()


class _Piece(NamedTuple):
    """A piece of a line: what it is, which quoted text, or the next one, and the text of a number."""

    name: str
    number: int
    bare: str | None


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
    pieces = [piece for piece in _pieces(event) if piece.name != "type" and piece.name not in _SAME]
    literals, gaps, end = list[bytes](), list[int](), 0
    for piece in pieces:
        part = 2 * piece.number + (piece.bare is None)
        within = 0 if piece.bare is None else parts[part].index(piece.bare.encode())
        start = starts[part] + within
        literals.append(line[end:start])
        end = start + len(parts[part] if piece.bare is None else piece.bare)
        gaps.append(starts[part] + len(parts[part]) - end)
    literals.append(line[end:])
    names, numbers, bare = zip(*pieces, strict=True)
    fields = {f"{DATA}.{item.name}": item for item in type_.fields if item.name in said[DATA].names}
    return Form(
        type=type_.name,
        fields=fields,
        quotes=len(parts) - 1,
        literals=tuple(literals),
        names=names,
        numbers=numbers,
        gaps=tuple(gaps),
        bare=frozenset(name for name, text in zip(names, bare, strict=True) if text is not None),
        canonical=(*sorted(fields), *_DIFFER),
        spelled=_spelled(type_.name, sorted(fields)),
    )


def _event(line: bytes) -> _Object | None:
    """The event of a line, if it says nothing that has no column: all its values are texts, but for its data's."""
    try:
        found = json.loads(line, object_pairs_hook=_Object, parse_int=_Number, parse_float=_Number)
    except (ValueError, RecursionError):
        return None
    if not isinstance(found, _Object) or len(found.names) != len(found):
        return None
    same = all(_SAME.get(name, value) == value for name, value in found)
    texts = all(type(value) is str or name == DATA for name, value in found)
    return found if same and texts and _REQUIRED <= found.names <= _REQUIRED | _UNNEEDED else None


def _fits(data: Any, type_: PayloadType) -> bool:
    """Whether an object has what the payload of a type has to have, and nothing else, and only texts and numbers."""
    if not isinstance(data, _Object) or len(data.names) != len(data):
        return False
    known = {item.name for item in type_.fields}
    required = {item.name for item in type_.fields if item.required}
    return required <= data.names <= known and all(isinstance(value, str) for _, value in data)


def _pieces(pairs: _Object) -> Iterator[_Piece]:
    """The values that are texts or numbers, in order."""
    number = 0
    for name, value in pairs:
        number += 1
        if isinstance(value, _Number):
            yield _Piece(name, number, value)
        elif isinstance(value, str):
            yield _Piece(name, number, None)
            number += 1
        else:
            within = list(_pieces(value))
            yield from (_Piece(f"{name}.{one.name}", number + one.number, one.bare) for one in within)
            number += len(value) + sum(one.bare is None for one in within)


def _spelled(type_: str, fields: list[str]) -> tuple[str, ...]:
    """What stands around the pieces in canonical bytes (RFC 8785)."""
    data = {name.removeprefix(f"{DATA}."): _MARK for name in fields}
    event = {**dict.fromkeys(_DIFFER, _MARK), DATA: data, "specversion": _SAME["specversion"], "type": type_}
    spelled = json.dumps(event, separators=(",", ":"), sort_keys=True)
    return tuple(spelled.split(_SPELLED_MARK))
