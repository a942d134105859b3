"""The state of the live fold: facts, and the credits that follow from them."""

from __future__ import annotations

from dataclasses import dataclass

from engine.crediting.teams import Team
from engine.crediting.timeline import Timeline
from engine.fold.courses import NO_OWNER
from engine.fold.credits import Credits, credit_account, credit_flow
from engine.fold.entering import enter_all
from engine.fold.facts import Account, Customer, Facts, FlowKey, Manager, Owner, OwnerKind
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
        for piece in _pieces(facts):
            if isinstance(piece, Owner):
                credits.begin_owner(piece)
            else:
                credits.begin_flows(piece, credits.number_of(piece.owner))
        for account_id, account in facts.accounts.items():
            owner = Owner(OwnerKind.ACCOUNT, account_id)
            if account.assignments:
                state.hold(owner, account.assignments)
            credit_account(facts, credits, owner)
        for customer_id, customer in facts.customers.items():
            for line in customer.assignments.values():
                state.hold(Owner(OwnerKind.CUSTOMER, customer_id), line)
        for key, number in facts.flows.items():
            credit_flow(facts, credits, number, key)
        last = credits.spoken.last
        for manager_id, manager in facts.managers.items():
            last[manager_id] = max(last.get(manager_id, 0), manager.touched)
        enter_all(facts, credits)
        return state

    def account(self, account_id: str) -> Account:
        """What was said of an account, which may be heard of for the first time: then its crediting is to follow."""
        account = self.facts.accounts.get(account_id)
        if account is None:
            account = self.facts.accounts[account_id] = Account(self.facts.rows.begin(), [])
            self.credits.begin_owner(Owner(OwnerKind.ACCOUNT, account_id))
        return account

    def balance(self, account_id: str) -> int:
        """The number of an account's balance, which is credited."""
        number = self.credits.accounts.get(account_id)
        if number is None:
            number = self.account(account_id).number
            credit_account(self.facts, self.credits, Owner(OwnerKind.ACCOUNT, account_id))
        return number

    def customer(self, customer_id: str) -> Customer:
        """What is known of a customer, who may be heard of for the first time."""
        customer = self.facts.customers.get(customer_id)
        if customer is None:
            customer = self.facts.customers[customer_id] = Customer(self.facts.rows.begin(), [], {})
            self.credits.begin_owner(Owner(OwnerKind.CUSTOMER, customer_id))
        return customer

    def manager(self, manager_id: str) -> Manager:
        """What is known of a manager, who may be heard of for the first time."""
        manager = self.facts.managers.get(manager_id)
        if manager is None:
            manager = self.facts.managers[manager_id] = Manager([])
        return manager

    def flow(self, key: FlowKey) -> int:
        """The number of the flows of a key, which are credited."""
        number = self.facts.flows.get(key)
        if number is None:
            owner = self._owner(key.owner)
            number = self.facts.flows[key] = self.facts.rows.begin()
            owner.flows.append(number)
            self.credits.begin_flows(key, NO_OWNER if isinstance(owner, Manager) else owner.number)
            credit_flow(self.facts, self.credits, number, key)
        return number

    def _owner(self, owner: Owner) -> Account | Customer | Manager:
        """What is known of an owner of flows, maybe heard of for the first time; an account is credited."""
        if owner.kind is OwnerKind.ACCOUNT:
            self.balance(owner.id)
            return self.account(owner.id)
        return self.customer(owner.id) if owner.kind is OwnerKind.CUSTOMER else self.manager(owner.id)

    def hold(self, owner: Owner, assignments: Timeline[Team]) -> None:
        """Remember that these assignments of ``owner`` name their managers, in case one leaves or comes back."""
        for _, _, team in assignments:
            for manager_id, _ in team:
                self.credits.name(manager_id, owner)


def _pieces(facts: Facts) -> list[Owner | FlowKey]:
    """What each piece is, by number."""
    pieces: dict[int, Owner | FlowKey] = {number: key for key, number in facts.flows.items()}
    for kind, owners in ((OwnerKind.ACCOUNT, facts.accounts), (OwnerKind.CUSTOMER, facts.customers)):
        pieces |= {owner.number: Owner(kind, owner_id) for owner_id, owner in owners.items()}
    return [pieces[number] for number in range(facts.rows.pieces)]
