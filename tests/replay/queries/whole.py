"""What a bank's business comes to, day by day: the oracle's book and teams, nothing of the product.

``business`` gives every piece of business with the customer, account and path that it is of and who holds how much of
it; questions are then answered by adding up pieces.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from tests.oracle import days
from tests.oracle.book import Book, Business, Fact, latest, number
from tests.oracle.teams import account_path, is_off, team

IMPLIED = {"loan.recovered": "loan", "loan.moved": "loan", "loan.exited": "loan", "card.spent": "card"}
FLOWS = (*IMPLIED, "fee.earned", "product.sold", "payment.made", "merchant.enrolled")


@dataclass(frozen=True)
class Piece:
    """Some of a figure: whose (``manager`` None: nobody's), of what, how much."""

    of: str
    figure: str
    manager: str | None
    customer: str | None
    account: str | None
    path: str | None
    value: Fraction


def business(book: Book, first: date, end: date) -> Iterator[Piece]:
    """Everything in [first, end): opening and closing balances, product-days, flows."""
    accounts = {fact.data["account_id"] for fact in book.of_type("balance.changed", "balance.stated")}
    for account in sorted(accounts):
        opening = book.openings.get(account)
        customer = opening.data["customer_id"] if opening else None
        path = opening.data["product"] if opening else None
        holder = Business(account, customer or "")
        before = first - days.ONE_DAY
        for figure, on in (
            ("opening", before),
            ("closing", end - days.ONE_DAY),
            *(("product_days", day) for day in days.each(first, end)),
        ):
            amount = book.balance(account, on)
            worth = book.exchange(book.account_currency(account), on) if amount else Fraction(0)
            for manager, share in _held(team(book, holder, path, on)):
                yield Piece("balance", figure, manager, customer, account, path, amount * (worth or 0) * share)
    for fact in book.of_type(*FLOWS):
        if first <= fact.on < end:
            yield from _flow(book, fact)


def _flow(book: Book, fact: Fact) -> Iterator[Piece]:
    business, data = book.business(fact), fact.data
    own = data.get("product") or data.get("service") or data.get("channel")
    path = own or account_path(book, business)
    if named := data.get("manager_id"):
        shares = {} if is_off(book, named, fact.on) else {named: Fraction(1)}
    else:
        shares = team(book, business, path, fact.on)
    worth = book.exchange(book.flow_currency(fact), fact.on) or Fraction(0)
    figures: dict[str, Any] = {"count": Fraction(1), "amount": number(data.get("amount") or 0) * worth}
    figures["quantity"] = number(data.get("quantity") or 0)
    for manager, share in _held(shares):
        for figure, value in figures.items():
            yield Piece(
                fact.type,
                figure,
                manager,
                business.customer,
                business.account,
                path or IMPLIED.get(fact.type),
                value * share,
            )


def _held(shares: dict[str, Fraction]) -> Iterator[tuple[str | None, Fraction]]:
    yield from shares.items()
    yield None, 1 - sum(shares.values(), Fraction(0))


def class_on(book: Book, account: str, day: date) -> str:
    """How a loan is classed on a day."""
    said = latest(book.of_account(account, "loan.classified"), day)
    return str(said.data["class"]) if said else "normal"
