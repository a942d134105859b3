"""The whole bank, reckoned the slow way: day by day from the events, knowing nothing of managers, phases or series.

It is what managers and nobody together must add up to.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from engine.book import Fact
from engine.measures import CreditMeasure, Request


def standing(facts: Sequence[Fact]) -> list[Fact]:
    """The events that happened."""
    undone = {(f.event.data.event_source, f.event.data.event_id) for f in facts if f.event.type == "event.reversed"}
    return [f for f in facts if f.event.type != "event.reversed" and f.event.identity not in undone]


def last(facts: Iterable[Fact], day: date) -> Any:
    """What the last of these facts on or before ``day`` says."""
    known = [fact for fact in facts if fact.on <= day]
    return max(known, key=lambda fact: (fact.on, fact.position)).event.data if known else None


class Bank:
    """The events that happened, to be looked through again for every question."""

    def __init__(self, facts: Sequence[Fact], own: str) -> None:
        self.facts, self.own = standing(facts), own

    def of(self, *types: str, **fields: Any) -> list[Fact]:
        """The events of these types with these fields."""
        return [
            fact
            for fact in self.facts
            if fact.event.type in types and all(getattr(fact.event.data, k) == v for k, v in fields.items())
        ]

    def opening(self, account: str | None) -> Any:
        """An account's opening."""
        openings = self.of("account.opened", account_id=account)
        return min(openings, key=lambda f: (f.on, -f.position)).event.data if openings else None

    def currency(self, account: str | None) -> str:
        """An account's currency."""
        opening = self.opening(account)
        return str((opening.currency if opening else None) or self.own)

    def rate(self, account: str, day: date) -> Decimal | None:
        """An account's rate of a day."""
        known = [
            f for f in self.of("account.opened", "rate.changed", account_id=account) if f.event.data.rate is not None
        ]
        first = min((f.on for f in known), default=day)
        data = last(known, max(day, first))
        return None if data is None else data.rate

    def balance(self, account: str, day: date) -> Decimal:
        """An account's balance at the end of a day."""
        stated = [f for f in self.of("balance.stated", account_id=account) if f.on <= day]
        since = max((f.on for f in stated), default=None)
        changes = self.of("balance.changed", account_id=account)
        later = [f.event.data.amount for f in changes if f.on <= day and (since is None or f.on > since)]
        return sum(later, Decimal(0)) + (last(stated, day).amount if stated else 0)

    def exchange(self, currency: str, day: date) -> Decimal:
        """A currency's worth on a day; 0 where it is not known."""
        fixed = last(self.of("fx.fixed", currency=currency), day)
        return Decimal(1) if currency == self.own else (fixed.rate if fixed else Decimal(0))

    def total(self, measure: CreditMeasure, request: Request) -> Fraction:
        """The whole bank's measure."""
        if measure.of == "balance":
            return self._balances(measure, request)
        return sum((self._flow(fact, measure, request) for fact in self.of(measure.of)), Fraction(0))

    def _balances(self, measure: CreditMeasure, request: Request) -> Fraction:
        accounts = {f.event.data.account_id for f in self.of("balance.changed", "balance.stated")}
        total = Fraction(0)
        for account in accounts:
            opening = self.opening(account)
            if not all(where.admits(opening.product if opening else None) for where in measure.where):
                continue
            for day in _days(request.start, request.end):
                factor = _factor(measure, request, self.rate(account, day))(day)
                balance = self.balance(account, day) * self.exchange(self.currency(account), day)
                total += Fraction(balance) * factor
        return total

    def _flow(self, fact: Fact, measure: CreditMeasure, request: Request) -> Fraction:
        data = fact.event.data
        account = getattr(data, "account_id", None)
        worth = Fraction(data.amount or 0) * Fraction(self.exchange(data.currency or self.currency(account), fact.on))
        rate = getattr(data, "rate", None)
        if rate is None and account is not None and fact.event.type in {"loan.moved", "loan.exited"}:
            rate = self.rate(account, fact.on)
        factor = _factor(measure, request, rate)
        if not measure.accrue_to_year_end:
            return worth * factor(fact.on) if request.start <= fact.on < request.end else Fraction(0)
        new_year = fact.on + timedelta(days=1)
        while (new_year.month, new_year.day) != (request.year.month, request.year.day):
            new_year += timedelta(days=1)
        until = min(request.end, new_year)
        return worth * sum((factor(day) for day in _days(max(request.start, fact.on), until)), Fraction(0))


def _factor(measure: CreditMeasure, request: Request, rate: Decimal | None) -> Callable[[date], Fraction]:
    if (measure.needs_rate or measure.times == "rate") and rate is None:
        return lambda _: Fraction(0)
    if measure.times == "rate":
        return lambda _: Fraction(rate or 0)
    if measure.times is None:
        return lambda _: Fraction(1)
    daily = request.factors[measure.times]
    return lambda day: Fraction(daily.on(day), 10**6)


def _days(start: date, end: date) -> list[date]:
    return [start + timedelta(days=at) for at in range((end - start).days)]
