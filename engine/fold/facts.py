"""Facts: what the standing events said, as far as crediting needs it; all else in the state follows from them.

Balances and flows are kept net by day, everything dated as a timeline, so that an event can be undone by its own
content and the credits of one account can be reckoned anew without the log. Only facts are written into a snapshot.
"""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

import msgspec

from engine.crediting.exchange import Exchange
from engine.crediting.openings import Opening, opening_of
from engine.crediting.teams import Team
from engine.crediting.timeline import Timeline
from schemas.event import Event


class OwnerKind(StrEnum):
    """Whose a piece of business is."""

    ACCOUNT = "account"
    CUSTOMER = "customer"
    MANAGER = "manager"


class Owner(NamedTuple):
    """One owner of business."""

    kind: OwnerKind
    id: str


class FlowKey(NamedTuple):
    """Flows of one owner that are credited alike: their type and words, and what they say themselves of the rest."""

    of: str
    words: tuple[str | None, ...]
    currency: str | None
    rate: int | None
    manager_id: str | None
    customer_id: str | None


FlowDays = dict[int, list[int]]
"""By day: how many flows, how many of them with an amount other than 0, the sum of amounts E4, of quantities E6.

Where more than one has an amount or a quantity, those of each such follow.
"""

MONEYED = 1
TOTALS = 4
"""So many figures are of the whole day."""


class Account(msgspec.Struct, gc=False):
    """What was said of one account, by its events and by flows that carry its id; ``touched`` is the last position."""

    changes: dict[int, int]
    flows: dict[FlowKey, FlowDays]
    statements: Timeline[int] = ()
    openings: Timeline[Opening] = ()
    rates: Timeline[int] = ()
    classes: Timeline[str] = ()
    assignments: Timeline[Team] = ()
    touched: int = 0

    @property
    def opening(self) -> Opening | None:
        """The opening that counts; None for an account never opened."""
        return opening_of(self.openings)


class Customer(msgspec.Struct, gc=False):
    """What was said of one customer, last at ``touched``: teams by scope, and flows that carry no account."""

    assignments: dict[str, Timeline[Team]]
    flows: dict[FlowKey, FlowDays]
    touched: int = 0


class Manager(msgspec.Struct, gc=False):
    """What was said of one manager: appointments (True), departures (False), and own flows that name no customer."""

    flows: dict[FlowKey, FlowDays]
    duty: Timeline[bool] = ()
    touched: int = 0


RatingKey = tuple[str, str, str, int]
"""Manager, item, group, full mark E6."""


class Facts(msgspec.Struct):
    """The standing facts of one position. ``currency`` is the institution's own.

    ``ratings`` holds by period and key the sum E6 and number of scores; ``standing`` by type and position the business
    date and event of staffing, decisions and the like; ``days`` how many transactions each business date has;
    ``reversed`` by id the sources of events that never happened, arrived or not.
    """

    currency: str
    position: int = 0
    accounts: dict[str, Account] = {}
    customers: dict[str, Customer] = {}
    managers: dict[str, Manager] = {}
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

    def touched(self, owner: Owner) -> int:
        """The last position that spoke of an owner."""
        if owner.kind is OwnerKind.ACCOUNT:
            return self.accounts[owner.id].touched
        return (self.customers if owner.kind is OwnerKind.CUSTOMER else self.managers)[owner.id].touched
