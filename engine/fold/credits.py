"""Credits: what follows from the facts, kept up to date event by event: what each day adds to every ledger.

Each owner of business (an account, a customer for what carries no account, a manager for own doings that name no
customer) has its phases. A fact that moves their borders (a hand-over, a rate, an opening, a departure) makes the
owners concerned compare old phases with new, and only what lies behind the first difference is entered anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from engine.crediting.balances import Shifts, differences
from engine.crediting.classes import NORMAL
from engine.crediting.flows import FLOWS
from engine.crediting.streams import BALANCE, Stream
from engine.crediting.timeline import Steps, Timeline, steps_of
from engine.fold.courses import Courses
from engine.fold.entries import place
from engine.fold.facts import ACCOUNT, CUSTOMER, MANAGER, Account, Facts, FlowKey, Owner
from engine.fold.holding import NOBODY_EVER, Holding, Tenure
from engine.fold.journal import Journal
from engine.fold.posting import Course, Phase, Phases, move, move_flows
from engine.fold.spoken import Spoken


@dataclass(slots=True)
class Credits:
    """What is credited to whom: the journal of it, and the course of each piece of business.

    ``pieces`` tells by number what each is: the flows of a key, or the balance of an account (or a customer);
    ``accounts`` and ``customers`` are the numbers of those. ``streams`` count from 0, too.
    ``accounts_of`` lists the accounts whose crediting looks at a customer, ``held_by`` the owners whose teams or flows
    name a manager; both may list others, too. ``unrated`` are the accounts without a known rate, ``spending`` those
    with flows, ``foreign`` the owners (and maybe former ones) of business in each currency but the institution's: what
    a measure may have to leave out.
    """

    holding: Holding
    journal: Journal = field(default_factory=Journal)
    spoken: Spoken = field(default_factory=Spoken)
    courses: Courses = field(default_factory=Courses)
    pieces: list[Owner | FlowKey] = field(default_factory=list)
    accounts: dict[str, int] = field(default_factory=dict)
    customers: dict[str, int] = field(default_factory=dict)
    streams: list[Stream] = field(default_factory=list)
    accounts_of: dict[str, set[str]] = field(default_factory=dict)
    held_by: dict[str, set[Owner]] = field(default_factory=dict)
    unrated: set[str] = field(default_factory=set)
    spending: set[str] = field(default_factory=set)
    foreign: dict[str, set[Owner]] = field(default_factory=dict)
    _bases: dict[tuple[Any, ...], int] = field(default_factory=dict)
    _held: dict[Tenure, Phases] = field(default_factory=dict)

    def base(self, of: str, words: tuple[str | None, ...], currency: str, *, rated: bool) -> int:
        """The place of the stream of such business, which may be the first of it."""
        base = self._bases.get((of, words, currency, rated))
        if base is None:
            stream = Stream(of, words, currency, rated)
            base = self._bases[stream] = place(len(self.streams), 0)
            self.streams.append(stream)
        return base

    def held(self, tenure: Tenure) -> Phases:
        """The phases of what is held so and has no rate, from the place of any stream: many pieces share them."""
        phases = self._held.get(tenure)
        if phases is None:
            number = self.journal.shares.number
            phases = self._held[tenure] = [Phase(day, None, place(0, number(held)), held) for day, held in tenure.steps]
        return phases

    def lacking(self, stream: int, *, needs_rate: bool) -> bool:
        """Whether a measure might have to leave out what is of a stream."""
        said = self.streams[stream]
        return said.currency != self.holding.facts.currency or (needs_rate and not said.rated)

    def begin(self, pieces: Sequence[Owner | FlowKey], owners: Sequence[int], on_account: Sequence[bool]) -> None:
        """Take up the next pieces; of each the number of the account or customer that has it, or ``NO_OWNER``."""
        self.pieces += pieces
        self.courses.begin(owners, on_account)

    def look_at(self, customer_id: str, account_id: str) -> None:
        """Remember that the crediting of an account looks at a customer."""
        known = self.accounts_of.get(customer_id)
        if known is None:
            self.accounts_of[customer_id] = {account_id}
        else:
            known.add(account_id)

    def name(self, manager_id: str, owner: Owner) -> None:
        """Remember that ``owner`` names a manager, who may leave or come back, and hears of the owner from now on."""
        held = self.held_by.get(manager_id)
        if held is None:
            held = self.held_by[manager_id] = set()
        held.add(owner)
        if owner.kind is not MANAGER:
            number = (self.accounts if owner.kind is ACCOUNT else self.customers)[owner.id]
            audience = self.courses.audience
            touched = self.holding.facts.rows.touched.item(number)
            audience[number] = self.spoken.joined(audience.item(number), manager_id, touched)


def refresh_account(facts: Facts, credits: Credits, account_id: str) -> None:
    """Credit an account and the flows on it by the facts as they are now, and say that they may have changed."""
    owner = Owner(ACCOUNT, account_id)
    credits.journal.stirred.add(owner)
    account = facts.accounts[account_id]
    before = credits.courses[account.number]
    credit_account(facts, credits, owner)
    move(credits.journal.written, before, credits.courses[account.number], partial(_history, facts, account))
    refresh_flows(facts, credits, owner)


def _history(facts: Facts, account: Account, day: int) -> Shifts:
    """The shifts of an account's balance from ``day`` on, the first of which carries what was there before."""
    if account.statements:
        shifts = differences(facts.rows.changes(account.number), account.statements)
        carried = sum(amount for on, amount in shifts if on < day)
        later = [(on, amount) for on, amount in shifts if on >= day]
    else:
        changes = facts.rows.changes(account.number, day)
        carried = facts.rows.total(account.number) - sum(changes.values())
        later = sorted(changes.items())
    return [(day, carried), *later] if carried else later


def credit_account(facts: Facts, credits: Credits, owner: Owner) -> None:
    """Find the phases of an account's balance by the facts as they are now; what is in it is not entered."""
    account = facts.accounts[owner.id]
    course = balance_course(facts, credits, account, credits.holding.of_account(account))
    credits.courses.pass_through(account.number, course, plain=not account.statements)
    if not account.rates:
        credits.unrated.add(owner.id)
    elif owner.id in credits.unrated:
        credits.unrated.remove(owner.id)
    opening = account.opening
    if opening is not None:
        credits.look_at(opening.customer_id, owner.id)
        if opening.currency is not None and opening.currency != facts.currency:
            credits.foreign.setdefault(opening.currency, set()).add(owner)


def refresh_customer(facts: Facts, credits: Credits, customer_id: str) -> None:
    """Credit a customer's flows, and the accounts that look at this customer, by the facts as they are now."""
    credits.holding.forget(customer_id)
    refresh_flows(facts, credits, Owner(CUSTOMER, customer_id))
    for account_id in credits.accounts_of.get(customer_id, ()):
        refresh_account(facts, credits, account_id)


def refresh_manager(facts: Facts, credits: Credits, manager_id: str) -> None:
    """Credit whatever may name a manager by the facts as they are now."""
    for owner in tuple(credits.held_by.get(manager_id, ())):
        if owner.kind is ACCOUNT:
            refresh_account(facts, credits, owner.id)
        elif owner.kind is CUSTOMER:
            refresh_customer(facts, credits, owner.id)
        else:
            refresh_flows(facts, credits, owner)


def refresh_flows(facts: Facts, credits: Credits, owner: Owner) -> None:
    """Credit an owner's flows by the facts as they are now, and say that those who serve them may have changed."""
    numbers = facts.flows_of(owner)
    if numbers:
        credits.journal.stirred.add(owner)
    for number in numbers:
        key = credits.pieces[number]
        assert isinstance(key, FlowKey), "only flows have a key"
        before, course = credits.courses[number], flow_course(facts, credits, key)
        if course != before:
            move_flows(credits.journal.written, before, course, partial(facts.rows.told, number))
            credits.courses.pass_through(number, course, plain=True)


def credit_flows(facts: Facts, credits: Credits, flows: Iterable[tuple[int, FlowKey, Course]]) -> None:
    """Let the flows of new pieces, by number and key, take their courses; what flowed is not entered."""
    for number, key, course in flows:
        credits.courses.pass_through(number, course, plain=True)
        if key.currency is not None and key.currency != facts.currency:
            credits.foreign.setdefault(key.currency, set()).add(key.owner)
        if key.manager_id is not None:
            credits.name(key.manager_id, key.owner)
        if key.account_id is not None:
            credits.spending.add(key.account_id)
            if key.customer_id is not None:
                credits.look_at(key.customer_id, key.account_id)


def flow_tenure(facts: Facts, holding: Holding, key: FlowKey) -> Tenure:
    """Who holds the flows of a key, from each day on."""
    if key.manager_id is not None:
        return holding.of_own(key.manager_id)
    kind = FLOWS[key.of]
    if kind.by_hand:
        return NOBODY_EVER
    if key.account_id is not None:
        return holding.of_account(facts.accounts[key.account_id], key.customer_id)
    path = key.words[kind.words.index(kind.path)] if kind.path is not None else None
    return holding.of_customer(key.customer_id, path)


def balance_course(facts: Facts, credits: Credits, account: Account, tenure: Tenure) -> Course:
    """The course of an account's balance that is held so."""
    opening = account.opening
    product = opening.product if opening is not None else None
    currency = (opening.currency if opening is not None else None) or facts.currency
    rates = _rate_steps(account.rates)
    base = credits.base(BALANCE, (product, NORMAL), currency, rated=bool(rates))
    moves = [(0, 0)]
    for day, class_ in steps_of(account.classes):
        moves.append((day, credits.base(BALANCE, (product, class_), currency, rated=bool(rates)) - base))
    return Course(base, _phases(credits.held(tenure), rates, moves))


def flow_course(facts: Facts, credits: Credits, key: FlowKey, tenure: Tenure | None = None) -> Course:
    """The course of the flows of a key that are held so; by default as the facts lead to."""
    if tenure is None:
        tenure = flow_tenure(facts, credits.holding, key)
    account = facts.accounts[key.account_id] if key.account_id is not None else None
    opening = account.opening if account is not None else None
    currency = key.currency or (opening.currency if opening is not None else None) or facts.currency
    rates: Steps[int] = ()
    if key.rate is not None:
        rates = ((0, key.rate),)
    elif account is not None and FLOWS[key.of].has_rate:
        rates = _rate_steps(account.rates)
    base = credits.base(key.of, key.words, currency, rated=bool(rates))
    return Course(base, _phases(credits.held(tenure), rates, [(0, 0)]))


def _phases(held: Phases, rates: Steps[int], moves: Sequence[tuple[int, int]]) -> Phases:
    """The phases of what is held so, at these rates, so far away from its first stream, all from each day on."""
    if len(moves) > 1 or len(rates) > 1:
        steps = tuple((phase.start, phase) for phase in held)
        return [
            Phase(day, rate, phase.place + away, phase.holders)
            for day, (phase, rate, away) in _together(steps, rates, moves)
        ]
    return [Phase(day, rates[0][1], at, holders) for day, _, at, holders in held] if rates else held


def _rate_steps(rates: Timeline[int]) -> Steps[int]:
    """Rates from each day on; the first known one also holds before its day."""
    steps = steps_of(rates)
    return ((0, steps[0][1]), *steps[1:]) if steps else ()


def _together(*lines: Sequence[tuple[int, Any]]) -> list[tuple[int, list[Any]]]:
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
