"""What is missing: rates and exchange rates without which amounts were left out, by the manager who shares in them."""

from __future__ import annotations

from collections.abc import Iterator

from engine.crediting.streams import needs_rate
from engine.measures import Aggregate
from projections.credits import FlowWords
from projections.queries import flow_queries
from projections.window import Window

Lack = tuple[int | None, str, int, int]
"""A manager's code (None: nobody), ``rate`` or ``fx``, the code of what it is missing for, and of its business."""

_BALANCES = """
SELECT DISTINCT s.manager_id, c.what, c.word, c.account_id
FROM concerns c
JOIN evenings e ON e.account_id = c.account_id AND e.balance <> 0
JOIN steps s ON s.account_id = c.account_id
WHERE greatest(c.from_day, e.from_day, s.from_day) < least(c.to_day, e.to_day, s.to_day)
"""


def lacking(window: Window) -> Iterator[Lack]:
    """All that the window's measures had to leave out."""
    if window.balances:
        window.records.run("missing", **window.parts)
        if window.records.any("concerns"):
            yield from window.records.rows(_BALANCES)
    if any(one.aggregate is Aggregate.SUM for measures in window.flows.values() for one in measures.values()):
        yield from _flows(window)


def _flows(window: Window) -> Iterator[Lack]:
    words = FlowWords(window)
    keys = [
        "{manager} AS manager",
        "f.kind",
        "coalesce(f.currency, {currency}) AS money",
        *words.columns,
        "f.counts",
        "{rate} IS NULL AS unrated",
        "f.day < coalesce(k.known_from, DATE '9999-12-31') AS unfixed",
        "coalesce(f.account_id, f.customer_id, -1) AS business",
    ]
    unrated = _kinds(window)
    lacks = f"({{rate}} IS NULL AND f.kind IN ({unrated}))" if unrated else "false"
    only = f"AND f.amount <> 0 AND ({lacks} OR f.day < coalesce(k.known_from, DATE '9999-12-31'))"
    for query in flow_queries(window, keys, only, summed=False):
        for row in window.records.rows(query):
            manager, key = row[0], row[1 : 3 + len(words.columns)]
            counts, no_rate, no_exchange, business = row[3 + len(words.columns) : 7 + len(words.columns)]
            measures = [window.request.measures[name] for name in words.counted(key)]
            asked = [one for one in measures if one.aggregate is Aggregate.SUM and (counts or one.accrue_to_year_end)]
            if no_rate and any(needs_rate(one) for one in asked):
                yield manager, "rate", business, business
            if no_exchange and asked:
                yield manager, "fx", key[1], business


def _kinds(window: Window) -> str:
    """The kinds of flow of which some measure needs the rate."""
    return ", ".join(
        str(nth)
        for nth, of in enumerate(window.flow_pools)
        if any(needs_rate(one) for one in window.flows[of].values())
    )
