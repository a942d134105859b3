"""Posting: entering differences of balances, and flows, into the ledgers of those who hold them.

A piece of business passes through **phases**: from a first day on it is held by the same holders, at the same rate, in
the same class. A phase has a **ledger**, shared by all business of one stream and the same holders. A difference of
day d enters the phase of d and is carried over every later border: out of the old ledger, into the new.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

from engine.crediting.balances import Shifts
from engine.crediting.teams import Holders
from engine.fold.entries import stream_of
from engine.fold.rows import Flow

Line = tuple[int, int, int, int, int]
"""What a day adds to a ledger: the ledger's place plus the day, and by basis the value at full share."""
Lines = list[Line]


class Phase(NamedTuple):
    """From ``start`` on, to the next phase, a piece of business is held alike, at the same rate E6 if one is known.

    ``place`` tells how far its ledger's place is from the ``base`` of the course.
    """

    start: int
    rate: int | None
    place: int
    holders: Holders


Phases = list[Phase]


class Course(NamedTuple):
    """How a piece of business passes through phases, which it may share with other business that is held alike.

    ``base`` is the place of its stream; of a balance that moves from stream to stream, of the first.
    """

    base: int
    phases: Phases

    def stream(self, phase: Phase) -> int:
        """The number of the stream that it is in during one of its phases."""
        return stream_of(self.base + phase.place)


NOT_CREDITED = Course(0, [])
"""The course of a piece until its crediting is reckoned."""


def first_difference(old: Course, new: Course) -> int | None:
    """The first day on which two histories differ; None where they never do."""
    if old.base != new.base:
        return 0
    for before, after in zip(old.phases, new.phases, strict=False):
        if before.start != after.start:
            return min(before.start, after.start)
        if before.place != after.place or before.rate != after.rate:
            return before.start
    longer = old.phases if len(old.phases) > len(new.phases) else new.phases
    shared = min(len(old.phases), len(new.phases))
    return longer[shared].start if len(longer) > shared else None


def clip(phases: Phases, day: int) -> Phases:
    """The phases from ``day`` on; the one that ``day`` falls into starts with it."""
    clipped: Phases = []
    for phase in reversed(phases):
        if phase.start <= day:
            clipped.append(phase if phase.start == day else phase._replace(start=day))
            break
        clipped.append(phase)
    return clipped[::-1]


def shift(lines: Lines, course: Course, day: int, amount: int) -> Phases:
    """Raise a balance by ``amount`` from ``day`` on; the phases that it reaches."""
    phases = course.phases
    reached = phases[-1:] if phases[-1].start <= day else clip(phases, day)
    enter_history(lines, Course(course.base, reached), [(day, amount)])
    return reached


def move(lines: Lines, old: Course, new: Course, history: Callable[[int], Shifts]) -> None:
    """Take a balance out of an ``old`` course and enter it into a ``new`` one, from the day on which they differ.

    ``history`` gives the shifts from a day on, of which the first carries what was there before.
    """
    day = first_difference(old, new)
    if day is not None and (shifts := history(day)):
        for course, sign in ((old, -1), (new, 1)):
            enter_history(lines, Course(course.base, clip(course.phases, day)), shifts, sign)


def enter_history(lines: Lines, course: Course, shifts: Shifts, sign: int = 1) -> None:
    """Enter a balance, by the shifts that made it, into a course; ``sign`` -1 takes it out."""
    balance, following, last = 0, 0, len(shifts)
    base, phases = course
    for at, phase in enumerate(phases):
        if balance:
            _enter(lines, base, phase, phase.start, sign * balance)
        end = phases[at + 1].start if at + 1 < len(phases) else None
        while following < last and (end is None or shifts[following][0] < end):
            day, amount = shifts[following]
            _enter(lines, base, phase, day, sign * amount)
            balance += amount
            following += 1
        if balance and end is not None:
            _enter(lines, base, phase, end, -sign * balance)


def _enter(lines: Lines, base: int, phase: Phase, day: int, amount: int, count: int = 0, quantity: int = 0) -> None:
    _, rate, at, _ = phase
    lines.append((base + at + day, amount, amount * rate if rate else 0, count, quantity))


def phase_on(phases: Phases, day: int) -> Phase:
    """The phase that a day falls into."""
    at = len(phases) - 1
    while phases[at].start > day:
        at -= 1
    return phases[at]


def enter_flow(lines: Lines, course: Course, flow: Flow, sign: int = 1) -> Phase:
    """Enter flows into the phase of their day, and tell it; ``sign`` -1 takes them out."""
    phase, count = phase_on(course.phases, flow.day), sign * flow.times
    _enter(lines, course.base, phase, flow.day, count * flow.amount, count, count * flow.quantity)
    return phase


def move_flows(lines: Lines, old: Course, new: Course, told: Callable[[int], Iterable[Flow]]) -> None:
    """Take flows out of an ``old`` course and enter them into a ``new`` one; ``told`` gives those from a day on."""
    first = first_difference(old, new)
    if first is not None:
        for flow in told(first):
            enter_flow(lines, old, flow, -1)
            enter_flow(lines, new, flow)
