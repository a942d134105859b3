"""Holding: who holds each piece of business from each day on, by the facts as they are now."""

from __future__ import annotations

from dataclasses import dataclass, field

from engine.crediting.teams import CUSTOMER_SCOPE, NOBODY, Holders, Team, holder_steps, scopes_for, team_steps
from engine.crediting.timeline import Steps
from engine.fold.facts import Account, Facts
from schemas.exact import WHOLE_SHARE


@dataclass(frozen=True, slots=True, eq=False)
class Tenure:
    """Who holds a piece of business from each day on. There is one of all equal ``steps``, which is found by itself."""

    steps: Steps[Holders]


NOBODY_EVER = Tenure(((0, NOBODY),))


@dataclass(slots=True)
class Holding:
    """The tenures that ``facts`` lead to. Customers with one team for all that they do are remembered in ``known``.

    Whoever changes a team, or lets a manager come or go, has to ``forget`` the customers concerned.
    """

    facts: Facts
    known: dict[str | None, Tenure] = field(default_factory=dict)
    _tenures: dict[Steps[Holders], Tenure] = field(default_factory=lambda: {NOBODY_EVER.steps: NOBODY_EVER})

    def forget(self, customer_id: str) -> None:
        """The teams of a customer are no longer what they were."""
        self.known.pop(customer_id, None)

    def of_account(self, account: Account, named: str | None = None) -> Tenure:
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
        return self._of(team_steps(scopes))

    def of_customer(self, customer_id: str | None, path: str | None = None) -> Tenure:
        """Who holds what a customer does without an account; what carries ``path``, where one is given."""
        tenure = self.known.get(customer_id)
        if tenure is not None:
            return tenure
        customer = self.facts.customers.get(customer_id) if customer_id is not None else None
        if customer is None or not customer.assignments:
            return NOBODY_EVER
        tenure = self._of(team_steps(scopes_for(customer.assignments, path)))
        if len(customer.assignments) == 1 and CUSTOMER_SCOPE in customer.assignments:
            self.known[customer_id] = tenure
        return tenure

    def of_own(self, manager_id: str) -> Tenure:
        """Who holds what ``manager_id`` does in person: that manager, while on duty."""
        return self._of(((0, ((manager_id, WHOLE_SHARE),)),))

    def _of(self, teams: Steps[Team]) -> Tenure:
        """The tenure of teams: of their members, while on duty."""
        steps = holder_steps(teams, self.facts.duty)
        tenure = self._tenures.get(steps)
        if tenure is None:
            tenure = self._tenures[steps] = Tenure(steps)
        return tenure
