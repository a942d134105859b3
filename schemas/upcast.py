"""Versions of payloads: older ones are read as today's, never rewritten; newer and unknown ones are refused.

``dataschema`` names the version as ``urn:meritlog:TYPE:VERSION``; where it is absent, the version is 1. A changed
payload leaves its former model behind as an ``OlderVersion`` that says how to make the next version of it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from schemas.payloads.base import Payload
from schemas.reading import Unreadable, shown

FIRST_VERSION = 1
_URN = re.compile(r"urn:meritlog:([a-z.-]+):([1-9][0-9]{0,5})")


@dataclass(frozen=True, slots=True)
class OlderVersion:
    """A payload as it was: its model, and how its JSON form becomes that of the next version."""

    version: int
    model: type[Payload]
    upcast: Callable[[dict[str, Any]], dict[str, Any]]


OLDER: Mapping[str, Sequence[OlderVersion]] = {}
"""By type the older versions that logs may hold. All payloads are in their first version."""


def urn(event_type: str, version: int) -> str:
    """How ``dataschema`` names a version of a type's payload."""
    return f"urn:meritlog:{event_type}:{version}"


def version_of(dataschema: str | None, event_type: str, current: int) -> int:
    """The version in which the payload is written."""
    if dataschema is None:
        return FIRST_VERSION
    match = _URN.fullmatch(dataschema)
    expected = urn(event_type, current)
    if match is None:
        raise Unreadable(f"{shown(dataschema)} names no version of a payload.", f"Write {expected}, or leave it out.")
    if match[1] != event_type:
        raise Unreadable(f"{shown(dataschema)} is for {match[1]}, but the type is {event_type}.", f"Write {expected}.")
    version = int(match[2])
    if version > current:
        raise Unreadable(
            f"{event_type} is known up to version {current}; this is version {version}.",
            "Update meritlog, or write the version it knows.",
        )
    return version
