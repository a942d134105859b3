"""The step of the fold: what the events of the log do to the state.

An event's rule is one function that works both ways: ``sign`` 1 lets it happen, -1 lets it never have happened. So a
reversal needs the event that it names: the caller looks it up in the log and hands it over; None says that the log does
not hold it (yet), and it will be passed over when it comes. Events come in order of position, each once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

from engine.book import Fact
from engine.crediting.balances import shifts_of_statement
from engine.crediting.openings import Opening
from engine.crediting.teams import CUSTOMER_SCOPE
from engine.crediting.timeline import Timeline, Value, add_fact, remove_fact
from engine.fold.batch import SHAPES, TRANSACTIONS, Batch, Block, Step
from engine.fold.credits import refresh_account, refresh_customer, refresh_manager
from engine.fold.entering import shift_balance
from engine.fold.facts import Owner, OwnerKind
from engine.fold.state import State
from schemas.codec import canonical, decode
from schemas.event import REVERSAL, Event, Told
from schemas.exact import AMOUNT_DIGITS, NUMBER_DIGITS, SHARE_DIGITS, scaled
from schemas.payloads import TYPES

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


POSTED = SHAPES.keys() - STANDING
"""The types whose events do nothing but move credits: they can be taken in columns, and in any order."""


Find = Callable[[int, Told], Fact | None]
"""The event that the reversal at this position names, if the log holds it before that position."""


Rule = Callable[[State, Any, int, int, int], None]
"""Takes the payload, the event's position and day, and whether it happens (1) or never happened (-1)."""


class Effect(NamedTuple):
    """What events of one type do: their rule, where they move a credit, and what their payload names."""

    rule: Rule | None
    counts: bool
    stands: bool
    account: bool
    customer: bool
    manager: bool


def apply_all(state: State, steps: Iterable[Step], find: Find, blocks: Sequence[Block] = ()) -> None:
    """Let events happen one after the other: each its position, its business date, and itself.

    Events of the types in ``POSTED`` may be in ``blocks`` instead. ``find`` is asked at each reversal's turn, so what
    it names may be an earlier one of all these events.
    """
    facts = state.facts
    undone = facts.reversed
    batch = Batch()
    happening = {type_: of_type for type_, of_type in batch.happening.items() if type_ in POSTED}
    position = facts.position
    for step in steps:
        position, _, event = step
        if undone and event.id in undone and event.source in undone[event.id] and event.type != REVERSAL:
            continue
        of_type = happening.get(event.type)
        if of_type is not None:
            of_type.append(step)
            continue
        facts.position = position
        if event.type == REVERSAL:
            _reverse(state, batch, position, event, find)
        else:
            _happen(state, batch, step, 1)
    for block in blocks:
        batch.blocks.append(block.but(_passed_over(undone, batch, block)))
        position = max(position, int(block.positions[-1]))
    facts.position = position
    batch.happen(state)
    state.credits.journal.turn()


def _passed_over(undone: Mapping[str, Sequence[str]], batch: Batch, block: Block) -> list[int]:
    """Which events of a block never happen: those that a reversal names which came before."""
    ids = block.alike.ids.to_pylist() if undone else ()
    named = [index for index, event_id in enumerate(ids) if event_id in undone]
    if not named:
        return []
    sources = block.alike.sources.to_pylist()
    return [
        index
        for index in named
        if sources[index] in undone[ids[index]] and (sources[index], ids[index]) not in batch.met
    ]


def _reverse(state: State, batch: Batch, position: int, event: Told, find: Find) -> None:
    sources = state.facts.reversed.setdefault(event.data.event_id, [])
    if event.data.event_source in sources:
        return
    sources.append(event.data.event_source)
    target = find(position, event)
    if target is not None:
        batch.met.add((event.data.event_source, event.data.event_id))
    if target is not None and target.event.type != REVERSAL:
        _happen(state, batch, target, -1)


def _happen(state: State, batch: Batch, step: Step, sign: int) -> None:
    position, on, event = step
    rule, counts, stands, account, customer, manager = EFFECTS[event.type]
    data, day, now = event.data, on.toordinal(), state.facts.position
    if stands:
        _stand(state, position, day, event, sign)
    if event.type in SHAPES:
        (batch.happening if sign > 0 else batch.undone)[event.type].append((now, on, event))
        return
    if rule is not None:
        rule(state, data, position, day, sign)
    if counts:
        days = state.facts.days
        days[day] = days.get(day, 0) + sign
    if account:
        batch.accounts.append((now, data.account_id))
    if customer:
        batch.customers.append((now, data.customer_id))
    if manager:
        batch.managers.append((now, data.manager_id))


def _stand(state: State, position: int, day: int, event: Told, sign: int) -> None:
    standing = state.facts.standing.setdefault(event.type, {})
    if sign > 0:
        standing[position] = (day, event if isinstance(event, Event) else decode(canonical(event)))
    else:
        del standing[position]


def _amended(line: Timeline[Value], value: Value, position: int, day: int, sign: int) -> Timeline[Value]:
    if sign > 0:
        return add_fact(line, day, position, value)
    return remove_fact(line, day, position)


def _account_opened(state: State, data: Any, position: int, day: int, sign: int) -> None:
    account = state.account(data.account_id)
    opening = Opening(data.customer_id, data.product, data.currency)
    account.openings = _amended(account.openings, opening, position, day, sign)
    if data.rate is not None:
        account.rates = _amended(account.rates, scaled(data.rate, NUMBER_DIGITS), position, day, sign)
    refresh_account(state.facts, state.credits, data.account_id)


def _balance_stated(state: State, data: Any, position: int, day: int, sign: int) -> None:
    number = state.balance(data.account_id)
    account = state.facts.accounts[data.account_id]
    before = account.statements
    account.statements = _amended(before, scaled(data.amount, AMOUNT_DIGITS), position, day, sign)
    credits = state.credits
    credits.courses.pass_through(number, credits.courses[number], plain=not account.statements)
    owner = Owner(OwnerKind.ACCOUNT, data.account_id)
    for on, amount in shifts_of_statement(state.facts.rows.changes(number), before, account.statements, day):
        shift_balance(credits, number, owner, on, amount)


def _rate_changed(state: State, data: Any, position: int, day: int, sign: int) -> None:
    account = state.account(data.account_id)
    account.rates = _amended(account.rates, scaled(data.rate, NUMBER_DIGITS), position, day, sign)
    refresh_account(state.facts, state.credits, data.account_id)


def _loan_classified(state: State, data: Any, position: int, day: int, sign: int) -> None:
    account = state.account(data.account_id)
    account.classes = _amended(account.classes, data.class_, position, day, sign)
    refresh_account(state.facts, state.credits, data.account_id)


def _customer_assigned(state: State, data: Any, position: int, day: int, sign: int) -> None:
    team = tuple((member.manager_id, scaled(member.share, SHARE_DIGITS)) for member in data.team)
    if data.account_id is not None:
        account = state.account(data.account_id)
        account.assignments = _amended(account.assignments, team, position, day, sign)
        state.hold(Owner(OwnerKind.ACCOUNT, data.account_id), ((day, position, team),))
        refresh_account(state.facts, state.credits, data.account_id)
        return
    assignments = state.customer(data.customer_id).assignments
    scope = data.product if data.product is not None else CUSTOMER_SCOPE
    assignments[scope] = _amended(assignments.get(scope, ()), team, position, day, sign)
    if not assignments[scope]:
        del assignments[scope]
    state.hold(Owner(OwnerKind.CUSTOMER, data.customer_id), ((day, position, team),))
    refresh_customer(state.facts, state.credits, data.customer_id)


def _duty_changed(state: State, data: Any, position: int, day: int, sign: int, *, on_duty: bool) -> None:
    manager = state.manager(data.manager_id)
    before = manager.duty
    manager.duty = _amended(before, on_duty, position, day, sign)
    if not all(on for line in (before, manager.duty) for _, _, on in line):
        refresh_manager(state.facts, state.credits, data.manager_id)


def _fx_fixed(state: State, data: Any, position: int, day: int, sign: int) -> None:
    exchange = state.facts.exchange
    rate = scaled(data.rate, NUMBER_DIGITS)
    exchange[data.currency] = _amended(exchange.get(data.currency, ()), rate, position, day, sign)


def _rating_given(state: State, data: Any, _position: int, _day: int, sign: int) -> None:
    ratings = state.facts.ratings.setdefault(data.period, {})
    key = (data.manager_id, data.item, data.group, scaled(data.full, NUMBER_DIGITS))
    total, count = ratings.get(key, (0, 0))
    if count + sign:
        ratings[key] = (total + sign * scaled(data.score, NUMBER_DIGITS), count + sign)
    else:
        del ratings[key]


RULES: Mapping[str, Rule] = {
    "account.opened": _account_opened,
    "balance.stated": _balance_stated,
    "rate.changed": _rate_changed,
    "loan.classified": _loan_classified,
    "customer.assigned": _customer_assigned,
    "manager.appointed": partial(_duty_changed, on_duty=True),
    "manager.left": partial(_duty_changed, on_duty=False),
    "fx.fixed": _fx_fixed,
    "rating.given": _rating_given,
}
"""What happens by type; but for changes of balances and flows every other one changes no credit."""


def _effect(type_: str) -> Effect:
    named = {field.attribute for field in TYPES[type_].fields}
    owners = (name in named for name in ("account_id", "customer_id", "manager_id"))
    return Effect(RULES.get(type_), type_ in TRANSACTIONS, type_ in STANDING, *owners)


EFFECTS: Mapping[str, Effect] = {type_: _effect(type_) for type_ in TYPES}
"""What an event does, by type."""
