"""Customers: who serves them, how their loans are classed, of which segment they are, what they answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from engine.crediting.classes import NORMAL
from projections.database import script
from projections.records import day
from projections.source import Source

LATEST = "QUALIFY row_number() OVER (PARTITION BY {of} ORDER BY day DESC, position DESC) = 1"


@dataclass(frozen=True, slots=True)
class SurveySum:
    """Answers that name the same manager, customer, topic and full mark: their E6 sum and how many they are."""

    manager_id: str | None
    customer_id: str | None
    topic: str
    full: int
    total: int
    count: int


def serving(source: Source, on: date) -> dict[str, list[str]]:
    """By customer the managers in any team of the customer on that day, ascending."""
    records, names = source.records, source.names
    records.facts()
    rows = records.rows(script("serving").format(day=day(on)))
    names.learn({code for row in rows for code in row})
    served: dict[str, list[str]] = {}
    for customer, manager in sorted((names.text(customer), names.text(manager)) for customer, manager in rows):
        served.setdefault(customer, []).append(manager)
    return served


def classes(source: Source, on: date) -> dict[str, tuple[str, int]]:
    """The accounts classed worse than normal on that day: the class, and the position of the event that says so."""
    names = source.names
    rows = source.records.rows(
        f"SELECT account_id, class, position FROM events WHERE type = {names.code('loan.classified')}"
        f" AND day <= {day(on)} {LATEST.format(of='account_id')}"
    )
    names.learn({account for account, _, _ in rows})
    named = [(names.text(account), names.text(class_), position) for account, class_, position in rows]
    return {account: (class_, position) for account, class_, position in named if class_ != NORMAL}


def segments(source: Source) -> dict[str, str]:
    """The segment of each customer of whom one was ever said; the one of the latest day stands."""
    names = source.names
    rows = source.records.rows(
        f"SELECT customer_id, segment FROM events WHERE type = {names.code('customer.joined')}"
        f" AND segment IS NOT NULL {LATEST.format(of='customer_id')}"
    )
    names.learn({code for row in rows for code in row})
    return {names.text(customer): names.text(segment) for customer, segment in rows}


def surveys(source: Source, start: date, end: date) -> list[SurveySum]:
    """The answers of [start, end), added up by who is named, topic and full mark."""
    names = source.names
    rows = source.records.rows(
        'SELECT manager_id, customer_id, topic, "full", sum(score), count(*) FROM events'
        f" WHERE type = {names.code('survey.answered')} AND day >= {day(start)} AND day < {day(end)} GROUP BY ALL"
    )
    names.learn({code for row in rows for code in row[:3] if code is not None})

    def text(code: int | None) -> str | None:
        return None if code is None else names.text(code)

    return [
        SurveySum(text(manager), text(customer), names.text(topic), *sums) for manager, customer, topic, *sums in rows
    ]
