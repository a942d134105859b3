"""What is missing: rates and exchange rates without which amounts were left out, by the manager who shares in them."""

from __future__ import annotations

from collections.abc import Iterator

from engine.crediting.streams import needs_rate
from engine.measures import Aggregate
from projections.credits import FlowWords
from projections.queries import flow_queries
from projections.window import Window

Lack = tuple[int | None, str, int, int]
"""A manager's code (None: nobody), ``rate`` or ``fx``, the code of its account or currency, a mark of the business."""

AMOUNTS = frozenset({Aggregate.SUM, Aggregate.PRODUCT_DAYS})
"""The ways of gathering that count money: one converted, and left out where its exchange rate is not known."""

_BALANCES = """
WITH evenings AS (
    SELECT account_id, day AS from_day, lead(day, 1, {dusk}) OVER account AS to_day, sum(moved) OVER account AS balance
    FROM (
        SELECT account_id, day, sum(amount) AS moved
        FROM postings SEMI JOIN concerns USING (account_id)
        WHERE day < {end} GROUP BY account_id, day
    )
    WINDOW account AS (PARTITION BY account_id ORDER BY day)
)
SELECT DISTINCT s.manager_id, c.what, c.word, c.account_id::BIGINT * 2
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
            yield from window.records.rows(_BALANCES.format(**window.records.parts, **window.parts))
    if any(one.aggregate in AMOUNTS for measures in window.flows.values() for one in measures.values()):
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
        "f.account_id",
        "coalesce(f.account_id::BIGINT * 2, f.customer_id::BIGINT * 2 + 1, -f.position) AS business",
    ]
    types, unrated = _doubtful(window)
    if not types or not window.records.any(f"events WHERE type IN ({window.records.names.codes(types)})"):
        return
    lacks = f"({{rate}} IS NULL AND f.kind IN ({unrated}))" if unrated else "false"
    only = f"AND f.amount <> 0 AND ({lacks} OR f.day < coalesce(k.known_from, DATE '9999-12-31'))"
    for query in flow_queries(window, keys, only, summed=False, types=types):
        for row in window.records.rows(query):
            manager, key = row[0], row[1 : 3 + len(words.columns)]
            counts, no_rate, no_exchange, account, business = row[3 + len(words.columns) : 8 + len(words.columns)]
            measures = [window.request.measures[name] for name in words.counted(key)]
            asked = [one for one in measures if one.aggregate in AMOUNTS and (counts or one.accrue_to_year_end)]
            if no_rate and any(needs_rate(one) for one in asked):
                yield manager, "rate", account, business
            if no_exchange and asked:
                yield manager, "fx", key[1], business


def _doubtful(window: Window) -> tuple[list[str], str]:
    """The types whose flows may lack something (none, as a rule), and the kinds of which a measure needs the rate."""
    pricing = [of for of, measures in window.flows.items() if any(map(needs_rate, measures.values()))]
    kinds = ", ".join(str(nth) for nth, of in enumerate(window.flow_pools) if of in pricing)
    unfixed = window.records.any(
        "(SELECT currency FROM events WHERE currency IS NOT NULL UNION SELECT currency FROM accounts)"
        f" LEFT JOIN currencies USING (currency) WHERE coalesce(known_from > {window.parts['first']}, true)"
    )
    return list(window.flows) if unfixed else pricing, kinds
