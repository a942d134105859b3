"""Posting: entering differences of balances, and flows, into the ledgers of those who hold them.

A piece of business passes through **phases**: from a first day on it is held by the same holders, at the same rate, in
the same class. A phase has a **ledger**, shared by all business of one stream and the same holders. A difference of
day d enters the phase of d and is carried over every later border: out of the old ledger, into the new.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from engine.crediting.balances import Shifts
from engine.crediting.streams import Stream
from engine.crediting.teams import Holders
from engine.fold.rows import Flow

Line = tuple["Ledger", int, int, int, int, int]
"""What a day adds to a ledger: the day, and by basis the value at full share."""


@dataclass(frozen=True, slots=True, eq=False)
class Ledger:
    """Where business of one stream that is held alike is entered; ``place`` is the one of its entries.

    ``foreign`` tells a currency that is not the institution's. ``lines`` is the journal's open page.
    """

    stream: Stream
    holders: Holders
    place: int
    foreign: bool
    lines: list[Line]

    def enter(self, day: int, amount: int, interest: int, count: int = 0, quantity: int = 0) -> None:
        """Add to what ``day`` adds, each to its basis."""
        self.lines.append((self, day, amount, interest, count, quantity))


class Phase(NamedTuple):
    """From ``start`` on, to the next phase, a piece of business is held alike, at the same rate E6 if one is known."""

    start: int
    rate: int | None
    ledger: Ledger


Phases = list[Phase]


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


def shift(phases: Phases, day: int, amount: int) -> bool:
    """Raise a balance by ``amount`` from ``day`` on; whether a measure might have to leave out a part of that."""
    start, rate, ledger = phases[-1]
    if start <= day:
        ledger.enter(day, amount, amount * rate if rate else 0)
        return rate is None or ledger.foreign
    _enter_history(clip(phases, day), [(day, amount)], 1)
    return True


def move(old: Phases, new: Phases, shifts: Shifts) -> None:
    """Take a whole balance history out of ``old`` phases and enter it into ``new`` ones."""
    if not old:
        _enter_history(new, shifts, 1)
        return
    day = first_difference(old, new)
    if day is None or not shifts:
        return
    carried = sum(amount for on, amount in shifts if on < day)
    later = [(day, carried), *((on, amount) for on, amount in shifts if on >= day)]
    for phases, sign in ((old, -1), (new, 1)):
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
    ledger.enter(day, amount, amount * rate if rate else 0)


def phase_on(phases: Phases, day: int) -> Phase:
    """The phase that a day falls into."""
    at = len(phases) - 1
    while phases[at].start > day:
        at -= 1
    return phases[at]


def enter_flow(phases: Phases, flow: Flow, sign: int = 1) -> Ledger:
    """Enter flows into the phase of their day; ``sign`` -1 takes them out. The ledger of that phase."""
    _, rate, ledger = phase_on(phases, flow.day)
    count = sign * flow.times
    amount = count * flow.amount
    ledger.enter(flow.day, amount, amount * rate if rate else 0, count, count * flow.quantity)
    return ledger


def move_flows(old: Phases, new: Phases, flows: Iterable[Flow]) -> None:
    """Take flows out of ``old`` phases and enter them into ``new`` ones."""
    first = first_difference(old, new)
    if first is None:
        return
    for flow in flows:
        if flow.day >= first:
            enter_flow(old, flow, -1)
            enter_flow(new, flow)
