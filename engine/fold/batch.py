"""Batches: changes of balances and flows, which are most of what happens, are gathered and let happen all at once.

Credits are sums, so it makes no difference that they come after whatever else the batch holds. What an event speaks of
is noted at the end, too: who is heard of for the first time in between is spoken of by a later event anyway.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import repeat
from typing import Any, NamedTuple

import numpy as np

from engine.crediting.flows import FLOWS
from engine.fold.columns import Ints, integers, joined
from engine.fold.courses import NO_OWNER
from engine.fold.entering import doubt, enter
from engine.fold.flows import CHANGE, Get, Shape, shape_of
from engine.fold.rows import Postings
from engine.fold.state import State
from schemas.event import Told
from schemas.payloads import family_types

Step = tuple[int, date, Told]
"""The position that counts, the business date, and the event."""

TRANSACTIONS = family_types("transactions")
SHAPES = {type_: shape_of(type_) for type_ in (CHANGE, *FLOWS)}
"""Changes of balances, and flows."""


class Part(NamedTuple):
    """Postings of one type, their positions and payloads."""

    shape: Shape
    rows: Postings
    positions: Ints
    payloads: Sequence[Any]

    def named(self, get: Get | None, numbers: Mapping[str, int]) -> Ints:
        """The numbers of those whom a field names, if they are known."""
        if get is None:
            return np.full(len(self.payloads), NO_OWNER)
        return _numbers(map(get, self.payloads), numbers)


@dataclass(slots=True)
class Batch:
    """What is gathered: postings by type that happen, or never happened; and who else is spoken of, and when."""

    happening: dict[str, list[Step]] = field(default_factory=lambda: {type_: [] for type_ in SHAPES})
    undone: dict[str, list[Step]] = field(default_factory=lambda: {type_: [] for type_ in SHAPES})
    accounts: list[tuple[int, str]] = field(default_factory=list)
    customers: list[tuple[int, str]] = field(default_factory=list)
    managers: list[tuple[int, str | None]] = field(default_factory=list)

    def happen(self, state: State) -> None:
        """Let the postings happen, and note who was spoken of."""
        signed = ((1, self.happening), (-1, self.undone))
        parts = [
            _part(state, SHAPES[type_], steps, sign)
            for sign, postings in signed
            for type_, steps in postings.items()
            if steps
        ]
        if parts:
            rows = Postings(*(joined(columns) for columns in zip(*(part.rows for part in parts), strict=True)))
            state.facts.rows.add(rows)
            enter(state.facts, state.credits, rows)
            doubt(state.credits, rows.number)
            _touch(state, state.credits.courses.owner[rows.number], joined([part.positions for part in parts]))
        for part in parts:
            if part.shape.account is not None:  # its customer is spoken of, too
                _touch(state, part.named(part.shape.customer, state.credits.customers), part.positions)
            if part.shape.manager is not None:
                self.managers += zip(part.positions.tolist(), map(part.shape.manager, part.payloads), strict=True)
        for numbers, spoken in ((state.credits.accounts, self.accounts), (state.credits.customers, self.customers)):
            if spoken:
                positions, names = zip(*spoken, strict=True)
                _touch(state, _numbers(names, numbers), integers(positions))
        _speak(state, self.managers)


def _part(state: State, shape: Shape, steps: Sequence[Step], sign: int) -> Part:
    """Postings of one type taken apart; the pieces that are new are begun."""
    try:
        return _taken_apart(state, shape, steps, sign)
    except Exception:
        for step in steps:  # which of them it is
            state.facts.position = step[0]
            _taken_apart(state, shape, [step], sign)
        raise


def _taken_apart(state: State, shape: Shape, steps: Sequence[Step], sign: int) -> Part:
    positions, dates, events = zip(*steps, strict=True)
    payloads = [event.data for event in events]
    days = integers([on.toordinal() for on in dates])
    amounts, quantities = shape.amounts(payloads), shape.quantities(payloads)
    if shape.of in TRANSACTIONS:
        counted = state.facts.days
        for day, count in zip(*(column.tolist() for column in np.unique(days, return_counts=True)), strict=True):
            counted[day] = counted.get(day, 0) + sign * count
    if shape.of == CHANGE:
        numbers = _balances(state, shape, payloads)
        amounts, times = sign * amounts, np.zeros(len(steps), np.int64)
    else:
        numbers = state.flows(list(shape.keys(payloads)))
        times = np.full(len(steps), sign)
    rows = Postings(integers(numbers), days, amounts, quantities, times)
    return Part(shape, rows, integers(positions), payloads)


def _balances(state: State, shape: Shape, payloads: Sequence[Any]) -> list[int]:
    assert shape.account is not None, "a balance is an account's"
    accounts = list(map(shape.account, payloads))
    known = list(map(state.credits.accounts.get, accounts))
    return [state.balance(one) if number is None else number for number, one in zip(known, accounts, strict=True)]


def _numbers(names: Iterable[str], numbers: Mapping[str, int]) -> Ints:
    """The numbers of those of these names, where they are known."""
    return integers(list(map(numbers.get, names, repeat(NO_OWNER))))


def _touch(state: State, owners: Ints, positions: Ints) -> None:
    """Note that events of these positions speak of these owners, if they are known."""
    known = owners != NO_OWNER
    owners, positions = owners[known], positions[known]
    np.maximum.at(state.facts.rows.touched, owners, positions)
    state.credits.spoken.tell(state.credits.courses.audience[owners], positions)


def _speak(state: State, spoken: Iterable[tuple[int, str | None]]) -> None:
    """Note that events of these positions speak of managers, if they are known."""
    last = state.credits.spoken.last
    for position, manager_id in spoken:
        manager = state.facts.managers.get(manager_id) if manager_id is not None else None
        if manager is not None and manager_id is not None:
            manager.touched = max(manager.touched, position)
            last[manager_id] = max(last.get(manager_id, 0), position)
