"""Posting: entering differences of balances, and flows, into the ledgers of those who hold them.

A piece of business passes through **phases**: from a first day on it is held by the same holders, at the same rate, in
the same class. A phase has a **ledger**, shared by all business of one stream and the same holders. A difference of
day d enters the phase of d and is carried over every later border: out of the old ledger, into the new.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from engine.crediting.balances import Shifts
from engine.crediting.teams import Holders
from engine.fold.rows import Flow

Line = tuple[int, int, int, int, int]
"""What a day adds to a ledger: the ledger's place plus the day, and by basis the value at full share."""
Lines = list[Line]


class Phase(NamedTuple):
    """From ``start`` on, to the next phase, a piece of business is held alike, at the same rate E6 if one is known.

    ``place`` is the one of its ledger, or how far that is from the ``base`` of its course.
    """

    start: int
    rate: int | None
    place: int
    holders: Holders


Phases = list[Phase]


class Course(NamedTuple):
    """How a piece of business passes through phases, which it may share with others that are held alike.

    ``base`` is the place of the stream of flows. It is 0 for a balance, whose phases may be of several streams.
    """

    base: int
    phases: Phases


def first_difference(old: Phases, new: Phases) -> int | None:
    """The first day on which two histories differ; None where they never do."""
    for before, after in zip(old, new, strict=False):
        if before.start != after.start:
            return min(before.start, after.start)
        if before.place != after.place or before.rate != after.rate:
            return before.start
    longer = old if len(old) > len(new) else new
    shared = min(len(old), len(new))
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


def shift(lines: Lines, phases: Phases, day: int, amount: int) -> Phases:
    """Raise a balance by ``amount`` from ``day`` on; the phases that it reaches."""
    reached = phases[-1:] if phases[-1].start <= day else clip(phases, day)
    _enter_history(lines, reached, [(day, amount)], 1)
    return reached


def move(lines: Lines, old: Phases, new: Phases, shifts: Shifts) -> None:
    """Take a whole balance history out of ``old`` phases and enter it into ``new`` ones."""
    if not old:
        _enter_history(lines, new, shifts, 1)
        return
    day = first_difference(old, new)
    if day is None or not shifts:
        return
    carried = sum(amount for on, amount in shifts if on < day)
    later = [(day, carried), *((on, amount) for on, amount in shifts if on >= day)]
    for phases, sign in ((old, -1), (new, 1)):
        _enter_history(lines, clip(phases, day), later, sign)


def _enter_history(lines: Lines, phases: Phases, shifts: Shifts, sign: int) -> None:
    balance, following, last = 0, 0, len(shifts)
    for at, phase in enumerate(phases):
        if balance:
            _enter(lines, phase, phase.start, sign * balance)
        end = phases[at + 1].start if at + 1 < len(phases) else None
        while following < last and (end is None or shifts[following][0] < end):
            day, amount = shifts[following]
            _enter(lines, phase, day, sign * amount)
            balance += amount
            following += 1
        if balance and end is not None:
            _enter(lines, phase, end, -sign * balance)


def _enter(lines: Lines, phase: Phase, day: int, amount: int) -> None:
    lines.append((phase.place + day, amount, amount * phase.rate if phase.rate else 0, 0, 0))


def phase_on(phases: Phases, day: int) -> Phase:
    """The phase that a day falls into."""
    at = len(phases) - 1
    while phases[at].start > day:
        at -= 1
    return phases[at]


def enter_flow(lines: Lines, course: Course, flow: Flow, sign: int = 1) -> None:
    """Enter flows into the phase of their day; ``sign`` -1 takes them out."""
    _, rate, at, _ = phase_on(course.phases, flow.day)
    count = sign * flow.times
    amount = count * flow.amount
    interest = amount * rate if rate else 0
    lines.append((course.base + at + flow.day, amount, interest, count, count * flow.quantity))


def move_flows(lines: Lines, old: Course, new: Course, flows: Iterable[Flow]) -> None:
    """Take flows out of an ``old`` course and enter them into a ``new`` one."""
    first = first_difference(old.phases, new.phases) if old.base == new.base else 0
    if first is None:
        return
    for flow in flows:
        if flow.day >= first:
            enter_flow(lines, old, flow, -1)
            enter_flow(lines, new, flow)
