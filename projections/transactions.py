"""Transactions: the single events behind flow measures, each as every manager is credited with it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from engine.measures import Transaction, Transactions
from projections.credits import FlowWords, limbs, whole
from projections.names import Names
from projections.queries import flow_queries
from projections.window import Window

Event = tuple[str, int | None, int, int]
"""Measure, manager (a code, None for nobody), position and share."""


def transactions(window: Window, names: Names) -> Transactions:
    """The single events behind the sums of amounts or quantities that the window's request asks for."""
    earned: dict[Event, int] = {}
    for event, contribution in _contributions(window) if window.flows else ():
        earned[event] = earned.get(event, 0) + contribution
    names.learn({manager for _, manager, _, _ in earned if manager is not None})
    found: dict[str, dict[str | None, Counter[Transaction]]] = {name: {} for name in window.request.measures}
    for (name, manager, _, share), contribution in earned.items():
        if contribution:
            holder = None if manager is None else names.text(manager)
            found[name].setdefault(holder, Counter())[Transaction(contribution // share, share)] += 1
    return found


def _contributions(window: Window) -> Iterator[tuple[Event, int]]:
    words = FlowWords(window)
    keys = ["f.position", "{manager} AS manager", "{share} AS held"]
    keys += ["f.kind", "coalesce(f.currency, {currency}) AS money", *words.columns]

    def queries(nth: int | None) -> Iterator[str]:
        return flow_queries(window, keys, nth=nth)

    rows: list[tuple[int, int, tuple[Any, ...]]] = list(limbs(window, queries))
    words.learn(row[4 : 5 + len(words.columns)] for _, _, row in rows)
    for amount, worth, row in rows:
        position, manager, share = row[:3]
        sums = dict(zip(window.flow_slots, row[-len(window.flow_slots) :], strict=True))
        for name, slot in words.counted(row[3 : 5 + len(words.columns)]).items():
            yield (name, manager, position, share), whole(slot, sums[slot], amount, worth)
