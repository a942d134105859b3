"""Reached: which closed settlements something has concerned since, as a live fold moves on (``engine.reach``).

The first time somebody asks, the log's columns are looked at; from then on only the events that the fold takes in: by
the days that they reach where the last one came. Those whose reach depends on what was known before are judged by the
state that the fold is in after them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from typing import NamedTuple

import numpy as np

from engine.book import Fact
from engine.crediting.timeline import Timeline, Value
from engine.fold.batch import Block, Step
from engine.fold.facts import Account, FlowKey, Owner, OwnerKind
from engine.fold.state import State
from engine.reach import REACHES, Reach
from projections.reach import Stretch
from schemas.event import Told
from schemas.period import Period

Days = tuple[date, date]
"""The first and the last day that an event reaches."""
Ask = Callable[[Sequence[Stretch]], set[Stretch]]
"""Asks the log's columns, as of the fold's position."""
Find = Callable[[int, Told], Fact | None]
"""The event that the reversal at this position names."""


class _Known(NamedTuple):
    """What the log's columns said as of a position."""

    position: int
    concerned: bool


class Reached:
    """What came since the first question."""

    def __init__(self) -> None:
        self._begun: int | None = None
        self._latest: dict[Days, int] = {}
        self._known: dict[tuple[int, date, date], _Known] = {}
        self._past: dict[Stretch, bool] = {}

    def concerned(self, stretches: Sequence[Stretch], position: int, ask: Ask) -> set[Stretch]:
        """Those of the stretches in which something concerned them; the fold stands at ``position``."""
        if not stretches:
            return set()
        if self._begun is None:
            self._begun = position
        unknown = [one for one in stretches if not self._is_known(one, position)]
        if unknown:
            found = ask(unknown)
            for one in unknown:
                if one.until == position:
                    self._known[_asked(one)] = _Known(position, one in found)
                else:
                    self._past[one] = one in found
        return {one for one in stretches if self._concerned(one, position)}

    def take(self, state: State, steps: Iterable[Step], find: Find, blocks: Sequence[Block] = ()) -> None:
        """Look at events that the fold has just taken in, if anybody asked yet."""
        if self._begun is None:
            return
        latest = self._latest
        for position, on, event in steps:
            reach = REACHES[event.type]
            if reach is Reach.FLOW:
                latest[on, on] = position
            elif reach is Reach.DAY:
                latest[on, date.max] = position
            else:
                self._look(state, (position, on, event), find)
        for block in blocks:
            for day in np.unique(block.days).tolist():
                on = date.fromordinal(day)
                days = (on, on) if REACHES[block.alike.type] is Reach.FLOW else (on, date.max)
                latest[days] = max(latest.get(days, 0), int(block.positions[block.days == day].max()))

    def _look(self, state: State, step: Step, find: Find) -> None:
        position, _, event = step
        meant = find(position, event) if REACHES[event.type] is Reach.AS_REVERSED else step
        days = None if meant is None else days_of(state, meant, position)
        if days is not None:
            self._latest[days] = max(position, self._latest.get(days, 0))

    def _is_known(self, one: Stretch, position: int) -> bool:
        if one.until != position:
            return one in self._past
        return (self._begun is not None and one.after >= self._begun) or _asked(one) in self._known

    def _concerned(self, one: Stretch, position: int) -> bool:
        if one.until != position:
            return self._past[one]
        known = self._known.get(_asked(one), _Known(one.after, concerned=False))
        return known.concerned or any(
            arrived > known.position and first < one.end and last >= one.first
            for (first, last), arrived in self._latest.items()
        )


def _asked(one: Stretch) -> tuple[int, date, date]:
    """What is asked of a stretch that ends where the fold stands, wherever that is."""
    return one.after, one.first, one.end


def days_of(state: State, step: Step, at: int) -> Days | None:
    """The days that an event reaches, or its reversal at position ``at``; None: no day."""
    _, on, event = step
    match REACHES[event.type]:
        case Reach.FLOW:
            return on, on
        case Reach.PERIOD:
            period = Period.parse(event.data.period)
            return period.start, period.last
        case Reach.DECISION:
            named = event.data.period
            return (on if named is None else min(on, Period.parse(named).start)), date.max
        case Reach.ACCOUNT:
            return _since_said(state, step, at), date.max
        case Reach.MANAGER:
            return _since_served(state, step, at), date.max
        case Reach.ALWAYS:
            return date.min, date.max
        case Reach.DAY:
            return on, date.max
    return None


def _since_said(state: State, step: Step, at: int) -> date:
    """Since its day, if an earlier opening (and rate) of the account stands; else since anything was said of it."""
    _, on, event = step
    account = state.facts.accounts.get(event.data.account_id)
    if account is None:
        return on
    opened = event.type != "account.opened" or _is_after(account.openings, step, at)
    if opened and (event.data.rate is None or _is_after(account.rates, step, at)):
        return on
    return min([on, *map(date.fromordinal, _days_said(state, account))])


def _is_after(line: Timeline[Value], step: Step, at: int) -> bool:
    """Whether a fact of an earlier day came before position ``at``."""
    own, on, _ = step
    return any(day < on.toordinal() and position < at and position != own for day, position, _ in line)


def _days_said(state: State, account: Account) -> Iterator[int]:
    yield from state.facts.rows.changes(account.number)
    for number in account.flows:
        yield from (flow.day for flow in state.facts.rows.flows(number))
    for line in (account.openings, account.rates, account.statements, account.classes, account.assignments):
        yield from (day for day, *_ in line)


def _since_served(state: State, step: Step, at: int) -> date:
    """Since its day, if the manager was appointed before; else since the manager served anybody."""
    own, on, event = step
    manager = event.data.manager_id
    duty = state.facts.duty(manager)
    if any(is_on_duty and position < at and position != own for _, position, is_on_duty in duty):
        return on
    return min([on, *map(date.fromordinal, _days_served(state, manager))])


def _days_served(state: State, manager: str) -> Iterator[int]:
    facts = state.facts
    for owner in (*state.credits.held_by.get(manager, ()), Owner(OwnerKind.MANAGER, manager)):
        for number in facts.flows_of(owner):
            key = state.credits.pieces[number]
            if isinstance(key, FlowKey) and key.manager_id == manager:
                yield from (flow.day for flow in facts.rows.flows(number))
        if owner.kind is OwnerKind.ACCOUNT:
            lines = [facts.accounts[owner.id].assignments]
        else:
            lines = [*facts.customers[owner.id].assignments.values()] if owner.id in facts.customers else []
        yield from (day for line in lines for day, _, team in line if any(member == manager for member, _ in team))
