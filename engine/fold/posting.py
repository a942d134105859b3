"""Posting: entering differences of balances, and flows, into the series of those who hold them.

A piece of business passes through **phases**: from a first day on it is held by the same holders, at the same rate, in
the same class. A phase lists its postings: which series, and by what an amount is multiplied. A difference of day d
enters the phase of d and is carried over every later border: out of the old series, into the new.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from engine.crediting.balances import Shifts
from engine.crediting.streams import Series


class Phase(NamedTuple):
    """From ``start`` on, to the next phase, all that ``label`` names is the same. A posting: series, factor, field."""

    start: int
    label: tuple[Any, ...]
    postings: list[tuple[Series, int, int]]


Phases = list[Phase]


def first_difference(old: Phases, new: Phases) -> int | None:
    """The first day on which two histories differ; None where they never do."""
    for before, after in zip(old, new, strict=False):
        if before.start != after.start:
            return min(before.start, after.start)
        if before.label != after.label:
            return before.start
    longer = old if len(old) > len(new) else new
    shared = min(len(old), len(new))
    return longer[shared].start if len(longer) > shared else None


def clip(phases: Phases, day: int) -> Phases:
    """The phases from ``day`` on; the one that ``day`` falls into starts with it."""
    clipped: Phases = []
    for phase in reversed(phases):
        if phase.start <= day:
            clipped.append(phase._replace(start=day))
            break
        clipped.append(phase)
    return clipped[::-1]


def shift(phases: Phases, day: int, amount: int) -> None:
    """Raise a balance by ``amount`` from ``day`` on."""
    at = len(phases) - 1
    while phases[at].start > day:
        at -= 1
    _enter(phases[at].postings, day, amount)
    for following in range(at + 1, len(phases)):
        phase = phases[following]
        _enter(phases[following - 1].postings, phase.start, -amount)
        _enter(phase.postings, phase.start, amount)


def move(old: Phases, new: Phases, shifts: Shifts) -> None:
    """Take a whole balance history out of ``old`` phases and enter it into ``new`` ones."""
    day = first_difference(old, new)
    if day is None or not shifts:
        return
    carried = sum(amount for on, amount in shifts if on < day)
    later = [(day, carried), *((on, amount) for on, amount in shifts if on >= day)]
    for phases, sign in ((old, -1), (new, 1)):
        if phases:
            _enter_history(clip(phases, day), later, sign)


def _enter_history(phases: Phases, shifts: Shifts, sign: int) -> None:
    balance, following, last = 0, 0, len(shifts)
    for at, phase in enumerate(phases):
        if balance:
            _enter(phase.postings, phase.start, sign * balance)
        end = phases[at + 1].start if at + 1 < len(phases) else None
        while following < last and (end is None or shifts[following][0] < end):
            day, amount = shifts[following]
            _enter(phase.postings, day, sign * amount)
            balance += amount
            following += 1
        if balance and end is not None:
            _enter(phase.postings, end, -sign * balance)


def _enter(postings: Iterable[tuple[Series, int, int]], day: int, amount: int) -> None:
    for series, factor, _ in postings:
        series[day] = series.get(day, 0) + amount * factor


def enter_flow(phases: Phases, day: int, flow: list[int], sign: int = 1) -> None:
    """Enter the flows of one day into the phase of that day; ``sign`` -1 takes them out."""
    at = len(phases) - 1
    while phases[at].start > day:
        at -= 1
    for series, factor, field in phases[at].postings:
        value = flow[field]
        if value:
            series[day] = series.get(day, 0) + sign * value * factor


def move_flows(old: Phases, new: Phases, flows: dict[int, list[int]]) -> None:
    """Take an owner's flows out of ``old`` phases and enter them into ``new`` ones."""
    first = first_difference(old, new)
    if first is None:
        return
    for day, flow in flows.items():
        if day >= first:
            if old:
                enter_flow(old, day, flow, -1)
            enter_flow(new, day, flow)
