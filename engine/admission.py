"""Admission, the pure part: from lines of JSON to the events' canonical bytes, leaves and identity keys.

Nothing is read or written here and no clock is asked. Whether an identity was seen before is the log's to say.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import TypeVar

from schemas.codec import STANDARD, Codec, canonical, decode
from schemas.event import Event, Told, identity_keys
from schemas.institution import Institution
from schemas.problems import Place, Problem
from schemas.quick import read_block

Item = TypeVar("Item")
BLOCK_LINES = 1 << 9
"""So many lines are tried at once; their text stays below the size for which memory is mapped anew each time."""

PARTS_OF_A_BLOCK = 4
"""A block with a bad line is tried again in so many parts, until the bad line stands alone."""

_LEAF = sha256(b"\x00")


@dataclass(frozen=True, slots=True)
class Candidates:
    """Events fit for the log, in the order of their lines, as all that the log needs of them.

    The lists of ``events``, ``bodies`` (canonical bytes), ``leaves`` (of the Merkle tree), ``keys`` (of the identities)
    and ``lines`` (index of the line that spelled the event) run side by side. ``problems`` has the index and complaint
    of every other line. ``names`` are managers' names for the side table of people, by index of the event.
    """

    events: list[Told] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    leaves: list[bytes] = field(default_factory=list)
    keys: list[int] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    problems: list[tuple[int, Problem]] = field(default_factory=list)
    names: dict[int, str] = field(default_factory=dict)

    def event(self, index: int) -> Event:
        """The event at ``index`` as the log gives it back: made of its bytes."""
        return decode(self.bodies[index])

    def chosen(self, indexes: Sequence[int]) -> Candidates:
        """The events at ``indexes``, as far as the log needs them: which line spelled each is not told."""
        if len(indexes) == len(self.keys):
            return self
        return Candidates(
            _pick(self.events, indexes),
            _pick(self.bodies, indexes),
            _pick(self.leaves, indexes),
            _pick(self.keys, indexes),
        )


def leaves_of(bodies: Iterable[bytes]) -> list[bytes]:
    """The Merkle leaves of events (RFC 9162): SHA-256 of a zero byte and the canonical bytes of each."""
    leaves = []
    for body in bodies:
        leaf = _LEAF.copy()  # begun once: faster than beginning each from its prefix
        leaf.update(body)
        leaves.append(leaf.digest())
    return leaves


def admit(lines: Sequence[bytes], institution: Institution, codec: Codec = STANDARD) -> Candidates:
    """The events that ``lines`` spell, and what is wrong with the other lines (counted from 1 within ``lines``)."""
    found = Candidates()
    for start in range(0, len(lines), BLOCK_LINES):
        _admit_block(found, start, lines[start : start + BLOCK_LINES], institution, codec)
    return found


def _admit_block(found: Candidates, start: int, lines: Sequence[bytes], institution: Institution, codec: Codec) -> None:
    read = read_block(codec, lines, institution.digits)
    if read is not None:
        _add(found, *read, range(start, start + len(lines)))
    elif len(lines) == 1:
        _admit_slowly(found, start, lines[0], institution, codec)
    else:
        step = -(-len(lines) // PARTS_OF_A_BLOCK)
        for within in range(0, len(lines), step):
            _admit_block(found, start + within, lines[within : within + step], institution, codec)


def candidates(events: Sequence[Event]) -> Candidates:
    """What the log needs of events that are already made."""
    found = Candidates()
    _add(found, list(map(canonical, events)), events, range(len(events)))
    return found


def read_back(bodies: list[bytes]) -> Candidates:
    """What the log needs of events that stand in a log; their leaves are of the bytes that stand there."""
    events: list[Told] = list(map(decode, bodies))
    return Candidates(events, bodies, leaves_of(bodies), identity_keys(events))


def _add(found: Candidates, bodies: list[bytes], events: Sequence[Told], indices: Sequence[int]) -> None:
    found.events.extend(events)
    found.bodies.extend(bodies)
    found.leaves.extend(leaves_of(bodies))
    found.keys.extend(identity_keys(events))
    found.lines.extend(indices)


def _admit_slowly(found: Candidates, index: int, line: bytes, institution: Institution, codec: Codec) -> None:
    try:
        parsed = codec.parse(line, institution)
    except Problem as problem:
        found.problems.append((index, problem.at(Place(line=index + 1))))
        return
    name = parsed.personal.get("name")
    if name is not None:
        found.names[len(found.bodies)] = name
    _add(found, [canonical(parsed.event)], [parsed.event], (index,))


def _pick(items: list[Item], indexes: Sequence[int]) -> list[Item]:
    return items[indexes.start : indexes.stop] if isinstance(indexes, range) else [items[index] for index in indexes]
