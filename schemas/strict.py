"""The slow path of reading: plain JSON with its duplicates found, and payload models whose complaints name the field.

It accepts all that is valid; the fast path of ``schemas.codec`` accepts a part of that, and gives the same event.
"""

from __future__ import annotations

import json
from typing import Any, NoReturn

from pydantic import ValidationError

from schemas.payloads import Payload
from schemas.problems import Place, Problem
from schemas.reading import Spelled, Unreadable, nearest, shown

LARGEST_EVENT_BYTES = 1_000_000
DEEPEST = 32
_LINE_REMEDY = "Write one complete JSON object a line."
_BOM = b"\xef\xbb\xbf"


def parse_object(line: bytes) -> dict[str, Any]:
    """The JSON object that ``line`` spells; numbers stay text (``Spelled``).

    Raises:
        Problem: no JSON, no object, a key twice, too long, too deep, NaN.
    """
    if len(line) > LARGEST_EVENT_BYTES:
        raise Problem(f"The event has {len(line)} bytes.", remedy=f"An event has at most {LARGEST_EVENT_BYTES} bytes.")
    if line.startswith(_BOM):
        raise Problem("The line starts with a byte order mark.", remedy="Save the file as UTF-8 without one.")
    try:
        text = line.decode()
    except UnicodeDecodeError as error:
        raise Problem(f"Byte {error.start + 1} is no UTF-8.", remedy="Save the file as UTF-8.") from None
    if not text.strip():
        raise Problem("The line is empty.", remedy=_LINE_REMEDY)
    try:
        value = json.loads(
            text, object_pairs_hook=_pairs, parse_float=Spelled, parse_int=Spelled, parse_constant=_no_constant
        )
    except json.JSONDecodeError as error:
        raise Problem(f"This is no JSON: {error.msg} (column {error.colno}).", remedy=_LINE_REMEDY) from None
    except RecursionError:
        raise _too_deep() from None
    if not isinstance(value, dict):
        raise Problem(f"{shown(value)} is no event.".capitalize(), remedy=_LINE_REMEDY)
    _check_depth(value)
    return value


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        seen: set[str] = set()
        for name, _ in pairs:
            if name in seen:
                raise Problem(
                    f"{shown(name)} stands twice.", place=Place(field=_place(name)), remedy="Keep one of them."
                )
            seen.add(name)
    return found


def _place(name: str) -> str:
    return shown(name).strip('"')


def _no_constant(name: str) -> NoReturn:
    raise Problem(f"{name} is no number of JSON.", remedy="Write a decimal, or leave the field out.")


def _too_deep() -> Problem:
    return Problem("The event is nested too deeply.", remedy=f"Nest at most {DEEPEST} levels.")


def _check_depth(value: Any) -> None:
    level = [value]
    for _ in range(DEEPEST):
        level = [
            inner
            for outer in level
            for inner in (outer.values() if isinstance(outer, dict) else outer)
            if isinstance(inner, (dict, list))
        ]
        if not level:
            return
    raise _too_deep()


def read_payload(model: type[Payload], data: Any) -> Payload:
    """The payload that ``data``, a JSON value, spells.

    Raises:
        Problem: the first thing wrong with it, an unknown field before all others.
    """
    if not isinstance(data, dict):
        raise Problem(
            f"{shown(data)} is no payload.".capitalize(), place=Place(field="data"), remedy="Write an object."
        )
    try:
        return model.model_validate(data)
    except ValidationError as error:
        problems = error.errors(include_url=False)
        unknown = [problem for problem in problems if problem["type"] == "extra_forbidden"]
        raise _problem(model, (unknown or problems)[0]) from None


def _problem(model: type[Payload], error: Any) -> Problem:
    path = _spelled_path(error["loc"])
    place = Place(field=f"data.{path}" if path else "data")
    name = str(error["loc"][-1]) if error["loc"] else ""
    names, about = _known(model, error["loc"])
    if error["type"] == "extra_forbidden":
        match = nearest(name, sorted(names))
        meant = f"Did you mean {match}?" if match else f"Known are: {', '.join(names)}."
        return Problem(f"{model.type} has no field {shown(name)}.", place=place, remedy=meant)
    if error["type"] == "missing":
        return Problem(f"{name} is missing.", place=place, remedy=f"Add it: {about}".rstrip())
    cause = error.get("ctx", {}).get("error")
    if isinstance(cause, Unreadable):
        return Problem(cause.what, place=place, remedy=cause.remedy)
    kind = "list" if error["type"] == "list_type" else "object"
    return Problem(f"{shown(error['input'])} is no {kind}.".capitalize(), place=place, remedy=f"Write {_A[kind]}.")


_A = {"list": "a list in square brackets", "object": "an object in braces"}


def _spelled_path(steps: tuple[str | int, ...]) -> str:
    path = ""
    for step in steps:
        if isinstance(step, int):
            path += f"[{step}]"
        else:
            path += f".{_place(step)}" if path else _place(step)
    return path


def _known(model: Any, steps: tuple[str | int, ...]) -> tuple[list[str], str]:
    """The names known where the path ``steps`` ends, and what the field it names is about."""
    fields = {info.alias or name: info for name, info in model.model_fields.items()}
    if len(steps) > 2 and isinstance(steps[1], int):
        part = fields[str(steps[0])].annotation.__args__[0]
        fields = {info.alias or name: info for name, info in part.model_fields.items()}
    info = fields.get(str(steps[-1])) if steps else None
    return list(fields), (info.description or "") if info is not None else ""
