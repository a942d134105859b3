"""Credits: the measures of a request by manager, as exact integers.

Sums fit HUGEINT but at the contract's very limits; where DuckDB reports an overflow (it never wraps), the same queries
run over limbs of amounts and of the days' worth, and Python puts the whole together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, repeat
from typing import Any

import duckdb

from engine.crediting.flows import FLOWS
from engine.crediting.streams import BALANCE
from projections.calendar import LIMB, LIMBS
from projections.queries import AMOUNT_LIMB, AMOUNT_LIMBS, balance_query, flow_queries, word_columns
from projections.terms import AMOUNT_KINDS, Kind, Slot
from projections.window import Window, Words

Row = tuple[Any, ...]
NOBODY = None


@dataclass(slots=True)
class Credited:
    """By measure the sums of all ``managers`` (codes, None for nobody), in their order."""

    managers: list[int | None]
    sums: dict[str, list[int]]


def limbs(window: Window, queries: Callable[[int | None], Iterator[str]]) -> Iterator[tuple[int, int, Row]]:
    """The rows of some queries with the powers of amount and worth limbs that their sums are to be taken times."""
    try:
        window.build()
        rows = [row for query in queries(None) for row in window.records.rows(query)]
    except (duckdb.OutOfRangeException, duckdb.ConversionException):
        yield from _limbed(window, queries)
    else:
        yield from ((1, 1, row) for row in rows)


def _limbed(window: Window, queries: Callable[[int | None], Iterator[str]]) -> Iterator[tuple[int, int, Row]]:
    for worth in range(LIMBS):
        window.build(worth)
        for amount in range(AMOUNT_LIMBS):
            for query in queries(amount):
                for row in window.records.rows(query):
                    yield AMOUNT_LIMB**amount, LIMB**worth, row


def whole(slot: Slot, value: int | None, amount: int, worth: int) -> int:
    """What a slot's sum over limbs stands for."""
    return (value or 0) * unit(slot, amount, worth)


def unit(slot: Slot, amount: int, worth: int) -> int:
    """What a slot's sum over limbs counts; what has no worth is counted with the first limb alone."""
    if slot.kind in AMOUNT_KINDS:
        return amount * worth
    if slot.kind is Kind.QUANTITY:
        return amount if worth == 1 else 0
    return 1 if amount == worth == 1 else 0


def credit(window: Window) -> Credited:
    """Every measure of the window's request, by manager."""
    sums: dict[str, dict[int | None, int]] = {name: {} for name in window.request.measures}
    words = FlowWords(window)

    def queries(nth: int | None) -> Iterator[str]:
        if window.balances:
            yield balance_query(window, ["'balance'", "s.manager_id", "s.pool"], nth=nth)
        if window.flows:
            keys = ["'flow'", "{manager} AS manager", "f.kind", "coalesce(f.currency, {currency}) AS money"]
            yield from flow_queries(window, [*keys, *words.columns], nth=nth)

    def targets(key: tuple[Any, ...]) -> list[tuple[dict[int | None, int], Slot, int]]:
        """The sums that rows of this kind add to, each with its slot and where that stands from a row's end."""
        balance = key[0] == BALANCE
        slots = window.slots if balance else window.flow_slots
        counted = window.pools[key[1]].slots if balance else words.counted(key[1:])
        return [(sums[name], slot, slots.index(slot) - len(slots)) for name, slot in counted.items()]

    rows: dict[tuple[int, int, tuple[Any, ...]], list[Row]] = {}
    for amount, worth, row in limbs(window, queries):
        key = row[0], *row[2 : 3 if row[0] == BALANCE else 4 + len(words.columns)]
        rows.setdefault((amount, worth, key), []).append(row)
    words.learn(key[3:] for _, _, key in rows if key[0] != BALANCE)
    for (amount, worth, key), alike in rows.items():
        for by_manager, slot, at in targets(key):
            times = unit(slot, amount, worth) * window.full_share
            for row in alike:
                earned = (row[at] or 0) * times
                if earned:
                    by_manager[row[1]] = by_manager.get(row[1], 0) + earned
    managers = list(dict.fromkeys(chain.from_iterable(sums.values())))
    return Credited(managers, {name: list(map(one.get, managers, repeat(0))) for name, one in sums.items()})


class FlowWords:
    """Which measures count a flow of a kind, currency and words; asked once for each combination."""

    def __init__(self, window: Window) -> None:
        self._window = window
        self._known: dict[tuple[Any, ...], Mapping[str, Slot]] = {}
        self._types = tuple(window.flow_pools)
        self.columns = [f"f.word_{nth}" for nth in range(word_columns(window))]

    def learn(self, codes: Iterable[Iterable[int | None]]) -> None:
        """Look up many flows' words at once."""
        self._window.records.names.learn({code for each in codes for code in each if code is not None})

    def counted(self, key: tuple[Any, ...]) -> Mapping[str, Slot]:
        """The slot of each measure that counts such a flow."""
        if key not in self._known:
            kind, currency, *codes = key
            of = self._types[kind]
            slots = self._window.flow_pools[of].slots
            names = self._window.counted(of, self.words(of, codes), self._window.records.text(currency))
            self._known[key] = {name: slots[name] for name, _ in names}
        return self._known[key]

    def words(self, of: str, codes: list[int | None]) -> Words:
        """The words of a flow, from their codes."""
        text = self._window.records.names.text
        return tuple(None if code is None else text(code) for code in codes[: len(FLOWS[of].words)])
