"""Facts: what the standing events said, as far as crediting needs it; all else in the state follows from them.

Balances and flows are rows of columns (``rows``), everything dated is a timeline, so that an event can be undone by its
own content and the credits of one account can be reckoned anew without the log. Only facts are written into a snapshot.

Each **piece** of business has a number: an account (its balance), a customer (who is none, but spoken of like an
account), and the flows of one owner that are credited alike.
"""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

import msgspec

from engine.crediting.exchange import Exchange
from engine.crediting.openings import Opening, opening_of
from engine.crediting.teams import Team
from engine.crediting.timeline import Timeline
from engine.fold.rows import Rows
from schemas.event import Event


class OwnerKind(StrEnum):
    """Whose a piece of business is."""

    ACCOUNT = "account"
    CUSTOMER = "customer"
    MANAGER = "manager"


ACCOUNT, CUSTOMER, MANAGER = OwnerKind
"""The same by names that are found at once: an enumeration looks its own up."""


class Owner(NamedTuple):
    """One owner of business."""

    kind: OwnerKind
    id: str


NO_CUSTOMER = ""
"""The owner of what names neither account, customer nor manager: it counts for nobody, and shows."""


class FlowKey(NamedTuple):
    """Flows that are credited alike: their type and words, and what they say themselves of the rest."""

    of: str
    words: tuple[str | None, ...]
    currency: str | None
    rate: int | None
    manager_id: str | None
    customer_id: str | None
    account_id: str | None

    @property
    def owner(self) -> Owner:
        """Whose they are: the account's, else the customer's, else the manager's own."""
        if self.account_id is not None:
            return Owner(ACCOUNT, self.account_id)
        if self.customer_id is None and self.manager_id is not None:
            return Owner(MANAGER, self.manager_id)
        return Owner(CUSTOMER, self.customer_id or NO_CUSTOMER)


class Account(msgspec.Struct, gc=False):
    """What was said of one account; ``number`` is that of its balance, ``flows`` are those of the flows on it."""

    number: int
    flows: list[int]
    statements: Timeline[int] = ()
    openings: Timeline[Opening] = ()
    rates: Timeline[int] = ()
    classes: Timeline[str] = ()
    assignments: Timeline[Team] = ()

    @property
    def opening(self) -> Opening | None:
        """The opening that counts; None for an account never opened."""
        return opening_of(self.openings)


class Customer(msgspec.Struct, gc=False):
    """What was said of one customer: teams by scope, and flows that carry no account."""

    number: int
    flows: list[int]
    assignments: dict[str, Timeline[Team]]


class Manager(msgspec.Struct, gc=False):
    """What was said of one manager, last at ``touched``: own flows that name no customer, and when on duty.

    ``duty`` are appointments (True) and departures (False).
    """

    flows: list[int]
    duty: Timeline[bool] = ()
    touched: int = 0


RatingKey = tuple[str, str, str, int]
"""Manager, item, group, full mark E6."""


class Facts(msgspec.Struct):
    """The standing facts of one position. ``currency`` is the institution's own.

    ``rows`` are balances and flows by number, ``flows`` the numbers of those flows.
    ``ratings`` holds by period and key the sum E6 and number of scores; ``standing`` by type and position the business
    date and event of staffing, decisions and the like; ``days`` how many transactions each business date has;
    ``reversed`` by id the sources of events that never happened, arrived or not.
    """

    currency: str
    position: int = 0
    accounts: dict[str, Account] = {}
    customers: dict[str, Customer] = {}
    managers: dict[str, Manager] = {}
    flows: dict[FlowKey, int] = {}
    rows: Rows = msgspec.field(default_factory=Rows)
    exchange: dict[str, Timeline[int]] = {}
    ratings: dict[str, dict[RatingKey, tuple[int, int]]] = {}
    standing: dict[str, dict[int, tuple[int, Event]]] = {}
    days: dict[int, int] = {}
    reversed: dict[str, list[str]] = {}

    def exchange_table(self) -> Exchange:
        """The exchange rates of this position."""
        return Exchange(self.currency, self.exchange)

    def duty(self, manager_id: str) -> Timeline[bool]:
        """A manager's appointments and departures; none of one never heard of."""
        manager = self.managers.get(manager_id)
        return manager.duty if manager is not None else ()

    def flows_of(self, owner: Owner) -> list[int]:
        """The numbers of an owner's flows."""
        known: Account | Customer | Manager | None
        if owner.kind is ACCOUNT:
            known = self.accounts.get(owner.id)
        elif owner.kind is CUSTOMER:
            known = self.customers.get(owner.id)
        else:
            known = self.managers.get(owner.id)
        return known.flows if known is not None else []
