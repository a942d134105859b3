"""The book: the events that happened, and the facts that hold on a day. Contract §1.

Everything here is looked up by walking through the events again; nothing is carried from one day to the next.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from tests.oracle.days import JANUARY

Event = dict[str, Any]


def number(value: object) -> Fraction:
    """A decimal as it is spelled, never through binary floating point."""
    return Fraction(str(value))


@dataclass(frozen=True)
class Fact:
    """One event that happened: its place in the log, its business date and what it says."""

    position: int
    source: str
    id: str
    type: str
    on: date
    data: dict[str, Any]

    def amount(self) -> Fraction:
        """What it moves, in its own currency."""
        return number(self.data["amount"])


@dataclass(frozen=True)
class Business:
    """What carries contribution: an account of a customer, or (`account` is None) the customer itself."""

    account: str | None
    customer: str


def latest(facts: Iterable[Fact], day: date) -> Fact | None:
    """The fact in force: the last from that day or before; of the same day, the one with the higher position."""
    known = [fact for fact in facts if fact.on <= day]
    return max(known, key=lambda fact: (fact.on, fact.position)) if known else None


class Book:
    """All that had happened as of a position."""

    def __init__(
        self,
        events: Sequence[Event],
        as_of: int | None = None,
        timezone: str = "Asia/Shanghai",
        currency: str = "CNY",
        begins: tuple[int, int] = JANUARY,
    ) -> None:
        self.currency = currency
        self.begins = begins
        zone = ZoneInfo(timezone)
        known = list(enumerate(events[:as_of], start=1))
        # "What was reversed never happened, whichever of the two came first; a reversal cannot be reversed."
        undone = {
            (event["data"]["event_source"], event["data"]["event_id"])
            for _, event in known
            if event["type"] == "event.reversed"
        }
        self.facts = [
            Fact(position, event["source"], event["id"], event["type"], business_date(event, zone), event["data"])
            for position, event in known
            if event["type"] == "event.reversed" or (event["source"], event["id"]) not in undone
        ]

    @cached_property
    def by_type(self) -> dict[str, list[Fact]]:
        """All facts of each event type, in the log's order."""
        found: dict[str, list[Fact]] = {}
        for fact in self.facts:
            found.setdefault(fact.type, []).append(fact)
        return found

    @cached_property
    def by_account(self) -> dict[tuple[str, str], list[Fact]]:
        """All facts of one type about one account, in the log's order."""
        found: dict[tuple[str, str], list[Fact]] = {}
        for fact in self.facts:
            if account := fact.data.get("account_id"):
                found.setdefault((fact.type, account), []).append(fact)
        return found

    def of_type(self, *types: str) -> list[Fact]:
        """All facts of these event types, in the log's order."""
        return sorted((fact for name in types for fact in self.by_type.get(name, [])), key=lambda fact: fact.position)

    def of_account(self, account: str, *types: str) -> list[Fact]:
        """All facts of these event types that name this account."""
        return [fact for name in types for fact in self.by_account.get((name, account), [])]

    @cached_property
    def openings(self) -> dict[str, Fact]:
        """The opening of each account: the earliest; of the same day, the one with the higher position."""
        first: dict[str, Fact] = {}
        for fact in self.of_type("account.opened"):
            account = fact.data["account_id"]
            if account not in first or fact.on <= first[account].on:
                first[account] = fact
        return first

    def account_currency(self, account: str) -> str:
        """A balance is always in its account's currency, which is its opening's, else the institution's."""
        opening = self.openings.get(account)
        return str((opening.data.get("currency") if opening else None) or self.currency)

    def flow_currency(self, fact: Fact) -> str:
        """A currency beside a flow is the flow's; else its account's, else the institution's own."""
        if said := fact.data.get("currency"):
            return str(said)
        account = fact.data.get("account_id")
        return self.account_currency(account) if account else self.currency

    def business(self, fact: Fact) -> Business:
        """What a flow belongs to. An account's customer is its opening's, whatever the flow says."""
        account = fact.data.get("account_id")
        if account in self.openings:
            return Business(account, self.openings[account].data["customer_id"])
        return Business(account, fact.data["customer_id"])

    def balance(self, account: str, day: date) -> Fraction:
        """The balance at the end of a day.

        A stated balance stands for its day, with that day's changes in it; changes of later days add to it.
        """
        stated = latest(self.of_account(account, "balance.stated"), day)
        changes = [fact for fact in self.of_account(account, "balance.changed") if fact.on <= day]
        if stated is None:
            return sum((fact.amount() for fact in changes), Fraction(0))
        return sum((fact.amount() for fact in changes if fact.on > stated.on), stated.amount())

    def rate(self, account: str, day: date) -> Fraction | None:
        """The account's rate of a day; before the first known one, that first one; None where none is ever known."""
        known = [
            fact
            for fact in self.of_account(account, "account.opened", "rate.changed")
            if fact.data.get("rate") is not None
        ]
        if not known:
            return None
        in_force = latest(known, day) or latest(known, min(fact.on for fact in known))
        assert in_force is not None
        return number(in_force.data["rate"])

    def exchange(self, currency: str, day: date) -> Fraction | None:
        """What one unit is worth on a day in the institution's currency; None before the first fixing."""
        if currency == self.currency:
            return Fraction(1)
        fixings = [fact for fact in self.of_type("fx.fixed") if fact.data["currency"] == currency]
        fixing = latest(fixings, day)
        return number(fixing.data["rate"]) if fixing else None


def business_date(event: Event, zone: ZoneInfo) -> date:
    """`on`; when absent, the date of `time` in the institution's time zone."""
    if on := event["data"].get("on"):
        return date.fromisoformat(str(on))
    return datetime.fromisoformat(event["time"].replace("Z", "+00:00")).astimezone(zone).date()


def on_path(path: str, scope: str) -> bool:
    """Whether a dotted path is `scope` or stands below it: `loan.consumer` below `loan`, `loan-agency` not."""
    return path == scope or path.startswith(scope + ".")
