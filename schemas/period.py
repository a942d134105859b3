"""Periods of assessment: a half-open range of business dates, spelled as the contract spells them (§2).

``2025`` (year), ``2025H1``, ``2025Q3``, ``2025-07`` (month), ``2025B4`` (the two-month cycle that ends in August) and
``2025-07-01..2025-07-15`` (both days included). Inside, a period is [first day, day after the last).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from schemas.problems import Problem


class Cycle(StrEnum):
    """How long a period is, by its spelling; plans say which lines a cycle shows."""

    MONTH = "month"
    TWO_MONTHS = "two-months"
    QUARTER = "quarter"
    HALF_YEAR = "half-year"
    YEAR = "year"
    RANGE = "range"


MONTHS = {Cycle.MONTH: 1, Cycle.TWO_MONTHS: 2, Cycle.QUARTER: 3, Cycle.HALF_YEAR: 6, Cycle.YEAR: 12}
_NAMES = {
    Cycle.MONTH: "{year:04d}-{nth:02d}",
    Cycle.TWO_MONTHS: "{year:04d}B{nth}",
    Cycle.QUARTER: "{year:04d}Q{nth}",
    Cycle.HALF_YEAR: "{year:04d}H{nth}",
    Cycle.YEAR: "{year:04d}",
}
_SPELLINGS = (
    (Cycle.YEAR, re.compile(r"(?P<year>\d{4})")),
    (Cycle.HALF_YEAR, re.compile(r"(?P<year>\d{4})H(?P<nth>[12])")),
    (Cycle.QUARTER, re.compile(r"(?P<year>\d{4})Q(?P<nth>[1-4])")),
    (Cycle.TWO_MONTHS, re.compile(r"(?P<year>\d{4})B(?P<nth>[1-6])")),
    (Cycle.MONTH, re.compile(r"(?P<year>\d{4})-(?P<nth>0[1-9]|1[0-2])")),
)
_RANGE = re.compile(r"(\d{4}-\d{2}-\d{2})\.\.(\d{4}-\d{2}-\d{2})")
_REMEDY = (
    "Write a year (2025), half-year (2025H1), quarter (2025Q3), two months (2025B4), "
    "month (2025-07) or 2025-07-01..2025-07-15."
)


ONE_DAY = timedelta(days=1)
YEARS = range(2, 9999)
"""A period within these years has a day before it and a day after it."""


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """The days from ``start`` to the day before ``end``, under the ``name`` that was asked for."""

    start: date
    end: date
    name: str
    cycle: Cycle

    @classmethod
    def parse(cls, text: str) -> Period:
        """The period that ``text`` spells.

        Raises:
            Problem: the text spells no period, or a range that ends before it starts.
        """
        for cycle, spelling in _SPELLINGS:
            match = spelling.fullmatch(text)
            if match is not None and text.isascii():
                nth = int(match.groupdict().get("nth") or 1)
                return cls._of_months(text, cycle, int(match["year"]), nth)
        match = _RANGE.fullmatch(text)
        if match is None or not text.isascii():
            raise Problem(f"{text!r} is no period.", remedy=_REMEDY)
        try:
            first, last = date.fromisoformat(match[1]), date.fromisoformat(match[2])
        except ValueError:
            raise Problem(f"{text!r} names a day that no calendar has.", remedy=_REMEDY) from None
        if last < first:
            raise Problem(f"The range {text!r} ends before it starts.", remedy="Write the earlier day first.")
        return ranged(first, last)

    @classmethod
    def _of_months(cls, text: str, cycle: Cycle, year: int, nth: int) -> Period:
        _check_years(text, year, year)
        months = MONTHS[cycle]
        first = year * 12 + (nth - 1) * months
        last = first + months
        return cls(date(first // 12, first % 12 + 1, 1), date(last // 12, last % 12 + 1, 1), text, cycle)

    @classmethod
    def around(cls, day: date, cycle: Cycle) -> Period:
        """The period of a cycle of the calendar that ``day`` lies in.

        Raises:
            KeyError: a range has no cycle.
            Problem: it lies outside ``YEARS``.
        """
        months = MONTHS[cycle]
        nth = (day.month - 1) // months + 1
        return cls._of_months(_NAMES[cycle].format(year=day.year, nth=nth), cycle, day.year, nth)

    @property
    def days(self) -> int:
        """How many days the period has."""
        return (self.end - self.start).days

    @property
    def last(self) -> date:
        """The period's last day."""
        return self.end - ONE_DAY

    @property
    def spelled(self) -> str:
        """Its days as an ad hoc range is written, both included."""
        return f"{self.start}..{self.last}"

    def __contains__(self, day: object) -> bool:
        return isinstance(day, date) and self.start <= day < self.end

    def __str__(self) -> str:
        return self.name


def ranged(first: date, last: date, cycle: Cycle = Cycle.RANGE) -> Period:
    """The period of these days, both included, spelled as a range even where it is one of a cycle.

    Raises:
        Problem: it lies outside ``YEARS``.
    """
    name = f"{first}..{last}"
    _check_years(name, first.year, last.year)
    return Period(first, last + ONE_DAY, name, cycle)


def _check_years(text: str, first: int, last: int) -> None:
    if first not in YEARS or last not in YEARS:
        raise Problem(f"{text!r} lies outside the years {YEARS[0]:04d} to {YEARS[-1]}.", remedy=_REMEDY)
