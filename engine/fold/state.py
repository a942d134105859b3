"""The state of the live fold: facts, and the credits that follow from them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from engine.crediting.teams import Team
from engine.crediting.timeline import Timeline
from engine.fold.credits import (
    AccountCredit,
    Credits,
    CustomerCredit,
    begin_flow,
    credit_account,
    refresh_account,
)
from engine.fold.facts import Account, Customer, Facts, Manager, Owner, OwnerKind
from engine.fold.holding import Holding
from engine.fold.posting import Phases, shift

MANY = 10_000
"""So many owners may have entries on the journal's open page while a state is reckoned from facts."""


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
        state = cls(facts, Credits(Holding(facts)))
        credits = state.credits
        credits.accounts.update((account_id, AccountCredit(account)) for account_id, account in facts.accounts.items())
        credits.customers.update((one, CustomerCredit(customer)) for one, customer in facts.customers.items())
        for number, (account_id, account) in enumerate(facts.accounts.items(), 1):
            if number % MANY == 0:
                credits.journal.begin()
            owner = Owner(OwnerKind.ACCOUNT, account_id)
            if account.assignments:
                state.hold(owner, account.assignments)
            credit_account(facts, credits, owner)
        for number, (customer_id, customer) in enumerate(facts.customers.items(), 1):
            if number % MANY == 0:
                credits.journal.begin()
            owner = Owner(OwnerKind.CUSTOMER, customer_id)
            for line in customer.assignments.values():
                state.hold(owner, line)
            for key in customer.flows:
                begin_flow(facts, credits, owner, key)
        for manager_id, manager in facts.managers.items():
            owner = Owner(OwnerKind.MANAGER, manager_id)
            for key in manager.flows:
                begin_flow(facts, credits, owner, key)
        last = credits.spoken.last
        for manager_id, manager in facts.managers.items():
            last[manager_id] = max(last.get(manager_id, 0), manager.touched)
        credits.journal.begin()
        return state

    def account(self, account_id: str) -> Account:
        """What was said of an account, which may be heard of for the first time; the event at hand speaks of it."""
        return self.known_account(account_id).said

    def known_account(self, account_id: str) -> AccountCredit:
        """What is known of an account, which may be heard of for the first time; the event at hand speaks of it."""
        known = self.credits.accounts.get(account_id)
        if known is None:
            account = self.facts.accounts[account_id] = Account({}, {})
            known = self.credits.accounts[account_id] = AccountCredit(account)
            self.credits.unrated.add(account_id)
        return known

    def customer(self, customer_id: str) -> Customer:
        """What is known of a customer, who may be heard of for the first time; the event at hand speaks of them."""
        customer = self.facts.customers.get(customer_id)
        if customer is None:
            customer = self.facts.customers[customer_id] = Customer({}, {})
            self.credits.customers[customer_id] = CustomerCredit(customer)
        return customer

    def manager(self, manager_id: str) -> Manager:
        """What is known of a manager, who may be heard of for the first time."""
        manager = self.facts.managers.get(manager_id)
        if manager is None:
            manager = self.facts.managers[manager_id] = Manager({})
        return manager

    def know(self, kind: OwnerKind, owner_id: str) -> None:
        """Hear of an owner, maybe for the first time."""
        if kind is OwnerKind.ACCOUNT:
            self.account(owner_id)
        elif kind is OwnerKind.CUSTOMER:
            self.customer(owner_id)
        else:
            self.manager(owner_id)

    def hold(self, owner: Owner, assignments: Timeline[Team]) -> None:
        """Remember that these assignments of ``owner`` name their managers, in case one leaves or comes back."""
        for _, _, team in assignments:
            for manager_id, _ in team:
                self.credits.name(manager_id, owner, self.facts.touched(owner))

    def raise_balance(self, account_id: str, known: AccountCredit, shifts: Iterable[tuple[int, int]]) -> None:
        """Credit by how much an account's balance moved."""
        if not known.phases:
            refresh_account(self.facts, self.credits, account_id)
            return
        for day, amount in shifts:
            self.shift_balance(account_id, known.phases, day, amount)

    def shift_balance(self, account_id: str, phases: Phases, day: int, amount: int) -> None:
        """Credit by how much an account's balance moved from ``day`` on."""
        if shift(phases, day, amount):
            for _, rate, ledger in phases:
                if rate is None or ledger.foreign:
                    ledger.doubt(Owner(OwnerKind.ACCOUNT, account_id))
        journal = self.credits.journal
        if day < journal.horizon:
            journal.stirred.add(Owner(OwnerKind.ACCOUNT, account_id))
