"""Explanations: the events that a manager's measures are made of, each with its share, amount and contribution.

Nobody looks through the whole log for one manager: the businesses that any of the manager's teams ever spoke of are
taken out of it with all their events, once a book, and the same SQL runs over those for all measures of a request.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from engine.measures import Aggregate, Credit, CreditMeasure, Request
from projections.credits import FlowWords, limbs, whole
from projections.extracts import add, extract, records_of
from projections.queries import balance_query, flow_queries
from projections.records import Records, day
from projections.source import Source
from projections.terms import spelled
from projections.window import Window

Row = tuple[int, Any, int, int]
"""Position, day, share and amount: what a credit is told by, beside what it earned."""


class Explained:
    """The credits of one manager (None: of nobody), by request; the manager's events are taken out of the log once."""

    def __init__(self, source: Source, manager: str | None) -> None:
        self.manager = manager
        self._code = None if manager is None else source.names.code(manager)
        self._records = source.records if self._code is None else _served(source, self._code)
        self._known: dict[str, Mapping[str, Sequence[Credit]]] = {}

    def credits(
        self, request: Request, kind: str, window: Callable[[Records, Request], Window]
    ) -> Mapping[str, Sequence[Credit]]:
        """By measure of ``request`` the events of the manager's, in order of position."""
        key = spelled(request, kind)
        if key not in self._known:
            self._known[key] = _credits(window(self._records, request), self._code)
        return self._known[key]


def _credits(window: Window, manager: int | None) -> dict[str, list[Credit]]:
    earned: dict[str, dict[Row, int]] = {name: {} for name in window.request.measures}
    condition = "IS NULL" if manager is None else f"= {manager}"
    for contributions in (_of_balances, _of_flows):
        for name, row, contribution in contributions(window, condition):
            rows = earned[name]
            rows[row] = rows.get(row, 0) + contribution * window.full_share
    return {
        name: [Credit(*row, contribution) for row, contribution in sorted(rows.items())]
        for name, rows in earned.items()
    }


def _served(source: Source, manager: int) -> Records:
    """The events of all businesses that an assignment with this manager ever spoke of, and of the manager's doings."""
    named = f"""
        SELECT customer_id, account_id FROM said
        WHERE type = {source.names.code("customer.assigned")}
          AND list_contains(list_transform(team, lambda member: member.manager_id), {manager})
    """
    source.connection.execute(f"CREATE OR REPLACE TABLE served AS {named}")
    extract(source)
    add(source, "said", f"manager_id = {manager}")
    return records_of(source, "explained", source.snapshot.position)


def _of_balances(window: Window, holder: str) -> Iterator[tuple[str, Row, int]]:
    if not window.balances:
        return
    keys = ["p.position", "p.day", "s.share", "p.amount", "s.pool"]

    def queries(nth: int | None) -> Iterator[str]:
        only = f"AND s.manager_id {holder} AND s.to_day > {day(window.request.start)}"
        yield balance_query(window, keys, only, nth)

    for amount, worth, row in limbs(window, queries):
        sums = dict(zip(window.slots, row[5:], strict=True))
        for name, slot in window.pools[row[4]].slots.items():
            yield name, row[:4], whole(slot, sums[slot], amount, worth)


def _of_flows(window: Window, holder: str) -> Iterator[tuple[str, Row, int]]:
    if not window.flows:
        return
    words = FlowWords(window)
    keys = ["f.position", "f.day", "{share} AS held", "f.amount", "f.quantity", "f.counts"]
    keys += ["f.kind", "coalesce(f.currency, {currency}) AS money", *words.columns]

    def queries(nth: int | None) -> Iterator[str]:
        return flow_queries(window, keys, f"AND {{manager}} {holder}", nth)

    for amount, worth, row in limbs(window, queries):
        position, on, share, of_amount, of_quantity, counts = row[:6]
        sums = dict(zip(window.flow_slots, row[-len(window.flow_slots) :], strict=True))
        for name, slot in words.counted(row[6 : 8 + len(words.columns)]).items():
            measure = window.request.measures[name]
            unit = _unit(measure, of_amount, of_quantity)
            if unit is not None and sums[slot] is not None and (counts or measure.accrue_to_year_end):
                yield name, (position, on, share, unit), whole(slot, sums[slot], amount, worth)


def _unit(measure: CreditMeasure, amount: int | None, quantity: int | None) -> int | None:
    """What the measure takes of a flow."""
    if measure.aggregate is Aggregate.COUNT:
        return 1
    return quantity if measure.aggregate is Aggregate.QUANTITY else amount
