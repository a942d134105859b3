"""Flows in the fold: where the facts keep what a flow brings, and how it is credited on the spot."""

from __future__ import annotations

from typing import Any

from engine.crediting.flows import FLOWS, FlowType
from engine.fold.credits import Owner, OwnerKind, refresh_flow
from engine.fold.facts import FlowKey
from engine.fold.posting import enter_flow
from engine.fold.state import State
from schemas.event import Event
from schemas.exact import AMOUNT_DIGITS, NUMBER_DIGITS, scaled

NO_CUSTOMER = ""
"""The owner of what names neither account, customer nor manager: it counts for nobody, and shows."""

_ATTRIBUTES = {"class": "class_"}


def flow_happens(state: State, day: int, event: Event, sign: int) -> None:
    """Let a flow happen on ``day``, or (``sign`` -1) never have happened."""
    kind = FLOWS[event.type]
    data = event.data
    key = _key(event.type, kind, data)
    owner = _owner(state, key, getattr(data, "account_id", None))
    owned = state.credits.flows.get(owner)
    credit = owned.get(key) if owned is not None else None
    if credit is None:
        credit = refresh_flow(state.facts, state.credits, owner, key)
    amount = getattr(data, "amount", None)
    units = scaled(amount, AMOUNT_DIGITS) if amount is not None else 0
    flow = [1, 1 if units else 0, units, _quantity(kind, data)]
    enter_flow(credit.phases, day, flow, sign)
    so_far = credit.days.get(day)
    if so_far is None:
        credit.days[day] = flow
    else:
        for field, value in enumerate(flow):
            so_far[field] += sign * value
        if not so_far[0]:
            del credit.days[day]


def _key(of: str, kind: FlowType, data: Any) -> FlowKey:
    words = tuple(getattr(data, _ATTRIBUTES.get(word, word)) for word in kind.words)
    rate = data.rate if kind.has_rate else None
    return FlowKey(
        of,
        words,
        getattr(data, "currency", None),
        scaled(rate, NUMBER_DIGITS) if rate is not None else None,
        getattr(data, "manager_id", None),
        getattr(data, "customer_id", None),
    )


def _owner(state: State, key: FlowKey, account_id: str | None) -> Owner:
    if account_id is not None:
        state.account(account_id)
        return Owner(OwnerKind.ACCOUNT, account_id)
    if key.customer_id is None and key.manager_id is not None:
        state.manager(key.manager_id)
        return Owner(OwnerKind.MANAGER, key.manager_id)
    state.customer(key.customer_id or NO_CUSTOMER)
    return Owner(OwnerKind.CUSTOMER, key.customer_id or NO_CUSTOMER)


def _quantity(kind: FlowType, data: Any) -> int:
    if kind.quantity is None:
        return 0
    quantity = getattr(data, kind.quantity)
    return scaled(quantity, NUMBER_DIGITS) if quantity is not None else kind.unsaid
