"""Base contribution: what the customers served now brought the year before. Schemes §1, "Base contribution"."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from fractions import Fraction

from tests.oracle import days, rules
from tests.oracle.book import Book, Business, Fact, number
from tests.oracle.earnings import earnings
from tests.oracle.teams import account_path, team


def prior_contribution(book: Book, year: int) -> dict[Business, Fraction]:
    """Each business's whole composite contribution of the year before, whoever was credited."""
    brought: dict[Business, Fraction] = {}
    for earning in earnings(book, days.new_year(year - 1, book.begins), days.new_year(year, book.begins)):
        brought[earning.business] = brought.get(earning.business, Fraction(0)) + earning.amount
    return brought


def inherited(book: Book, first: date, end: date) -> dict[str, Fraction]:
    """Per manager: Σ over days, over the businesses served that day, of prior × share / days of that year."""
    base: dict[str, Fraction] = {}
    years = {days.year_of(day, book.begins) for day in (first, end - days.ONE_DAY)}
    prior = {year: prior_contribution(book, year) for year in years}
    for day in days.each(first, end):
        year = days.year_of(day, book.begins)
        for business, brought in prior[year].items():
            for manager, share in team(book, business, account_path(book, business), day).items():
                today = brought * share / days.in_year(year, book.begins)
                base[manager] = base.get(manager, Fraction(0)) + today
    return base


def decided(book: Book, kind: str, manager: str, period: str) -> Fraction | None:
    """The value of a decision for exactly this manager and period; of several, the one with the highest position."""
    made: Iterable[Fact] = book.of_type("decision.made")
    values = [
        fact.data["value"]
        for fact in made
        if (fact.data["kind"], fact.data.get("manager_id"), fact.data.get("period")) == (kind, manager, period)
    ]
    return number(values[-1]) if values else None


def history_begins_before(book: Book, year: int) -> bool:
    """Whether the log holds any transaction before the settled year."""
    return any(fact.on < days.new_year(year, book.begins) for fact in book.of_type(*rules.TRANSACTIONS))
