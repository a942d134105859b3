"""Admission, the pure part: from lines of JSON to events with their canonical bytes, leaf and identity key.

Nothing is read or written here and no clock is asked. Whether an identity was seen before is the log's to say.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from schemas.codec import STANDARD, Codec, canonical
from schemas.event import Event, identity_key
from schemas.institution import Institution
from schemas.problems import Place, Problem


@dataclass(frozen=True, slots=True)
class Candidate:
    """An event fit for the log, with all that the log needs of it.

    ``body`` are its canonical bytes, ``leaf`` their SHA-256 as a leaf of the Merkle tree, ``key`` its identity key.
    ``name`` is a manager's name for the side table of people.
    """

    event: Event
    body: bytes
    leaf: bytes
    key: int
    name: str | None = None


def leaf_of(body: bytes) -> bytes:
    """The Merkle leaf of an event (RFC 9162): SHA-256 of a zero byte and the canonical bytes."""
    return sha256(b"\x00" + body).digest()


def candidate(event: Event, name: str | None = None) -> Candidate:
    """What the log needs of ``event``."""
    body = canonical(event)
    return Candidate(event, body, leaf_of(body), identity_key(event.source, event.id), name)


def admit(lines: Sequence[bytes], institution: Institution, codec: Codec = STANDARD) -> list[Candidate | Problem]:
    """For each line, the event it spells or what is wrong with it (its line counted from 1 within ``lines``)."""
    found: list[Candidate | Problem] = []
    for number, line in enumerate(lines, start=1):
        try:
            parsed = codec.parse(line, institution)
        except Problem as problem:
            found.append(problem.at(Place(line=number)))
        else:
            found.append(candidate(parsed.event, parsed.personal.get("name")))
    return found
