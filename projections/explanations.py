"""Explanations: the events that a manager's measure is made of, each with its share, amount and contribution.

Nobody looks through the whole log for one manager: the businesses that any of the manager's teams ever spoke of are
taken out of it with all their events, and the same SQL runs over those.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from engine.measures import Aggregate, Credit, Request
from projections.credits import FlowWords, limbs, whole
from projections.names import NOT_SAID
from projections.queries import balance_query, flow_queries
from projections.records import Records
from projections.source import Extract, Source
from projections.window import Window, inherited_window

ONE = "measure"


def credit_rows(
    source: Source, measure: str, request: Request, manager: str | None, *, inherited: bool
) -> list[Credit]:
    """Every event of ``manager``'s measure (of nobody's, where None), in order of position."""
    only = Request({ONE: request.measures[measure]}, request.start, request.end, request.factors)
    if manager is None:
        records, code = source.records, None
    else:
        code = source.names.code(manager)
        if code == NOT_SAID:
            return []
        records = _served(source, code)
    window = inherited_window(records, only) if inherited else Window(records, only)
    condition = "IS NULL" if code is None else f"= {code}"
    rows: dict[tuple[Any, ...], int] = {}
    for key, contribution in _contributions(window, condition):
        rows[key] = rows.get(key, 0) + contribution * window.full_share
    return [
        Credit(position, on, share, amount, contribution)
        for (position, on, share, amount), contribution in sorted(rows.items())
    ]


def _served(source: Source, manager: int) -> Records:
    """The events of all businesses that an assignment with this manager ever spoke of, and of the manager's doings."""
    named = f"""
        SELECT customer_id, account_id FROM said
        WHERE type = {source.names.code("customer.assigned")}
          AND list_contains(list_transform(team, lambda member: member.manager_id), {manager})
    """
    source.connection.execute(f"CREATE OR REPLACE TABLE served AS {named}")
    return closure(source, f"manager_id = {manager}").at(source.snapshot.position)


def closure(source: Source, also: str) -> Extract:
    """The events of the businesses in ``served``, with all accounts of its customers, and those that ``also`` says."""
    source.connection.execute(f"""
        CREATE OR REPLACE TABLE served_customers AS
        SELECT DISTINCT customer_id FROM served WHERE customer_id IS NOT NULL;
        CREATE OR REPLACE TABLE served_accounts AS
        SELECT account_id FROM served WHERE account_id IS NOT NULL
        UNION
        SELECT account_id FROM said SEMI JOIN served_customers USING (customer_id)
        WHERE type = {source.names.code("account.opened")};
    """)
    return source.extract(
        "customer_id IN (SELECT customer_id FROM served_customers)"
        f" OR account_id IN (SELECT account_id FROM served_accounts) OR {also}"
    )


def _contributions(window: Window, holder: str) -> Iterator[tuple[tuple[Any, ...], int]]:
    if window.balances:
        return _of_balances(window, holder)
    return _of_flows(window, holder)


def _of_balances(window: Window, holder: str) -> Iterator[tuple[tuple[Any, ...], int]]:
    keys = ["p.position", "p.day", "s.share", "p.amount", "s.pool"]

    def queries(nth: int | None) -> Iterator[str]:
        yield balance_query(window, keys, f"AND s.manager_id {holder}", nth)

    for amount, worth, row in limbs(window, queries):
        slot = window.pools[row[4]].slots[ONE]
        yield row[:4], whole(slot, row[5 + window.slots.index(slot)], amount, worth)


def _of_flows(window: Window, holder: str) -> Iterator[tuple[tuple[Any, ...], int]]:
    measure = window.request.measures[ONE]
    words = FlowWords(window)
    unit = {Aggregate.COUNT: "1", Aggregate.QUANTITY: "f.quantity"}.get(measure.aggregate, "f.amount")
    keys = ["f.position", "f.day", "{share} AS held", f"{unit} AS unit", "f.kind"]
    keys += ["coalesce(f.currency, {currency}) AS money", *words.columns]
    only = f"AND {{manager}} {holder} AND {unit} IS NOT NULL"
    if not measure.accrue_to_year_end:
        only += " AND f.counts"

    def queries(nth: int | None) -> Iterator[str]:
        return flow_queries(window, keys, only, nth)

    for amount, worth, row in limbs(window, queries):
        slot = words.counted(row[4 : 6 + len(words.columns)]).get(ONE)
        if slot is not None and row[-1] is not None:
            yield row[:4], whole(slot, row[-1], amount, worth)
