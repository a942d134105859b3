"""Admission, the pure part: from lines of JSON to the events' canonical bytes, leaves and identity keys.

Nothing is read or written here and no clock is asked. Whether an identity was seen before is the log's to say.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from itertools import chain
from typing import TypeVar

import numpy as np

from engine.content import Content, Indexes, Keys
from engine.forms.reading import Read, forms_of
from schemas.codec import STANDARD, Codec, canonical, decode
from schemas.event import Event, Told
from schemas.exact import AMOUNT_DIGITS
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

    ``content`` is what they say. The lists of ``bodies`` (canonical bytes), ``leaves`` (of the Merkle tree), ``keys``
    (of the identities) and ``lines`` (index of the line that spelled the event) run side by side. ``problems`` has the
    index and complaint of every other line. ``names`` are managers' names for the side table of people, by index of the
    event.
    """

    content: Content = field(default_factory=Content)
    bodies: list[bytes] = field(default_factory=list)
    leaves: list[bytes] = field(default_factory=list)
    keys: Keys = field(default_factory=lambda: np.empty(0, np.uint64))
    lines: Sequence[int] = ()
    problems: list[tuple[int, Problem]] = field(default_factory=list)
    names: dict[int, str] = field(default_factory=dict)

    def event(self, index: int) -> Event:
        """The event at ``index`` as the log gives it back: made of its bytes."""
        return decode(self.bodies[index])

    def chosen(self, indexes: Indexes) -> Candidates:
        """The events at ``indexes``, as far as the log needs them: which line spelled each is not told."""
        if len(indexes) == len(self.keys):
            return self
        return Candidates(
            self.content.chosen(indexes),
            _pick(self.bodies, indexes),
            _pick(self.leaves, indexes),
            self.keys[indexes.start : indexes.stop]
            if isinstance(indexes, range)
            else self.keys[np.asarray(indexes, np.int64)],
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
    alike = forms_of(codec).read(lines, institution.digits)
    others = _Others(institution, codec)
    left = _left(len(lines), alike)
    for start in range(0, len(left), BLOCK_LINES):
        block = left[start : start + BLOCK_LINES]
        others.admit(block, [lines[index] for index in block])
    return others.found(alike)


def _left(count: int, alike: Sequence[Read]) -> Sequence[int]:
    """Which of so many lines are read by no form."""
    if not alike:
        return range(count)
    left = np.ones(count, np.bool_)
    for read in alike:
        left[read.alike.rows] = False
    indexes: list[int] = np.flatnonzero(left).tolist()
    return indexes


class _Others:
    """The lines that are read by no form."""

    def __init__(self, institution: Institution, codec: Codec) -> None:
        self._institution = institution
        self._codec = codec
        self._events: list[Told] = []
        self._bodies: list[bytes] = []
        self._lines: list[int] = []
        self._problems: list[tuple[int, Problem]] = []
        self._names: dict[int, str] = {}
        """By index of the line."""

    def admit(self, indexes: Sequence[int], lines: Sequence[bytes]) -> None:
        """Take in lines, in the order of their ``indexes``."""
        read = read_block(self._codec, lines, self._institution.digits)
        if read is not None:
            self._bodies += read[0]
            self._events += read[1]
            self._lines += indexes
        elif len(lines) == 1:
            self._admit_slowly(indexes[0], lines[0])
        else:
            step = -(-len(lines) // PARTS_OF_A_BLOCK)
            for within in range(0, len(lines), step):
                self.admit(indexes[within : within + step], lines[within : within + step])

    def _admit_slowly(self, index: int, line: bytes) -> None:
        try:
            parsed = self._codec.parse(line, self._institution)
        except Problem as problem:
            self._problems.append((index, problem.at(Place(line=index + 1))))
            return
        name = parsed.personal.get("name")
        if name is not None:
            self._names[index] = name
        self._bodies.append(canonical(parsed.event))
        self._events.append(parsed.event)
        self._lines.append(index)

    def found(self, alike: Sequence[Read]) -> Candidates:
        """All that was taken in, and what was read by forms, in the order of the lines."""
        if not alike:
            content, bodies, lines = Content.of(self._events), self._bodies, self._lines
        else:
            indexes = np.concatenate([np.array(self._lines, np.int64), *(read.alike.rows for read in alike)])
            order = np.argsort(indexes)
            lines = indexes[order].tolist()
            bodies = [*self._bodies, *chain.from_iterable(read.bodies() for read in alike)]
            bodies = np.fromiter(bodies, object, len(bodies))[order].tolist()
            ends = np.cumsum([len(self._lines), *(len(read.alike) for read in alike)])
            rows, *others = np.split(np.argsort(order), ends[:-1])
            said = [replace(read.alike, rows=there) for read, there in zip(alike, others, strict=True)]
            content = Content(len(lines), said, self._events, rows)
        names = {bisect_left(lines, index): name for index, name in self._names.items()}
        return Candidates(content, bodies, leaves_of(bodies), content.keys(), lines, self._problems, names)


def candidates(events: Sequence[Event]) -> Candidates:
    """What the log needs of events that are already made."""
    return _candidates(list(map(canonical, events)), Content.of(events))


def read_back(bodies: list[bytes]) -> Candidates:
    """What the log needs of events that stand in a log; their leaves are of the bytes that stand there."""
    return _candidates(bodies, said_by(bodies))


def said_by(bodies: Sequence[bytes]) -> Content:
    """What events say that stand in a log, by their canonical bytes."""
    alike = forms_of(STANDARD).read(bodies, AMOUNT_DIGITS)
    left = _left(len(bodies), alike)
    events = [decode(bodies[index]) for index in left]
    return Content(len(bodies), [read.alike for read in alike], events, np.array(left, np.int64))


def _candidates(bodies: list[bytes], content: Content) -> Candidates:
    return Candidates(content, bodies, leaves_of(bodies), content.keys(), range(len(bodies)))


def _pick(items: list[Item], indexes: Indexes) -> list[Item]:
    return items[indexes.start : indexes.stop] if isinstance(indexes, range) else [items[index] for index in indexes]
