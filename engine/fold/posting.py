"""Posting: entering differences of balances, and flows, into the series of those who hold them.

A piece of business passes through **phases**: from a first day on it is held by the same holders, at the same rate, in
the same class. A phase has a **ledger**, shared by all business of one stream and the same holders: each holder's share
and series. A difference of day d enters the phase of d and is carried over every later border: out of the old series,
into the new.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from engine.crediting.balances import Shifts
from engine.crediting.streams import Line
from engine.crediting.teams import Holders


@dataclass(frozen=True, slots=True, eq=False)
class Ledger:
    """Where business of one kind that is held alike is entered: a share E4 of it to each line."""

    of: str
    words: tuple[str | None, ...]
    currency: str
    holders: Holders
    lines: tuple[tuple[int, Line], ...]


class Phase(NamedTuple):
    """From ``start`` on, to the next phase, a piece of business is held alike, at the same rate E6 if one is known."""

    start: int
    rate: int | None
    ledger: Ledger


Phases = list[Phase]
Flow = Sequence[int]
"""What flows of one owner bring on one day: how many, of them with an amount, the amount E4, the quantity E6."""


def first_difference(old: Phases, new: Phases) -> int | None:
    """The first day on which two histories differ; None where they never do."""
    for before, after in zip(old, new, strict=False):
        if before.start != after.start:
            return min(before.start, after.start)
        if before.ledger is not after.ledger or before.rate != after.rate:
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


def shift(phases: Phases, day: int, amount: int) -> None:
    """Raise a balance by ``amount`` from ``day`` on."""
    at = len(phases) - 1
    while phases[at].start > day:
        at -= 1
    _enter(phases[at], day, amount)
    if at + 1 == len(phases):
        return
    for following in range(at + 1, len(phases)):
        border = phases[following].start
        _enter(phases[following - 1], border, -amount)
        _enter(phases[following], border, amount)


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
            _enter(phase, phase.start, sign * balance)
        end = phases[at + 1].start if at + 1 < len(phases) else None
        while following < last and (end is None or shifts[following][0] < end):
            day, amount = shifts[following]
            _enter(phase, day, sign * amount)
            balance += amount
            following += 1
        if balance and end is not None:
            _enter(phase, end, -sign * balance)


def _enter(phase: Phase, day: int, amount: int) -> None:
    _, rate, ledger = phase
    for share, (amounts, interest, _, _) in ledger.lines:
        part = amount * share
        amounts[day] = amounts.get(day, 0) + part
        if rate:
            interest[day] = interest.get(day, 0) + part * rate


def enter_flow(phases: Phases, day: int, flow: Flow, sign: int = 1) -> None:
    """Enter the flows of one day into the phase of that day; ``sign`` -1 takes them out."""
    at = len(phases) - 1
    while phases[at].start > day:
        at -= 1
    _, rate, ledger = phases[at]
    count, _, amount, quantity = flow
    for share, (amounts, interest, counts, quantities) in ledger.lines:
        part = sign * share
        counts[day] = counts.get(day, 0) + part * count
        if amount:
            amounts[day] = amounts.get(day, 0) + part * amount
            if rate:
                interest[day] = interest.get(day, 0) + part * amount * rate
        if quantity:
            quantities[day] = quantities.get(day, 0) + part * quantity


def move_flows(old: Phases, new: Phases, flows: Mapping[int, Flow]) -> None:
    """Take an owner's flows out of ``old`` phases and enter them into ``new`` ones."""
    first = first_difference(old, new)
    if first is None:
        return
    for day, flow in flows.items():
        if day >= first:
            if old:
                enter_flow(old, day, flow, -1)
            enter_flow(new, day, flow)
