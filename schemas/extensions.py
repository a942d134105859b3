"""Extension attributes of the envelope: unknown to us, kept as they are, and no part of an event's content."""

from __future__ import annotations

from typing import Any

from schemas.canonical import canonical_json
from schemas.problems import Place, Problem
from schemas.reading import Spelled, shown

_LONGEST_INTEGER = 17


def read_extensions(attributes: dict[str, Any]) -> dict[str, Any]:
    """The attributes with whole numbers for spelled ones; what cannot be kept exactly is a problem."""
    return {name: _extension(name, value) for name, value in attributes.items()}


def _extension(name: str, value: Any) -> Any:
    try:
        plain = _plain(value)
        canonical_json({name: plain})
    except (ValueError, UnicodeEncodeError):
        raise Problem(
            f"{shown(value)} cannot be kept exactly.",
            place=Place(field=shown(name).strip('"')),
            remedy="Write it as a string.",
        ) from None
    return plain


def _plain(value: Any) -> Any:
    """A JSON value with its numbers as the whole numbers they must be."""
    if isinstance(value, Spelled):
        if len(value) > _LONGEST_INTEGER:
            raise ValueError
        return int(value)
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    return value
