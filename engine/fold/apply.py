"""The step of the fold: what one event of the log does to the state.

An event's rule is one function that works both ways: ``sign`` 1 lets it happen, -1 lets it never have happened. So a
reversal needs the event that it names: the caller looks it up in the log and hands it over as ``target``; None says
that the log does not hold it (yet), and it will be passed over when it comes. Events come in order of position, each
once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, NamedTuple

from engine.book import Fact
from engine.crediting.balances import shifts_of_change, shifts_of_statement
from engine.crediting.flows import FLOWS
from engine.crediting.openings import Opening
from engine.crediting.teams import CUSTOMER_SCOPE
from engine.crediting.timeline import Timeline, Value, add_fact, remove_fact
from engine.fold.credits import Owner, OwnerKind, refresh_account, refresh_customer, refresh_manager
from engine.fold.facts import Facts
from engine.fold.flows import flow_happens
from engine.fold.state import State
from schemas.event import Event
from schemas.exact import AMOUNT_DIGITS, NUMBER_DIGITS, SHARE_DIGITS, scaled
from schemas.payloads import family_types

REVERSAL = "event.reversed"
TRANSACTIONS = family_types("transactions")
STANDING = frozenset(
    {
        "unit.opened",
        "manager.appointed",
        "manager.left",
        "target.set",
        "decision.made",
        "figure.reported",
        "incident.recorded",
        "complaint.received",
        "complaint.resolved",
        "settlement.closed",
        "settlement.paid",
        "dispute.opened",
        "dispute.resolved",
    }
)
"""The types whose events the state keeps as they are: few, and asked for by plans and statements."""


class When(NamedTuple):
    """An event's place in the log and its day, and whether it happens (``sign`` 1) or never happened (-1)."""

    position: int
    day: int
    sign: int


def apply(state: State, position: int, on: date, event: Event, target: Fact | None = None) -> None:
    """Let the event at ``position``, of business date ``on``, happen.

    ``target`` is the event that an ``event.reversed`` names, if the log holds it before ``position``.
    """
    facts = state.facts
    facts.position = position
    if event.type == REVERSAL:
        sources = facts.reversed.setdefault(event.data.event_id, [])
        if event.data.event_source in sources:
            return
        sources.append(event.data.event_source)
        if target is not None and target.event.type != REVERSAL:
            _happen(state, target.position, target.on, target.event, -1)
    elif event.id not in facts.reversed or event.source not in facts.reversed[event.id]:
        _happen(state, position, on, event, 1)


def _happen(state: State, position: int, on: date, event: Event, sign: int) -> None:
    day = on.toordinal()
    type_ = event.type
    if type_ in RULES:
        RULES[type_](state, event.data, When(position, day, sign))
    elif type_ in FLOWS:
        flow_happens(state, day, event, sign)
    if type_ in TRANSACTIONS:
        days = state.facts.days
        days[day] = days.get(day, 0) + sign
    elif type_ in STANDING:
        _stand(state, position, day, event, sign)
    _touch(state.facts, event.data)


def _touch(facts: Facts, data: Any) -> None:
    account = facts.accounts.get(getattr(data, "account_id", None) or "")
    if account is not None:
        account.touched = facts.position
    customer = facts.customers.get(getattr(data, "customer_id", None) or "")
    if customer is not None:
        customer.touched = facts.position
    manager = facts.managers.get(getattr(data, "manager_id", None) or "")
    if manager is not None:
        manager.touched = facts.position


def _stand(state: State, position: int, day: int, event: Event, sign: int) -> None:
    standing = state.facts.standing.setdefault(event.type, {})
    if sign > 0:
        standing[position] = (day, event)
    else:
        del standing[position]


def _amended(line: Timeline[Value], value: Value, when: When) -> Timeline[Value]:
    if when.sign > 0:
        return add_fact(line, when.day, when.position, value)
    return remove_fact(line, when.day, when.position)


def _account_opened(state: State, data: Any, when: When) -> None:
    account = state.account(data.account_id)
    opening = Opening(data.customer_id, data.product, data.currency)
    account.openings = _amended(account.openings, opening, when)
    if data.rate is not None:
        account.rates = _amended(account.rates, scaled(data.rate, NUMBER_DIGITS), when)
    refresh_account(state.facts, state.credits, data.account_id)


def _balance_changed(state: State, data: Any, when: When) -> None:
    account = state.account(data.account_id)
    amount = when.sign * scaled(data.amount, AMOUNT_DIGITS)
    account.changes[when.day] = account.changes.get(when.day, 0) + amount
    state.raise_balance(data.account_id, shifts_of_change(account.statements, when.day, amount))


def _balance_stated(state: State, data: Any, when: When) -> None:
    account = state.account(data.account_id)
    before = account.statements
    account.statements = _amended(before, scaled(data.amount, AMOUNT_DIGITS), when)
    state.raise_balance(data.account_id, shifts_of_statement(account.changes, before, account.statements, when.day))


def _rate_changed(state: State, data: Any, when: When) -> None:
    account = state.account(data.account_id)
    account.rates = _amended(account.rates, scaled(data.rate, NUMBER_DIGITS), when)
    refresh_account(state.facts, state.credits, data.account_id)


def _loan_classified(state: State, data: Any, when: When) -> None:
    account = state.account(data.account_id)
    account.classes = _amended(account.classes, data.class_, when)
    refresh_account(state.facts, state.credits, data.account_id)


def _customer_assigned(state: State, data: Any, when: When) -> None:
    team = tuple((member.manager_id, scaled(member.share, SHARE_DIGITS)) for member in data.team)
    if data.account_id is not None:
        account = state.account(data.account_id)
        account.assignments = _amended(account.assignments, team, when)
        state.hold(Owner(OwnerKind.ACCOUNT, data.account_id), ((when.day, when.position, team),))
        refresh_account(state.facts, state.credits, data.account_id)
        return
    assignments = state.customer(data.customer_id).assignments
    scope = data.product if data.product is not None else CUSTOMER_SCOPE
    assignments[scope] = _amended(assignments.get(scope, ()), team, when)
    if not assignments[scope]:
        del assignments[scope]
    state.hold(Owner(OwnerKind.CUSTOMER, data.customer_id), ((when.day, when.position, team),))
    refresh_customer(state.facts, state.credits, data.customer_id)


def _duty_changed(state: State, manager_id: str, when: When, *, on_duty: bool) -> None:
    manager = state.manager(manager_id)
    before = manager.duty
    manager.duty = _amended(before, on_duty, when)
    if not all(on for line in (before, manager.duty) for _, _, on in line):
        refresh_manager(state.facts, state.credits, manager_id)


def _manager_appointed(state: State, data: Any, when: When) -> None:
    _duty_changed(state, data.manager_id, when, on_duty=True)


def _manager_left(state: State, data: Any, when: When) -> None:
    _duty_changed(state, data.manager_id, when, on_duty=False)


def _fx_fixed(state: State, data: Any, when: When) -> None:
    exchange = state.facts.exchange
    rate = scaled(data.rate, NUMBER_DIGITS)
    exchange[data.currency] = _amended(exchange.get(data.currency, ()), rate, when)


def _rating_given(state: State, data: Any, when: When) -> None:
    ratings = state.facts.ratings.setdefault(data.period, {})
    key = (data.manager_id, data.item, data.group, scaled(data.full, NUMBER_DIGITS))
    total, count = ratings.get(key, (0, 0))
    if count + when.sign:
        ratings[key] = (total + when.sign * scaled(data.score, NUMBER_DIGITS), count + when.sign)
    else:
        del ratings[key]


RULES: Mapping[str, Callable[[State, Any, When], None]] = {
    "account.opened": _account_opened,
    "balance.changed": _balance_changed,
    "balance.stated": _balance_stated,
    "rate.changed": _rate_changed,
    "loan.classified": _loan_classified,
    "customer.assigned": _customer_assigned,
    "manager.appointed": _manager_appointed,
    "manager.left": _manager_left,
    "fx.fixed": _fx_fixed,
    "rating.given": _rating_given,
}
"""What happens by type; every other one changes no credit, or is a flow."""
