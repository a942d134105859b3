"""Flows in the fold: where the facts keep what a flow brings, and how it is credited on the spot."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from engine.crediting.flows import FLOWS, FlowType
from engine.fold.credits import FlowCredit, begin_flow
from engine.fold.facts import TOTALS, FlowKey, Owner, OwnerKind
from engine.fold.posting import enter_flow
from engine.fold.state import State
from schemas.exact import AMOUNT_DIGITS, NUMBER_DIGITS, scaled
from schemas.payloads import TYPES

NO_CUSTOMER = ""
"""The owner of what names neither account, customer nor manager: it counts for nobody, and shows."""


@dataclass(frozen=True, slots=True)
class Shape:
    """What the payload of one type of flow has; looked up once, because flows are most of what happens."""

    of: str
    words: Callable[[Any], tuple[str | None, ...]]
    has_account: bool
    has_customer: bool
    has_manager: bool
    has_amount: bool
    has_currency: bool
    has_rate: bool
    quantity: Callable[[Any], int]


def shape_of(type_: str) -> Shape:
    """The shape of a type of flow."""
    kind = FLOWS[type_]
    attributes = {field.name: field.attribute for field in TYPES[type_].fields}
    return Shape(
        type_,
        _words([attributes[word] for word in kind.words]),
        "account_id" in attributes,
        "customer_id" in attributes,
        "manager_id" in attributes,
        "amount" in attributes,
        "currency" in attributes,
        kind.has_rate,
        _quantity(kind),
    )


def _words(attributes: list[str]) -> Callable[[Any], tuple[str | None, ...]]:
    if not attributes:
        return lambda _: ()
    get: Callable[[Any], Any] = attrgetter(*attributes)
    return get if len(attributes) > 1 else lambda data: (get(data),)


def _quantity(kind: FlowType) -> Callable[[Any], int]:
    if kind.quantity is None:
        return lambda _: 0
    get, unsaid = attrgetter(kind.quantity), kind.unsaid
    return lambda data: unsaid if (said := get(data)) is None else scaled(said, NUMBER_DIGITS)


def flow_happens(shape: Shape, state: State, data: Any, _position: int, day: int, sign: int) -> None:
    """Let a flow happen on ``day``, or (``sign`` -1) never have happened."""
    account_id = data.account_id if shape.has_account else None
    credit = _credit(shape, state, data, account_id)
    amount = data.amount if shape.has_amount else None
    units = scaled(amount, AMOUNT_DIGITS) if amount is not None else 0
    flow = [1, 1 if units else 0, units, shape.quantity(data)]
    ledger = enter_flow(credit.phases, day, flow, sign)
    if ledger.foreign or (account_id is not None and not ledger.stream.rated):
        ledger.doubt(credit.owner)
    if day < state.credits.journal.horizon:
        state.credits.journal.stirred.add(credit.owner)
    so_far = credit.days.get(day)
    if so_far is None:
        credit.days[day] = flow
        return
    _keep_each(so_far, flow, sign)
    for field, value in enumerate(flow):
        so_far[field] += sign * value
    if not so_far[0]:
        del credit.days[day]


def _keep_each(so_far: list[int], flow: list[int], sign: int) -> None:
    """Note a flow among the single ones of its day, whose totals are still without it, or (``sign`` -1) forget it."""
    _, _, amount, quantity = flow
    if not (amount or quantity):
        return
    if sign > 0:
        if len(so_far) > TOTALS:
            so_far += amount, quantity
        elif so_far[2] or so_far[3]:
            so_far += so_far[2], so_far[3], amount, quantity
    elif len(so_far) > TOTALS:
        at = next(at for at in range(TOTALS, len(so_far), 2) if so_far[at : at + 2] == flow[2:])
        del so_far[at : at + 2]
        if len(so_far) == TOTALS + 2:
            del so_far[TOTALS:]


def single_flows(flow: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Amount E4 and quantity E6 of each flow of a day that has one or the other."""
    if len(flow) == TOTALS:
        yield flow[2], flow[3]
    else:
        yield from zip(flow[TOTALS::2], flow[TOTALS + 1 :: 2], strict=True)


def _credit(shape: Shape, state: State, data: Any, account_id: str | None) -> FlowCredit:
    """Where a flow is credited; its owner may be heard of for the first time."""
    customer_id = data.customer_id if shape.has_customer else None
    manager_id = data.manager_id if shape.has_manager else None
    currency = data.currency if shape.has_currency else None
    rate = data.rate if shape.has_rate else None
    units = scaled(rate, NUMBER_DIGITS) if rate is not None else None
    key = (shape.of, shape.words(data), currency, units, manager_id, customer_id)
    kind, owner_id = OwnerKind.CUSTOMER, customer_id or NO_CUSTOMER
    if account_id is not None:
        kind, owner_id = OwnerKind.ACCOUNT, account_id
    elif customer_id is None and manager_id is not None:
        kind, owner_id = OwnerKind.MANAGER, manager_id
    owned = state.credits.flows[kind].get(owner_id)
    credit = owned.get(key) if owned is not None else None  # type: ignore[call-overload] # a FlowKey equals its tuple
    if credit is None:
        state.know(kind, owner_id)
        credit = begin_flow(state.facts, state.credits, Owner(kind, owner_id), FlowKey(*key))
    return credit
