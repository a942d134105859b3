"""Batches: changes of balances and flows, which are most of what happens, are gathered and let happen all at once.

Credits are sums, so it makes no difference that they come after whatever else the batch holds. What an event speaks of
is noted at the end, too: who is heard of for the first time in between is spoken of by a later event anyway.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np

from engine.crediting.flows import FLOWS
from engine.fold.columns import Ints, integers, joined
from engine.fold.entering import enter
from engine.fold.facts import FlowKey
from engine.fold.flows import CHANGE, Shape, shape_of
from engine.fold.standing import NO_OWNER
from engine.fold.state import State
from schemas.payloads import family_types

Posting = tuple[int, int, Any, int]
"""The position that counts, the day, the payload, and whether it happens (1) or never happened (-1)."""

TRANSACTIONS = family_types("transactions")
SHAPES = {type_: shape_of(type_) for type_ in (CHANGE, *FLOWS)}
"""Changes of balances, and flows."""


class Columns(NamedTuple):
    """Postings of one type, side by side: those of ``Rows``, and the positions."""

    numbers: Ints
    days: Ints
    amounts: Ints
    quantities: Ints
    times: Ints
    positions: Ints


@dataclass(slots=True)
class Batch:
    """What is gathered: ``postings`` by type, and who is ``spoken`` of by other events, each with its position."""

    postings: dict[str, list[Posting]] = field(default_factory=lambda: {type_: [] for type_ in SHAPES})
    accounts: list[tuple[int, str]] = field(default_factory=list)
    customers: list[tuple[int, str]] = field(default_factory=list)
    managers: list[tuple[int, str]] = field(default_factory=list)

    def happen(self, state: State) -> None:
        """Let the postings happen, and note who was spoken of."""
        told = [(SHAPES[type_], of_type) for type_, of_type in self.postings.items() if of_type]
        parts = [self._columns(state, shape, of_type) for shape, of_type in told]
        if parts:
            *rows, positions = map(joined, zip(*parts, strict=True))
            state.facts.rows.add(*rows)
            enter(state.facts, state.credits, *rows)
            _touch(state, state.credits.standing.owner.values[rows[0]], positions)
        for shape, of_type in told:
            if shape.account is not None and shape.customer is not None:
                get = shape.customer
                self.customers += [(position, get(data)) for position, _, data, _ in of_type]
            if shape.manager is not None:
                get = shape.manager
                self.managers += [(position, one) for position, _, data, _ in of_type if (one := get(data)) is not None]
        _touch_named(state, state.credits.accounts, self.accounts)
        _touch_named(state, state.credits.customers, self.customers)
        _speak(state, self.managers)

    def _columns(self, state: State, shape: Shape, told: Sequence[Posting]) -> Columns:
        """Postings of one type taken apart; the pieces that are new are begun."""
        try:
            return _columns(state, shape, told)
        except Exception:
            for one in told:  # which of them it is
                state.facts.position = one[0]
                _columns(state, shape, [one])
            raise


def _columns(state: State, shape: Shape, told: Sequence[Posting]) -> Columns:
    positions, days, payloads, signs = zip(*told, strict=True)
    times = integers(signs)
    amounts = shape.amounts(payloads)
    if shape.of in TRANSACTIONS:
        counted = state.facts.days
        for (day, sign), count in Counter(zip(days, signs, strict=True)).items():
            counted[day] = counted.get(day, 0) + sign * count
    if shape.of == CHANGE:
        assert shape.account is not None, "a balance is an account's"
        known = state.credits.accounts
        accounts = map(shape.account, payloads)
        numbers = [known[one] if one in known else state.balance(one) for one in accounts]
        amounts, times = amounts * times, times * 0
    else:
        found: Callable[[Any], int | None] = state.facts.flows.get
        keys = shape.keys(payloads)
        numbers = [number if (number := found(key)) is not None else state.flow(FlowKey(*key)) for key in keys]
    return Columns(integers(numbers), integers(days), amounts, shape.quantities(payloads), times, integers(positions))


def _touch_named(state: State, numbers: Mapping[str, int], spoken: Sequence[tuple[int, str]]) -> None:
    """Note that events of these positions speak of accounts or customers, if they are known."""
    if spoken:
        positions, names = zip(*spoken, strict=True)
        _touch(state, integers([numbers.get(name, NO_OWNER) for name in names]), integers(positions))


def _touch(state: State, owners: Ints, positions: Ints) -> None:
    known = owners != NO_OWNER
    owners, positions = owners[known], positions[known]
    np.maximum.at(state.facts.rows.touched.values, owners, positions)
    state.credits.spoken.tell(state.credits.standing.audience.values[owners], positions)


def _speak(state: State, spoken: Iterable[tuple[int, str]]) -> None:
    """Note that events of these positions speak of managers, if they are known."""
    last = state.credits.spoken.last
    for position, manager_id in spoken:
        manager = state.facts.managers.get(manager_id)
        if manager is not None:
            manager.touched = max(manager.touched, position)
            last[manager_id] = max(last.get(manager_id, 0), position)
