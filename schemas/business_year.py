"""Business years: the year of a plan, which may begin on another day than the first of January.

All its cycles begin with it: in a year from the first of April the quarters begin in April, July, October and January,
and in one from the 21st of December every month runs from the 21st to the 20th. Such a period is spelled as a range
(``2025-04-01..2026-03-31``); where the calendar has one of the same days and length, it keeps that one's name
(``2025Q2``), so that a period has one name.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from schemas.period import MONTHS, ONE_DAY, Cycle, Period, ranged
from schemas.problems import Problem

FULL_MONTH = 28
"""Every month has days up to this one."""
PATTERN = r"^(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])$"
_REMEDY = f"Write the month and a day up to the {FULL_MONTH}th, such as 04-01 for a year from the first of April."


@dataclass(frozen=True, slots=True, order=True)
class BusinessYear:
    """A year that begins on ``day`` of ``month``, and the months, quarters and half-years that it is divided into."""

    month: int = 1
    day: int = 1

    @classmethod
    def parse(cls, text: str) -> BusinessYear:
        """The year that begins on the month and day of ``text``, written ``04-01``.

        Raises:
            Problem: it spells none, or a day that some month lacks.
        """
        if re.fullmatch(PATTERN, text) is None:
            raise Problem(f"{text!r} is no day on which a year begins.", remedy=_REMEDY)
        return cls(int(text[:2]), int(text[3:]))

    def __str__(self) -> str:
        return f"{self.month:02d}-{self.day:02d}"

    def begin(self, day: date) -> date:
        """The first day of the year that ``day`` lies in."""
        first = date(day.year, self.month, self.day)
        return first if first <= day else first.replace(year=day.year - 1)

    def end(self, day: date) -> date:
        """The day after the last one of the year that ``day`` lies in."""
        first = self.begin(day)
        return first.replace(year=first.year + 1)

    def around(self, day: date, cycle: Cycle) -> Period:
        """The period of a cycle that ``day`` lies in.

        Raises:
            KeyError: a range has no cycle.
            Problem: it lies outside the years of periods.
        """
        months = MONTHS[cycle]
        month = day.year * 12 + day.month - 1 - (day.day < self.day)
        first = month - (month - self.month + 1) % months
        if first % months == 0 and self.day == 1:
            return Period.around(day, cycle)
        start, end = (_in_month(one, self.day) for one in (first, first + months))
        return ranged(start, end - ONE_DAY, cycle)

    def previous(self, period: Period) -> Period:
        """The period of the same cycle that ends where this one begins.

        A range of whole months, whatever day of a month it begins on, goes back by as many months; another by its days.
        """
        if period.cycle is not Cycle.RANGE:
            return self.around(period.start - ONE_DAY, period.cycle)
        start, end = period.start, period.end
        months = (end.year - start.year) * 12 + end.month - start.month
        first = start.year * 12 + start.month - 1 - months
        is_whole = start.day == end.day <= FULL_MONTH
        try:
            before = _in_month(first, start.day) if is_whole else start - (end - start)
        except (ValueError, OverflowError):
            raise Problem(f"Before {period.name} no range as long has a place in the calendar.") from None
        return ranged(before, start - ONE_DAY)

    def own(self, period: Period) -> Period:
        """What ``period`` is in this year: one of its cycles, or an ad hoc range.

        Names such as 2025 or 2025Q3 mean periods of the calendar; a year with another beginning has those alone of them
        whose days one of its own cycles has.

        Raises:
            Problem: it names a period of the calendar that this year does not have.
        """
        if self == CALENDAR:
            return period
        if period.cycle is not Cycle.RANGE:
            mine = self.around(period.start, period.cycle)
            if mine.start != period.start:
                raise self._foreign(period, mine)
            return mine
        for cycle in MONTHS:
            mine = self.around(period.start, cycle)
            if (mine.start, mine.end) == (period.start, period.end):
                return mine
        return period

    def _foreign(self, period: Period, earlier: Period) -> Problem:
        """A named period lies across two of this year's; people mean the one that has most of its days."""
        later = self.around(earlier.end, period.cycle)
        meant, other = earlier, later
        if period.end - later.start >= earlier.end - period.start:
            meant, other = later, earlier
        return Problem(
            f"{period.name} means the days {period.spelled}, none of the cycles of a plan whose year begins on {self}.",
            remedy=f"Write {meant.spelled}; the one {'before' if meant == later else 'after'} is {other.spelled}.",
        )

    def spellings(self, period: Period) -> tuple[str, ...]:
        """The names under which ratings, targets, figures and decisions are given for exactly this period."""
        if self == CALENDAR or period.name == period.spelled:
            return (period.name,)
        return period.name, period.spelled


def _in_month(month: int, day: int) -> date:
    """A day of a month that is counted from the year 0 on."""
    return date(month // 12, month % 12 + 1, day)


CALENDAR = BusinessYear()
"""The year of the calendar, which plans have that say nothing else."""
