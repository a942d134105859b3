"""What each business earns, day by day, under which of the twelve items. Schemes §1, "Contribution items".

An earning knows nothing of managers but whose team it goes to: the sum of all earnings is the whole bank's
contribution, whoever is credited, or nobody.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from tests.oracle import days, rules
from tests.oracle.book import Book, Business, Fact, number, on_path
from tests.oracle.teams import account_path, team


@dataclass(frozen=True)
class Earning:
    """One business, one item, one day: an amount in the institution's currency and the team it goes to.

    Where a rate or an exchange rate is not known the amount is left out (0) and `lacks` names what is missing.
    """

    business: Business
    item: str
    amount: Fraction
    team: dict[str, Fraction]
    lacks: tuple[str, ...] = ()


def earnings(book: Book, first: date, end: date) -> Iterator[Earning]:
    """All that the bank earns in [first, end)."""
    for account in book.openings:
        yield from of_balance(book, account, first, end)
    for fact in book.of_type("loan.moved"):
        if fact.amount() != 0:
            yield from of_moved_loan(book, fact, first, end)
    for fact in book.facts:
        if first <= fact.on < end:
            yield from of_flow(book, fact)


def of_balance(book: Book, account: str, first: date, end: date) -> Iterator[Earning]:
    """Items 1, 2 and the deposit part of 7: the end-of-day balance of each day at that day's spread."""
    opening = book.openings[account]
    product, currency = opening.data["product"], book.account_currency(account)
    item = next((item for path, item in rules.BALANCE_ITEMS.items() if on_path(product, path)), None)
    if item is None:
        return
    business = Business(account, opening.data["customer_id"])
    for day in days.each(first, end):
        balance = book.balance(account, day)
        if balance == 0:
            continue
        rate, exchange = book.rate(account, day), book.exchange(currency, day)
        serving = team(book, business, product, day)
        if rate is None or exchange is None:
            yield Earning(business, item, Fraction(0), serving, lacking(account, rate, currency, exchange))
            continue
        if item == "loan_spread":
            spread = rate - rules.on_day(rules.FUNDING_COST_RATE, day)
        else:
            spread = rules.on_day(rules.FUNDING_YIELD, day) - rate
        yield Earning(business, item, balance * exchange * spread / rules.DAY_COUNT, serving)


def of_moved_loan(book: Book, fact: Fact, first: date, end: date) -> Iterator[Earning]:
    """Item 3: the moved amount earns every day from `on` to the end of that year, to the team of `on`."""
    business, serving, rate, exchange = at_hand(book, fact)
    year_end = days.new_year(days.year_of(fact.on, book.begins) + 1, book.begins)
    for day in days.each(max(first, fact.on), min(end, year_end)):
        if rate is None or exchange is None:
            lacks = lacking(business.account, rate, book.flow_currency(fact), exchange)
            yield Earning(business, "loans_moved", Fraction(0), serving, lacks)
            continue
        spread = rate - rules.on_day(rules.FUNDING_COST_RATE, day)
        yield Earning(business, "loans_moved", fact.amount() * exchange * spread / rules.DAY_COUNT, serving)


def of_flow(book: Book, fact: Fact) -> Iterator[Earning]:
    """Items 4 to 12 but balances: what happens once, on its day, to the team of that day."""
    if number(fact.data.get("amount") or "1") == 0:
        return  # Nothing is left out of an amount of 0, whatever is not known of it.
    if fact.type == "merchant.enrolled":
        business = book.business(fact)
        yield Earning(business, "merchants", rules.PER_MERCHANT, team(book, business, None, fact.on))
    elif fact.type == "loan.exited":
        business, serving, rate, exchange = at_hand(book, fact)
        if rate is None or exchange is None:
            lacks = lacking(business.account, rate, book.flow_currency(fact), exchange)
            yield Earning(business, "loans_exited", Fraction(0), serving, lacks)
        else:
            spread = rate - rules.on_day(rules.FUNDING_COST_RATE, fact.on)
            yield Earning(business, "loans_exited", fact.amount() * exchange * spread, serving)
    else:
        item, factor, path = worth(fact)
        if item is None:
            return
        business, currency = book.business(fact), book.flow_currency(fact)
        exchange = book.exchange(currency, fact.on)
        serving = team(book, business, path or account_path(book, business), fact.on)
        if exchange is None:
            yield Earning(business, item, Fraction(0), serving, (f"fx:{currency}",))
        else:
            yield Earning(business, item, fact.amount() * exchange * factor, serving)


def worth(fact: Fact) -> tuple[str | None, Fraction, str | None]:
    """Which item a flow's amount counts under, what one unit of it is worth, and the path it carries."""
    one, data = Fraction(1), fact.data
    if fact.type == "fee.earned":
        return "other_income" if on_path(data["service"], "other") else "fees", one, data["service"]
    if fact.type == "card.spent":
        return "cards", rules.MERCHANT_FEE_RATE, None
    if fact.type == "loan.recovered" and data["class"] in rules.RECOVERY:
        return "recovery", rules.RECOVERY[data["class"]], None
    if fact.type == "payment.made":
        for channel, (item, factor) in rules.CHANNELS.items():
            if on_path(data["channel"], channel):
                return item, factor, data["channel"]
    return None, Fraction(0), None


def at_hand(book: Book, fact: Fact) -> tuple[Business, dict[str, Fraction], Fraction | None, Fraction | None]:
    """What a moved or exited loan takes with it from its day: team, rate (its own first) and exchange rate."""
    business = book.business(fact)
    said = fact.data.get("rate")
    rate = number(said) if said is not None else book.rate(fact.data["account_id"], fact.on)
    serving = team(book, business, account_path(book, business), fact.on)
    return business, serving, rate, book.exchange(book.flow_currency(fact), fact.on)


def lacking(account: str | None, rate: Fraction | None, currency: str, exchange: Fraction | None) -> tuple[str, ...]:
    """The names under which `missing` lists an unknown rate or exchange rate."""
    return ((f"rate:{account}",) if rate is None else ()) + ((f"fx:{currency}",) if exchange is None else ())
