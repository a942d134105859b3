"""Queries: the two statements that every figure comes from, over balances and over flows, and their routes.

The same join serves totals (keys: manager and pool), explanations (keys: the event) and what is missing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from engine.crediting.flows import FLOWS, FlowType
from projections.database import script
from projections.records import day
from projections.terms import Kind, Slot
from projections.window import Window, on_account
from schemas.exact import WHOLE_SHARE
from schemas.payloads import TYPES

AMOUNT_LIMB = 10**6
AMOUNT_LIMBS = 3

STRAY_RATE = """(
    SELECT r.rate FROM rates r WHERE r.account_id = e.account_id AND r.from_day <= e.day AND r.to_day > e.day
)"""
"""The rate of an account that nobody opened: its flows go by the customer, its rate is known all the same."""


@dataclass(frozen=True, slots=True)
class Route:
    """How flows find who holds them: which flows, by what join, and the SQL of what the join tells."""

    flows: str
    join: str
    manager: str
    share: str
    currency: str
    rate: str


def amount_limb(column: str, nth: int | None) -> str:
    """An amount in SQL, or its ``nth`` limb (the last takes what is left); limbs carry the sign of the whole."""
    whole = f"{column}::HUGEINT"
    if nth is None:
        return whole
    rest = f"({whole} // {AMOUNT_LIMB**nth})"
    return rest if nth == AMOUNT_LIMBS - 1 else f"({rest} % {AMOUNT_LIMB})"


def balance_query(window: Window, keys: Sequence[str], only: str = "", nth: int | None = None) -> str:
    """Balance measures by ``keys``; postings are ``p``, steps ``s``."""
    amount = amount_limb("p.amount", nth)
    sums = []
    for slot in window.slots:
        days = f"(s.end_{slot.column} - c.{slot.column})"
        rate = " * s.rate" if slot.kind is Kind.PRICED else ""
        sums.append(f"sum({amount} * s.share{rate} * {days})")
    return script("balances").format(**window.parts, keys=", ".join(keys), sums=", ".join(sums), only=only)


def flow_queries(
    window: Window,
    keys: Sequence[str],
    only: str = "",
    nth: int | None = None,
    *,
    summed: bool = True,
    types: Collection[str] | None = None,
) -> Iterator[str]:
    """Flow measures by ``keys``, a query a route; ``{manager}``, ``{share}`` and ``{rate}`` in keys are the route's."""
    for route in _routes(window, window.flows if types is None else types):
        words = {"manager": route.manager, "share": route.share, "rate": route.rate, "currency": route.currency}
        sums = [_flow_sum(slot, route, nth) for slot in window.flow_slots] if summed else ["1"]
        yield script("flows").format(
            **window.parts,
            keys=", ".join(keys).format(**words),
            sums=", ".join(sums),
            flows=route.flows,
            holding=route.join,
            own_currency=route.currency,
            only=only.format(**words),
        )


def word_columns(window: Window) -> int:
    """How many words a flow can be filtered by."""
    return max((len(FLOWS[of].words) for of in window.flows), default=0)


def _flow_sum(slot: Slot, route: Route, nth: int | None) -> str:
    if slot.kind is Kind.COUNT:
        return f"sum(CASE WHEN f.counts THEN {route.share} ELSE 0 END)"
    if slot.kind is Kind.QUANTITY:
        return f"sum(CASE WHEN f.counts THEN {amount_limb('f.quantity', nth)} * {route.share} END)"
    earned = f"{amount_limb('f.amount', nth)} * {route.share} * c.{slot.column}"
    if slot.kind is Kind.PRICED:
        return f"sum({earned} * {route.rate})"
    if slot.kind is Kind.KNOWN:
        return f"sum(CASE WHEN {route.rate} IS NOT NULL THEN {earned} END)"
    return f"sum({earned})"


def _routes(window: Window, types: Collection[str]) -> Iterator[Route]:
    records = window.records
    within = "f.day >= h.from_day AND f.day < h.to_day"
    home = str(records.home)
    strays = records.any("strays")
    opened = "account_id IS NOT NULL" + (" AND account_id NOT IN (SELECT account_id FROM strays)" if strays else "")
    own = _own_doing(window, types)
    teams = f"NOT ({own})" if own else "true"
    if own:
        yield Route(
            _flows(window, own, types),
            f"LEFT JOIN presence h ON h.manager_id = f.manager_id AND {within}",
            "CASE WHEN coalesce(h.on_duty, true) THEN f.manager_id END",
            str(WHOLE_SHARE),
            home,
            "f.rate",
        )
    if any(on_account(of) for of in types):
        named = [of for of in types if on_account(of)]
        priced = [of for of in named if FLOWS[of].has_rate]
        rate = f"CASE WHEN f.type IN ({records.names.codes(priced)}) THEN coalesce(f.rate, h.rate) END"
        yield Route(
            _flows(window, f"{teams} AND {opened}", named),
            f"JOIN steps h ON h.account_id = f.account_id AND {within}",
            "h.manager_id",
            "h.share",
            "h.currency",
            rate if priced else "NULL::INTEGER",
        )
    unopened = f"{teams} AND NOT ({opened})"
    if window.serving is not None:
        unopened += " AND customer_id IS NOT NULL"
    yield from _by_customer(window, _flows(window, unopened, types, strays=strays))


def _by_customer(window: Window, flows: str) -> Iterator[Route]:
    """The way of what no opened account carries: the team of its stray account, its product's or its customer's."""
    records = window.records
    within = "f.day >= h.from_day AND f.day < h.to_day"
    home, unheld = str(records.home), str(window.unheld)
    if records.any("stray_pairs"):
        yield Route(
            f"SELECT f.*, pair FROM ({flows}) f JOIN stray_pairs USING (account_id, customer_id)",
            f"JOIN stray_holds h ON h.pair = f.pair AND {within}",
            "h.manager_id",
            "h.share",
            home,
            "f.rate",
        )
        flows = f"SELECT * FROM ({flows}) f ANTI JOIN stray_pairs USING (account_id, customer_id)"
    narrow = window.serving is None and records.any("paths")
    if narrow:
        yield Route(
            f"SELECT f.*, pair FROM ({flows}) f JOIN paths USING (customer_id, path)",
            f"JOIN path_holds h ON h.pair = f.pair AND {within}",
            "h.manager_id",
            "h.share",
            home,
            "f.rate",
        )
    yield Route(
        f"SELECT * FROM ({flows}) f ANTI JOIN paths USING (customer_id, path)" if narrow else flows,
        f"LEFT JOIN customer_holds h ON h.customer_id = f.customer_id AND {within}",
        "h.manager_id",
        f"coalesce(h.share, {unheld})",
        home,
        "f.rate",
    )


def _own_doing(window: Window, types: Collection[str]) -> str:
    """Which flows are a manager's own; inherited measures follow the business alone."""
    if window.serving is not None:
        return ""
    if not any(field.name == "manager_id" for of in types for field in TYPES[of].fields):
        return ""
    by_hand = [of for of in types if FLOWS[of].by_hand]
    return "manager_id IS NOT NULL" + (f" OR type IN ({window.records.names.codes(by_hand)})" if by_hand else "")


def _flows(window: Window, which: str, types: Collection[str], *, strays: bool = False) -> str:
    """The flows of these types of which ``which`` is true, their fields brought under one name."""
    code = window.records.names.code
    kinds = {of: nth for nth, of in enumerate(window.flow_pools)}
    columns = [
        "position, day, type, customer_id, account_id, manager_id, currency, amount",
        f"day >= {day(window.request.start)} AS counts",
        "coalesce(product, service, channel) AS path",
        f"{_by_type({code(of): str(kinds[of]) for of in types})} AS kind",
        f"{_by_type({code(of): _quantity(FLOWS[of]) for of in types})} AS quantity",
    ]
    rate = _by_type({code(of): "rate" for of in types if FLOWS[of].has_rate})
    if strays:
        rate = f"coalesce({rate}, {_by_type({code(of): STRAY_RATE for of in types if FLOWS[of].has_rate})})"
    columns.append(f"{rate} AS rate")
    for nth in range(word_columns(window)):
        words = {code(of): f'"{FLOWS[of].words[nth]}"' for of in types if nth < len(FLOWS[of].words)}
        columns.append(f"{_by_type(words)} AS word_{nth}")
    return (
        f"SELECT {', '.join(columns)} FROM events e WHERE type IN ({window.records.names.codes(types)})"
        f" AND day >= {day(window.first)} AND day < {day(window.request.end)} AND ({which})"
    )


def _quantity(kind: FlowType) -> str | None:
    return None if kind.quantity is None else f'coalesce("{kind.quantity}", {kind.unsaid})'


def _by_type(choices: Mapping[int, str | None]) -> str:
    """A different column for each type."""
    cases = " ".join(f"WHEN {code} THEN {column}" for code, column in choices.items() if column is not None)
    return f"CASE type {cases} END" if cases else "NULL::INTEGER"
