"""Periods and days: contract §2; and years that begin on another day than the first of January."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

ONE_DAY = timedelta(days=1)
JANUARY = (1, 1)
CYCLES = (("year", 12), ("half-year", 6), ("quarter", 3), ("two-month cycle", 2), ("month", 1))


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


def read(name: str, begins: tuple[int, int] = JANUARY) -> Period:
    """The period that a name means: `2025`, `2025H1`, `2025Q3`, `2025-07`, `2025B4` or `day..day`.

    In a year that begins on another month and day, the days of one of its cycles are that cycle.
    """
    if ".." in name:
        first, last = (date.fromisoformat(text) for text in name.split(".."))
        return Period(name, cycle(first, last + ONE_DAY, begins), first, last + ONE_DAY)
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


def cycle(first: date, end: date, begins: tuple[int, int]) -> str:
    """Which cycle of a year [first, end) is, by writing all of them down; the calendar's have names of their own."""
    if begins != JANUARY:
        start = new_year(year_of(first, begins), begins)
        for kind, months_long in CYCLES:
            months_on = [start.year * 12 + start.month - 1 + count for count in range(0, 13, months_long)]
            days = [date(month // 12, month % 12 + 1, start.day) for month in months_on]
            if (first, end) in pairwise(days):
                return kind
    return "range"


def year_of(day: date, begins: tuple[int, int] = JANUARY) -> int:
    """The calendar year in which the year of `day` begins."""
    return day.year if (day.month, day.day) >= begins else day.year - 1


def new_year(year: int, begins: tuple[int, int] = JANUARY) -> date:
    """The first day of the year that begins in that calendar year."""
    return date(year, *begins)


def in_year(year: int, begins: tuple[int, int] = JANUARY) -> int:
    """How many days that year has."""
    return (new_year(year + 1, begins) - new_year(year, begins)).days
