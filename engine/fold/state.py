"""The state of the live fold: facts, and the credits that follow from them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.crediting.teams import Team
from engine.crediting.timeline import Timeline
from engine.fold.courses import NO_OWNER
from engine.fold.credits import Credits, credit_account, credit_flows, flow_course
from engine.fold.entering import enter_all
from engine.fold.facts import ACCOUNT, CUSTOMER, Account, Customer, Facts, FlowKey, Manager, Owner, OwnerKind
from engine.fold.holding import Holding


@dataclass(slots=True)
class State:
    """Everything the fold knows at one position. ``apply`` changes it in place."""

    facts: Facts
    credits: Credits

    @classmethod
    def empty(cls, currency: str) -> State:
        """The state before the first event of an institution with this currency."""
        facts = Facts(currency)
        return cls(facts, Credits(Holding(facts)))

    @classmethod
    def of(cls, facts: Facts) -> State:
        """The state that these facts lead to, with all credits reckoned from them."""
        credits = Credits(Holding(facts))
        state = cls(facts, credits)
        _begin(facts, credits)
        for account_id, account in facts.accounts.items():
            owner = Owner(ACCOUNT, account_id)
            if account.assignments:
                state.hold(owner, account.assignments)
            credit_account(facts, credits, owner)
        for customer_id, customer in facts.customers.items():
            for line in customer.assignments.values():
                state.hold(Owner(CUSTOMER, customer_id), line)
        credit_flows(facts, credits, ((at, key, flow_course(facts, credits, key)) for key, at in facts.flows.items()))
        last = credits.spoken.last
        for manager_id, manager in facts.managers.items():
            last[manager_id] = max(last.get(manager_id, 0), manager.touched)
        enter_all(facts, credits)
        return state

    def account(self, account_id: str) -> Account:
        """What was said of an account, which may be heard of for the first time: then its crediting is to follow."""
        account = self.facts.accounts.get(account_id)
        if account is None:
            number = self.credits.accounts[account_id] = self.facts.rows.begin()
            account = self.facts.accounts[account_id] = Account(number, [])
            self.credits.begin([Owner(ACCOUNT, account_id)], [number], [True])
        return account

    def balance(self, account_id: str) -> int:
        """The number of an account's balance, which is credited."""
        number = self.credits.accounts.get(account_id)
        if number is None:
            number = self.account(account_id).number
            credit_account(self.facts, self.credits, Owner(ACCOUNT, account_id))
        return number

    def customer(self, customer_id: str) -> Customer:
        """What is known of a customer, who may be heard of for the first time."""
        customer = self.facts.customers.get(customer_id)
        if customer is None:
            number = self.credits.customers[customer_id] = self.facts.rows.begin()
            customer = self.facts.customers[customer_id] = Customer(number, [], {})
            self.credits.begin([Owner(CUSTOMER, customer_id)], [number], [False])
        return customer

    def manager(self, manager_id: str) -> Manager:
        """What is known of a manager, who may be heard of for the first time."""
        manager = self.facts.managers.get(manager_id)
        if manager is None:
            manager = self.facts.managers[manager_id] = Manager([])
        return manager

    def flows(self, keys: Sequence[tuple[Any, ...]]) -> list[int]:
        """The numbers of the flows of these keys, or of tuples that equal them; they are credited."""
        known: Mapping[Any, int] = self.facts.flows
        numbers = list(map(known.get, keys))
        if None in numbers:
            new = dict.fromkeys(key for key, number in zip(keys, numbers, strict=True) if number is None)
            self._begin_flows(list(map(FlowKey._make, new)))
        return [known[key] if number is None else number for key, number in zip(keys, numbers, strict=True)]

    def _begin_flows(self, keys: Sequence[FlowKey]) -> None:
        """Begin the flows of keys heard of for the first time. Where that fails, none is known yet."""
        facts, credits = self.facts, self.credits
        owners = [self._owner(key.owner) for key in keys]
        courses = [flow_course(facts, credits, key) for key in keys]
        first = facts.rows.begin(len(keys))
        numbers = range(first, first + len(keys))
        for owner, number in zip(owners, numbers, strict=True):
            owner.flows.append(number)
        facts.flows.update(zip(keys, numbers, strict=True))
        having = [NO_OWNER if isinstance(owner, Manager) else owner.number for owner in owners]
        credits.begin(keys, having, [key.account_id is not None for key in keys])
        credit_flows(facts, credits, zip(numbers, keys, courses, strict=True))

    def _owner(self, owner: Owner) -> Account | Customer | Manager:
        """What is known of an owner of flows, maybe heard of for the first time; an account is credited."""
        if owner.kind is ACCOUNT:
            self.balance(owner.id)
            return self.account(owner.id)
        return self.customer(owner.id) if owner.kind is CUSTOMER else self.manager(owner.id)

    def hold(self, owner: Owner, assignments: Timeline[Team]) -> None:
        """Remember that these assignments of ``owner`` name their managers, in case one leaves or comes back."""
        for _, _, team in assignments:
            for manager_id, _ in team:
                self.credits.name(manager_id, owner)


def _begin(facts: Facts, credits: Credits) -> None:
    """Take up every piece that facts speak of."""
    pieces: dict[int, Owner | FlowKey] = {number: key for key, number in facts.flows.items()}
    owners, on_account = [NO_OWNER] * facts.rows.pieces, [False] * facts.rows.pieces
    known: Iterable[tuple[OwnerKind, dict[str, int], Mapping[str, Account | Customer]]] = (
        (ACCOUNT, credits.accounts, facts.accounts),
        (CUSTOMER, credits.customers, facts.customers),
    )
    for kind, numbers, of_kind in known:
        for owner_id, owner in of_kind.items():
            numbers[owner_id] = owner.number
            pieces[owner.number] = Owner(kind, owner_id)
            for number in (owner.number, *owner.flows):
                owners[number], on_account[number] = owner.number, kind is ACCOUNT
    credits.begin([pieces[number] for number in range(facts.rows.pieces)], owners, on_account)
