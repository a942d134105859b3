"""Holding: who holds each piece of business from each day on, by the facts as they are now."""

from __future__ import annotations

from dataclasses import dataclass, field

from engine.crediting.teams import CUSTOMER_SCOPE, NOBODY, Holders, holder_steps, scopes_for, team_steps
from engine.crediting.timeline import Steps
from engine.fold.facts import Account, Facts
from schemas.exact import WHOLE_SHARE

NOBODY_EVER: Steps[Holders] = ((0, NOBODY),)


@dataclass(slots=True)
class Holding:
    """The holders that ``facts`` lead to. Customers with one team for all that they do are remembered in ``known``.

    Whoever changes a team, or lets a manager come or go, has to ``forget`` the customers concerned.
    """

    facts: Facts
    known: dict[str, Steps[Holders]] = field(default_factory=dict)

    def forget(self, customer_id: str) -> None:
        """The teams of a customer are no longer what they were."""
        self.known.pop(customer_id, None)

    def of_account(self, account: Account, named: str | None = None) -> Steps[Holders]:
        """Who holds an account: its own team, where there is one, before its customer's.

        ``named`` is the customer whom a flow on it names: an account never opened has no other.
        """
        opening = account.opening
        customer_id, path = (opening.customer_id, opening.product) if opening is not None else (named, None)
        if not account.assignments:
            return self.of_customer(customer_id, path)
        scopes = [account.assignments]
        customer = self.facts.customers.get(customer_id) if customer_id is not None else None
        if customer is not None:
            scopes += scopes_for(customer.assignments, path)
        return holder_steps(team_steps(scopes), self.facts.duty)

    def of_customer(self, customer_id: str | None, path: str | None = None) -> Steps[Holders]:
        """Who holds what a customer does without an account; what carries ``path``, where one is given."""
        customer = self.facts.customers.get(customer_id) if customer_id is not None else None
        if customer is None or customer_id is None or not customer.assignments:
            return NOBODY_EVER
        if len(customer.assignments) > 1 or CUSTOMER_SCOPE not in customer.assignments:
            return holder_steps(team_steps(scopes_for(customer.assignments, path)), self.facts.duty)
        steps = self.known.get(customer_id)
        if steps is None:
            steps = self.known[customer_id] = holder_steps(
                team_steps([customer.assignments[CUSTOMER_SCOPE]]), self.facts.duty
            )
        return steps

    def of_own(self, manager_id: str) -> Steps[Holders]:
        """Who holds what ``manager_id`` does in person: that manager, while on duty."""
        return holder_steps(((0, ((manager_id, WHOLE_SHARE),)),), self.facts.duty)
