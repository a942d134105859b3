"""Batches: changes of balances and flows, which are most of what happens, are gathered and let happen all at once.

Credits are sums, so it makes no difference that they come after whatever else the batch holds. What an event speaks of
is noted at the end, too: who is heard of for the first time in between is spoken of by a later event anyway.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import repeat
from typing import NamedTuple

import numpy as np

from engine.content import Alike, Indexes
from engine.crediting.flows import FLOWS
from engine.fold.columns import Ints, integers, joined
from engine.fold.courses import NO_OWNER
from engine.fold.entering import doubt, enter
from engine.fold.flows import CHANGE, Columns, Fields, Payloads, Shape, shape_of
from engine.fold.rows import Postings
from engine.fold.state import State
from schemas.event import Identity, Told
from schemas.payloads import family_types

Step = tuple[int, date, Told]
"""The position that counts, the business date, and the event."""

TRANSACTIONS = family_types("transactions")
SHAPES = {type_: shape_of(type_) for type_ in (CHANGE, *FLOWS)}
"""Changes of balances, and flows."""


@dataclass(frozen=True, slots=True)
class Posted:
    """Changes of balances, or flows of one type: their positions, business dates (as ordinals) and fields."""

    type: str
    positions: Ints
    days: Ints
    fields: Fields

    @classmethod
    def of(cls, type_: str, steps: Sequence[Step]) -> Posted:
        """Those of these events."""
        positions, dates, events = zip(*steps, strict=True)
        days = integers([on.toordinal() for on in dates])
        return cls(type_, integers(positions), days, Payloads(event.data for event in events))

    def only(self, index: int) -> Posted:
        """One of them."""
        within = slice(index, index + 1)
        return Posted(self.type, self.positions[within], self.days[within], self.fields.only(index))


class Block(NamedTuple):
    """Changes of balances, or flows of one type, in columns: their positions and business dates beside them."""

    positions: Ints
    days: Ints
    alike: Alike

    def but(self, indexes: Indexes) -> Block:
        """All but some of them."""
        if not len(indexes):
            return self
        kept = np.delete(np.arange(len(self.positions)), indexes)
        return Block(self.positions[kept], self.days[kept], self.alike.chosen(kept, self.alike.rows[kept]))

    def posted(self) -> Posted:
        """The same, to happen."""
        return Posted(self.alike.type, self.positions, self.days, Columns(self.alike))


class Part(NamedTuple):
    """Postings of one type, with their positions and fields."""

    shape: Shape
    rows: Postings
    positions: Ints
    fields: Fields

    def named(self, attribute: str | None, numbers: Mapping[str, int]) -> Ints:
        """The numbers of those whom a field names, if they are known."""
        if attribute is None:
            return np.full(len(self.fields), NO_OWNER)
        return _numbers(self.fields.all(attribute), numbers)


@dataclass(slots=True)
class Batch:
    """What is gathered: postings by type that happen, or never happened; and who else is spoken of, and when."""

    happening: dict[str, list[Step]] = field(default_factory=lambda: {type_: [] for type_ in SHAPES})
    undone: dict[str, list[Step]] = field(default_factory=lambda: {type_: [] for type_ in SHAPES})
    blocks: list[Block] = field(default_factory=list)
    met: set[Identity] = field(default_factory=set)
    """What the batch's reversals name and the log holds before them."""
    accounts: list[tuple[int, str]] = field(default_factory=list)
    customers: list[tuple[int, str]] = field(default_factory=list)
    managers: list[tuple[int, str | None]] = field(default_factory=list)

    def happen(self, state: State) -> None:
        """Let the postings happen, and note who was spoken of."""
        signed = [(1, block.posted()) for block in self.blocks if len(block.positions)]
        for sign, postings in ((1, self.happening), (-1, self.undone)):
            signed += [(sign, Posted.of(type_, steps)) for type_, steps in postings.items() if steps]
        parts = [_part(state, posted, sign) for sign, posted in signed]
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
                self.managers += zip(part.positions.tolist(), part.fields.all(part.shape.manager), strict=True)
        for numbers, spoken in ((state.credits.accounts, self.accounts), (state.credits.customers, self.customers)):
            if spoken:
                positions, names = zip(*spoken, strict=True)
                _touch(state, _numbers(names, numbers), integers(positions))
        _speak(state, self.managers)


def _part(state: State, posted: Posted, sign: int) -> Part:
    """Postings of one type taken apart; the pieces that are new are begun."""
    try:
        return _taken_apart(state, posted, sign)
    except Exception:
        for index, position in enumerate(posted.positions.tolist()):  # which of them it is
            state.facts.position = position
            _taken_apart(state, posted.only(index), sign)
        raise


def _taken_apart(state: State, posted: Posted, sign: int) -> Part:
    shape, fields, days = SHAPES[posted.type], posted.fields, posted.days
    amounts, quantities = shape.amounts(fields), shape.quantities(fields)
    if shape.of in TRANSACTIONS:
        counted = state.facts.days
        for day, count in zip(*(column.tolist() for column in np.unique(days, return_counts=True)), strict=True):
            counted[day] = counted.get(day, 0) + sign * count
    if shape.of == CHANGE:
        numbers = _balances(state, shape, fields)
        amounts, times = sign * amounts, np.zeros(len(fields), np.int64)
    else:
        numbers = state.flows(list(shape.keys(fields)))
        times = np.full(len(fields), sign)
    rows = Postings(integers(numbers), days, amounts, quantities, times)
    return Part(shape, rows, posted.positions, fields)


def _balances(state: State, shape: Shape, fields: Fields) -> list[int]:
    assert shape.account is not None, "a balance is an account's"
    accounts = fields.all(shape.account)
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
