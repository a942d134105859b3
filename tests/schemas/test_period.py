"""Periods, against the calendar."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.period import Cycle, Period
from schemas.problems import Problem

YEARS = st.integers(2, 9998)
DAYS = st.dates(date(2, 1, 1), date(9998, 12, 31))


@pytest.mark.parametrize(
    ("text", "first", "last", "cycle"),
    [
        ("2025", "2025-01-01", "2025-12-31", Cycle.YEAR),
        ("2025H1", "2025-01-01", "2025-06-30", Cycle.HALF_YEAR),
        ("2025H2", "2025-07-01", "2025-12-31", Cycle.HALF_YEAR),
        ("2025Q3", "2025-07-01", "2025-09-30", Cycle.QUARTER),
        ("2025Q4", "2025-10-01", "2025-12-31", Cycle.QUARTER),
        ("2024-02", "2024-02-01", "2024-02-29", Cycle.MONTH),
        ("2025-12", "2025-12-01", "2025-12-31", Cycle.MONTH),
        ("2025B4", "2025-07-01", "2025-08-31", Cycle.TWO_MONTHS),
        ("2025B6", "2025-11-01", "2025-12-31", Cycle.TWO_MONTHS),
        ("2025-07-01..2025-07-15", "2025-07-01", "2025-07-15", Cycle.RANGE),
        ("2025-07-01..2025-07-01", "2025-07-01", "2025-07-01", Cycle.RANGE),
    ],
)
def test_a_period_has_the_days_its_name_says(text: str, first: str, last: str, cycle: Cycle) -> None:
    period = Period.parse(text)
    assert (period.start, period.last, period.cycle) == (date.fromisoformat(first), date.fromisoformat(last), cycle)
    assert str(period) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "25",
        "2025Q0",
        "2025Q5",
        "2025H3",
        "2025B7",
        "2025-13",
        "2025-00",
        "2025q1",
        "２０２５",
        " 2025",
        "2025 ",
        "2025\n",
        "2025-07-01",
        "2025-07-01..",
        "2025-02-30..2025-03-01",
        "2025-07-15..2025-07-01",
        "0000",
        "0001",
        "0001-12-31..0002-01-01",
        "9998-12-31..9999-12-31",
        "9999",
        "9999-12",
    ],
)
def test_any_other_text_is_refused_with_what_to_write(text: str) -> None:
    with pytest.raises(Problem) as caught:
        Period.parse(text)
    assert caught.value.remedy


@given(YEARS, st.sampled_from([("H", 2), ("Q", 4), ("B", 6), ("-", 12)]))
def test_the_parts_of_a_year_follow_each_other_and_fill_it(year: int, cycle: tuple[str, int]) -> None:
    letter, count = cycle
    names = [
        f"{year:04d}{letter}{nth:02d}" if letter == "-" else f"{year:04d}{letter}{nth}" for nth in range(1, count + 1)
    ]
    parts = [Period.parse(name) for name in names]
    whole = Period.parse(f"{year:04d}")
    assert (parts[0].start, parts[-1].end) == (whole.start, whole.end)
    assert all(earlier.end == later.start for earlier, later in pairwise(parts))
    assert sum(part.days for part in parts) == whole.days


@given(DAYS, st.integers(0, 400), DAYS)
def test_a_day_is_in_a_range_from_its_first_to_its_last_day(first: date, length: int, day: date) -> None:
    last = min(first + timedelta(days=length), date(9998, 12, 31))
    period = Period.parse(f"{first}..{last}")
    assert (day in period) is (first <= day <= last)
    assert first in period
    assert last in period
    assert period.end not in period
    assert period.days == (last - first).days + 1
    assert "2025" not in period
