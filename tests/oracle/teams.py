"""Who serves a business on a day, and by what share; who is in post. Contract §1, "Staffing and decisions"."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from tests.oracle import days
from tests.oracle.book import Book, Business, Fact, latest, number, on_path


def assignment(book: Book, business: Business, path: str | None, day: date) -> Fact | None:
    """The assignment in force: the account's stands before the product's (longest path first), then the customer's."""
    said = [fact for fact in book.of_type("customer.assigned") if fact.on <= day]
    if business.account is not None:
        of_account = latest((fact for fact in said if fact.data.get("account_id") == business.account), day)
        if of_account:
            return of_account
    wider = [fact for fact in said if fact.data["customer_id"] == business.customer and not fact.data.get("account_id")]
    if path is not None:
        scopes = {fact.data["product"] for fact in wider if fact.data.get("product")}
        for scope in sorted(scopes, key=len, reverse=True):
            if on_path(path, scope):
                return latest((fact for fact in wider if fact.data.get("product") == scope), day)
    return latest((fact for fact in wider if not fact.data.get("product")), day)


def team(book: Book, business: Business, path: str | None, day: date) -> dict[str, Fraction]:
    """Each manager's share of what the business earns that day; who is off is credited with nothing."""
    in_force = assignment(book, business, path, day)
    shares: dict[str, Fraction] = {}
    for member in in_force.data["team"] if in_force else []:
        manager, share = member["manager_id"], number(member["share"])
        if share > 0 and not is_off(book, manager, day):
            shares[manager] = shares.get(manager, Fraction(0)) + share
    return shares


def account_path(book: Book, business: Business) -> str | None:
    """An account carries its opening's product; a customer, or an account never opened, carries no path."""
    opening = book.openings.get(business.account or "")
    return opening.data["product"] if opening else None


def standing(book: Book, manager: str, day: date) -> str | None:
    """The last word on a manager: appointed or left; None where there is none yet."""
    said = [fact for fact in book.of_type("manager.appointed", "manager.left") if fact.data["manager_id"] == manager]
    last = latest(said, day)
    return last.type if last else None


def is_off(book: Book, manager: str, day: date) -> bool:
    """From the day of `manager.left` on, unless appointed again."""
    return standing(book, manager, day) == "manager.left"


def appointments(book: Book, manager: str) -> list[Fact]:
    """All appointments of a manager, in the log's order."""
    return [fact for fact in book.of_type("manager.appointed") if fact.data["manager_id"] == manager]


def in_post(book: Book, first: date, end: date) -> set[str]:
    """Managers in post on a day of [first, end)."""
    ever = {fact.data["manager_id"] for fact in book.of_type("manager.appointed")}
    return {
        manager
        for manager in ever
        if any(standing(book, manager, day) == "manager.appointed" for day in days.each(first, end))
    }


def unit(book: Book, manager: str, day: date) -> str | None:
    """The manager's unit on a day: a new appointment without a unit keeps the earlier one."""
    naming = latest((fact for fact in appointments(book, manager) if fact.data.get("org_unit")), day)
    return naming.data["org_unit"] if naming else None
