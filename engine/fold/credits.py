"""Credits: what follows from the facts, kept up to date event by event: every stream's series by holder.

Each owner of business (an account, a customer for what carries no account, a manager for own doings that name no
customer) has its phases. A fact that moves their borders (a hand-over, a rate, an opening, a departure) makes the
owners concerned compare old phases with new, and only what lies behind the first difference is entered anew.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from engine.crediting.balances import differences
from engine.crediting.classes import NORMAL
from engine.crediting.flows import FLOWS
from engine.crediting.streams import BALANCE, Line, Stream
from engine.crediting.teams import Holders
from engine.crediting.timeline import Steps, Timeline, steps_of
from engine.fold.facts import Account, Customer, Facts, FlowDays, FlowKey, Owner, OwnerKind
from engine.fold.holding import NOBODY_EVER, Holding
from engine.fold.journal import Journal
from engine.fold.posting import Ledger, Phase, Phases, enter_flow, move, move_flows
from engine.fold.spoken import NOBODY_LISTENS, Audience, Spoken

History = tuple[str, tuple[str | None, ...], str, Steps[int], Steps[Holders]]
"""What decides the phases of flows: type, words, currency, rates and holders; many owners have the same."""


@dataclass(slots=True, eq=False)
class AccountCredit:
    """How an account is credited: its facts, its ``phases`` (none before the first crediting), who hears of it."""

    said: Account
    phases: Phases = field(default_factory=list)
    audience: Audience = NOBODY_LISTENS


@dataclass(slots=True, eq=False)
class CustomerCredit:
    """What crediting knows of a customer: the facts, and who hears of them."""

    said: Customer
    audience: Audience = NOBODY_LISTENS


@dataclass(slots=True)
class FlowCredit:
    """An owner's flows of one key: the facts by day, and the phases that they were entered by."""

    owner: Owner
    days: FlowDays
    phases: Phases


FlowCredits = dict[FlowKey, FlowCredit]


@dataclass(slots=True)
class Credits:
    """All series by stream and holder (None: nobody), the phases behind them, and the journal of their changes.

    The series hold what stands on the journal's closed pages. ``accounts`` and ``customers`` are those that the facts
    know, by id; ``flows`` are by kind and id of their owner.
    ``accounts_of`` lists the accounts whose crediting looks at a customer, ``held_by`` the owners whose teams or flows
    name a manager; both may list others, too. ``unrated`` are the accounts without a known rate, ``foreign`` the owners
    (and maybe former ones) of business in each currency but the institution's: what a measure may have to leave out.
    """

    holding: Holding
    journal: Journal = field(default_factory=Journal)
    spoken: Spoken = field(default_factory=Spoken)
    streams: dict[Stream, dict[str | None, Line]] = field(default_factory=dict)
    ledgers: dict[tuple[Any, ...], Ledger] = field(default_factory=dict)
    histories: dict[History, Phases] = field(default_factory=dict)
    accounts: dict[str, AccountCredit] = field(default_factory=dict)
    customers: dict[str, CustomerCredit] = field(default_factory=dict)
    flows: dict[OwnerKind, dict[str, FlowCredits]] = field(default_factory=lambda: {kind: {} for kind in OwnerKind})
    accounts_of: dict[str, set[str]] = field(default_factory=dict)
    held_by: dict[str, set[Owner]] = field(default_factory=dict)
    unrated: set[str] = field(default_factory=set)
    foreign: dict[str, set[Owner]] = field(default_factory=dict)

    def ledger(self, of: str, words: tuple[str | None, ...], currency: str, holders: Holders, *, rated: bool) -> Ledger:
        """Where business of this kind, held so, is entered."""
        ledger = self.ledgers.get((of, words, currency, rated, holders))
        if ledger is None:
            stream = Stream(of, words, currency, rated)
            lines = self.streams.setdefault(stream, {})
            entered = tuple((share, lines.setdefault(holder, ({}, {}, {}, {}))) for holder, share in holders)
            foreign = currency != self.holding.facts.currency
            ledger = Ledger(stream, holders, entered, self.journal.opened, foreign)
            self.ledgers[(*stream, holders)] = ledger
        return ledger

    def flows_of(self, owner: Owner) -> FlowCredits:
        """An owner's flows by key."""
        return self.flows[owner.kind].get(owner.id, {})

    def look_at(self, customer_id: str, account_id: str) -> None:
        """Remember that the crediting of an account looks at a customer."""
        known = self.accounts_of.get(customer_id)
        if known is None:
            self.accounts_of[customer_id] = {account_id}
        else:
            known.add(account_id)

    def name(self, manager_id: str, owner: Owner, touched: int) -> None:
        """Remember that ``owner``, last spoken of at ``touched``, names a manager, who may leave or come back."""
        held = self.held_by.get(manager_id)
        if held is None:
            held = self.held_by[manager_id] = set()
        held.add(owner)
        if owner.kind is not OwnerKind.MANAGER:
            known = (self.accounts if owner.kind is OwnerKind.ACCOUNT else self.customers)[owner.id]
            known.audience = self.spoken.joined(known.audience, manager_id, touched)


def refresh_account(facts: Facts, credits: Credits, account_id: str) -> None:
    """Credit an account and the flows on it by the facts as they are now, and say that they may have changed."""
    owner = Owner(OwnerKind.ACCOUNT, account_id)
    credits.journal.stirred.add(owner)
    credit_account(facts, credits, owner)


def credit_account(facts: Facts, credits: Credits, owner: Owner) -> None:
    """Credit an account and the flows on it by the facts as they are now."""
    account_id = owner.id
    known = credits.accounts[account_id]
    account = known.said
    holders = credits.holding.of_account(account)
    new = balance_phases(facts, credits, account, holders)
    if account.changes or account.statements:
        move(known.phases, new, differences(account.changes, account.statements))
    known.phases = new
    if not account.rates:
        credits.unrated.add(account_id)
    elif account_id in credits.unrated:
        credits.unrated.remove(account_id)
    opening = account.opening
    if opening is not None:
        credits.look_at(opening.customer_id, account_id)
        if opening.currency is not None and opening.currency != facts.currency:
            credits.foreign.setdefault(opening.currency, set()).add(owner)
    for key in account.flows:
        refresh_flow(facts, credits, owner, key)


def refresh_customer(facts: Facts, credits: Credits, customer_id: str) -> None:
    """Credit a customer's flows, and the accounts that look at this customer, by the facts as they are now."""
    credits.holding.forget(customer_id)
    owner = Owner(OwnerKind.CUSTOMER, customer_id)
    for key in credits.flows_of(owner):
        refresh_flow(facts, credits, owner, key)
    for account_id in credits.accounts_of.get(customer_id, ()):
        refresh_account(facts, credits, account_id)


def refresh_manager(facts: Facts, credits: Credits, manager_id: str) -> None:
    """Credit whatever may name a manager by the facts as they are now."""
    for owner in tuple(credits.held_by.get(manager_id, ())):
        if owner.kind is OwnerKind.ACCOUNT:
            refresh_account(facts, credits, owner.id)
        elif owner.kind is OwnerKind.CUSTOMER:
            refresh_customer(facts, credits, owner.id)
        else:
            for key in credits.flows_of(owner):
                refresh_flow(facts, credits, owner, key)


def refresh_flow(facts: Facts, credits: Credits, owner: Owner, key: FlowKey) -> None:
    """Credit an owner's flows of one key by the facts as they are now."""
    credit = credits.flows_of(owner).get(key)
    if credit is None:
        begin_flow(facts, credits, owner, key)
        return
    phases = flow_phases(facts, credits, owner, key)
    if credit.days:
        credits.journal.stirred.add(owner)
        move_flows(credit.phases, phases, credit.days)
    credit.phases = phases


def begin_flow(facts: Facts, credits: Credits, owner: Owner, key: FlowKey) -> FlowCredit:
    """Credit an owner's flows of one key for the first time."""
    days = flow_days(facts, owner, key)
    phases = flow_phases(facts, credits, owner, key)
    for day, flow in days.items():
        enter_flow(phases, day, flow)
    owned = credits.flows[owner.kind].get(owner.id)
    if owned is None:
        owned = credits.flows[owner.kind][owner.id] = {}
    credit = owned[key] = FlowCredit(owner, days, phases)
    if key.currency is not None and key.currency != facts.currency:
        credits.foreign.setdefault(key.currency, set()).add(owner)
    if key.manager_id is not None:
        credits.name(key.manager_id, owner, facts.touched(owner))
    if owner.kind is OwnerKind.ACCOUNT and key.customer_id is not None:
        credits.look_at(key.customer_id, owner.id)
    return credit


def flow_days(facts: Facts, owner: Owner, key: FlowKey) -> FlowDays:
    """Where the facts keep an owner's flows of one key."""
    if owner.kind is OwnerKind.ACCOUNT:
        return facts.accounts[owner.id].flows.setdefault(key, {})
    if owner.kind is OwnerKind.CUSTOMER:
        return facts.customers[owner.id].flows.setdefault(key, {})
    return facts.managers[owner.id].flows.setdefault(key, {})


def flow_holders(facts: Facts, holding: Holding, owner: Owner, key: FlowKey) -> Steps[Holders]:
    """Who holds an owner's flows of one key, from each day on."""
    if key.manager_id is not None:
        return holding.of_own(key.manager_id)
    kind = FLOWS[key.of]
    if kind.by_hand:
        return NOBODY_EVER
    if owner.kind is OwnerKind.ACCOUNT:
        return holding.of_account(facts.accounts[owner.id], key.customer_id)
    path = key.words[kind.words.index(kind.path)] if kind.path is not None else None
    return holding.of_customer(key.customer_id, path)


def balance_phases(facts: Facts, credits: Credits, account: Account, holders: Steps[Holders]) -> Phases:
    """The phases of an account's balance, held as ``holders`` says."""
    opening = account.opening
    product = opening.product if opening is not None else None
    currency = (opening.currency if opening is not None else None) or facts.currency
    rates, classes = _rate_steps(account.rates), steps_of(account.classes)
    if not classes and len(rates) < 2:
        rate = rates[0][1] if rates else None
        words, rated = (product, NORMAL), rate is not None
        return [Phase(day, rate, credits.ledger(BALANCE, words, currency, held, rated=rated)) for day, held in holders]
    phases: Phases = []
    for day, (held, rate, class_) in _together(holders, rates, classes):
        words = (product, class_ or NORMAL)
        ledger = credits.ledger(BALANCE, words, currency, held, rated=rate is not None)
        phases.append(Phase(day, rate, ledger))
    return phases


def flow_phases(
    facts: Facts, credits: Credits, owner: Owner, key: FlowKey, holders: Steps[Holders] | None = None
) -> Phases:
    """The phases of an owner's flows of one key, held as ``holders`` says; by default as the facts do."""
    if holders is None:
        holders = flow_holders(facts, credits.holding, owner, key)
    account = facts.accounts[owner.id] if owner.kind is OwnerKind.ACCOUNT else None
    opening = account.opening if account is not None else None
    currency = key.currency or (opening.currency if opening is not None else None) or facts.currency
    rates: Steps[int] = ()
    if key.rate is not None:
        rates = ((0, key.rate),)
    elif account is not None and FLOWS[key.of].has_rate:
        rates = _rate_steps(account.rates)
    history = (key.of, key.words, currency, rates, holders)
    phases = credits.histories.get(history)
    if phases is None:
        phases = credits.histories[history] = [
            Phase(day, rate, credits.ledger(key.of, key.words, currency, held, rated=rate is not None))
            for day, (held, rate) in _together(holders, rates)
        ]
    return phases


def _rate_steps(rates: Timeline[int]) -> Steps[int]:
    """Rates from each day on; the first known one also holds before its day."""
    steps = steps_of(rates)
    return ((0, steps[0][1]), *steps[1:]) if steps else ()


def _together(*lines: Steps[Any]) -> list[tuple[int, list[Any]]]:
    """What each of several step functions says from each day on, from day 0; None before its first step."""
    moving = [at for at, line in enumerate(lines) if len(line) > 1 or (line and line[0][0])]
    if len(moving) < 2:
        constant = [line[0][1] if line else None for line in lines]
        if not moving:
            return [(0, constant)]
        at = moving[0]
        steps = lines[at] if lines[at][0][0] == 0 else ((0, None), *lines[at])
        return [(day, [*constant[:at], value, *constant[at + 1 :]]) for day, value in steps]
    following = [0] * len(lines)
    values: list[Any] = [None] * len(lines)
    together = []
    for day in sorted({0, *(day for line in lines for day, _ in line)}):
        for at, line in enumerate(lines):
            while following[at] < len(line) and line[following[at]][0] <= day:
                values[at] = line[following[at]][1]
                following[at] += 1
        together.append((day, list(values)))
    return together
