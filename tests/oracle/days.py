"""Periods and days: contract §2."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Period:
    """A named stretch of days: [first, end), the day `end` not included."""

    name: str
    kind: str
    first: date
    end: date


def months(year: int, first_month: int, count: int) -> tuple[date, date]:
    """The days of `count` months, as [first, end)."""
    index = year * 12 + first_month - 1 + count
    return date(year, first_month, 1), date(index // 12, index % 12 + 1, 1)


def read(name: str) -> Period:
    """The period that a name means: `2025`, `2025H1`, `2025Q3`, `2025-07`, `2025B4` or `day..day`."""
    if ".." in name:
        first, last = (date.fromisoformat(text) for text in name.split(".."))
        return Period(name, "range", first, last + ONE_DAY)
    if match := re.fullmatch(r"(\d{4})", name):
        return Period(name, "year", *months(int(match[1]), 1, 12))
    if match := re.fullmatch(r"(\d{4})H([12])", name):
        return Period(name, "half-year", *months(int(match[1]), 6 * int(match[2]) - 5, 6))
    if match := re.fullmatch(r"(\d{4})Q([1-4])", name):
        return Period(name, "quarter", *months(int(match[1]), 3 * int(match[2]) - 2, 3))
    if match := re.fullmatch(r"(\d{4})B([1-6])", name):
        return Period(name, "two-month cycle", *months(int(match[1]), 2 * int(match[2]) - 1, 2))
    if match := re.fullmatch(r"(\d{4})-(\d{2})", name):
        return Period(name, "month", *months(int(match[1]), int(match[2]), 1))
    raise ValueError(f"no such period: {name}")


def each(first: date, end: date) -> Iterator[date]:
    """Every day of [first, end)."""
    while first < end:
        yield first
        first += ONE_DAY


def new_year(year: int) -> date:
    """The first day of a calendar year."""
    return date(year, 1, 1)


def in_year(year: int) -> int:
    """How many days a calendar year has."""
    return (new_year(year + 1) - new_year(year)).days
