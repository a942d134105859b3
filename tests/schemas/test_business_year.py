"""Business years: their cycles tile the time, whatever day they begin on, and each period has one name."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.business_year import CALENDAR, BusinessYear
from schemas.period import MONTHS, Cycle, Period
from schemas.problems import Problem

APRIL, OF_THE_21ST = BusinessYear(4, 1), BusinessYear(12, 21)
YEARS = st.builds(BusinessYear, st.integers(1, 12), st.integers(1, 28))
DAYS = st.dates(date(4, 1, 1), date(9996, 12, 31))
CYCLES = st.sampled_from(list(MONTHS))
ONE_DAY = timedelta(days=1)


@given(YEARS, CYCLES, DAYS)
def test_the_periods_of_a_cycle_follow_each_other_without_gap_or_overlap(
    year: BusinessYear, cycle: Cycle, day: date
) -> None:
    period = year.around(day, cycle)
    assert day in period
    assert year.around(period.start, cycle) == year.around(period.last, cycle) == period
    after = year.around(period.end, cycle)
    assert after.start == period.end
    assert year.previous(after) == period


@given(YEARS, CYCLES, DAYS)
def test_the_periods_of_a_cycle_fill_the_year_from_its_first_day(year: BusinessYear, cycle: Cycle, day: date) -> None:
    first = year.around(day, Cycle.YEAR)
    assert (first.start.month, first.start.day) == (year.month, year.day)
    assert (first.start, first.end) == (year.begin(day), year.end(day))
    at, count = first.start, 0
    while at < first.end:
        at, count = year.around(at, cycle).end, count + 1
    assert (at, count) == (first.end, 12 // MONTHS[cycle])


@given(CYCLES, DAYS)
def test_a_year_from_the_first_of_january_is_the_calendars(cycle: Cycle, day: date) -> None:
    period = Period.around(day, cycle)
    assert CALENDAR.around(day, cycle) == period
    assert CALENDAR.own(period) == period
    assert CALENDAR.own(Period.parse(period.spelled)).cycle is Cycle.RANGE
    assert CALENDAR.spellings(period) == (period.name,)


@given(YEARS, CYCLES, DAYS)
def test_a_period_is_known_again_by_its_name_and_by_its_days(year: BusinessYear, cycle: Cycle, day: date) -> None:
    period = year.around(day, cycle)
    assert year.own(period) == period
    assert year.own(Period.parse(period.name)) == period
    if year != CALENDAR:
        assert year.own(Period.parse(period.spelled)) == period
    assert {period.name} <= set(year.spellings(period)) <= {period.name, period.spelled}


@pytest.mark.parametrize(
    ("year", "day", "cycle", "name"),
    [
        (APRIL, "2025-04-01", Cycle.YEAR, "2025-04-01..2026-03-31"),
        (APRIL, "2026-03-31", Cycle.YEAR, "2025-04-01..2026-03-31"),
        (APRIL, "2025-04-01", Cycle.HALF_YEAR, "2025-04-01..2025-09-30"),
        (APRIL, "2026-01-15", Cycle.QUARTER, "2026Q1"),
        (APRIL, "2025-05-31", Cycle.TWO_MONTHS, "2025-04-01..2025-05-31"),
        (APRIL, "2024-02-29", Cycle.MONTH, "2024-02"),
        (OF_THE_21ST, "2025-12-20", Cycle.YEAR, "2024-12-21..2025-12-20"),
        (OF_THE_21ST, "2025-12-21", Cycle.YEAR, "2025-12-21..2026-12-20"),
        (OF_THE_21ST, "2024-02-29", Cycle.MONTH, "2024-02-21..2024-03-20"),
        (OF_THE_21ST, "2025-03-21", Cycle.QUARTER, "2025-03-21..2025-06-20"),
        (BusinessYear(7, 1), "2025-08-01", Cycle.HALF_YEAR, "2025H2"),
        (BusinessYear(2, 1), "2025-02-01", Cycle.QUARTER, "2025-02-01..2025-04-30"),
    ],
)
def test_a_period_bears_the_calendars_name_where_the_calendar_has_one_of_the_same_days(
    year: BusinessYear, day: str, cycle: Cycle, name: str
) -> None:
    period = year.around(date.fromisoformat(day), cycle)
    assert (period.name, period.cycle) == (name, cycle)


@pytest.mark.parametrize(
    ("period", "before"),
    [
        ("2025", "2024"),
        ("2025H1", "2024H2"),
        ("2025B1", "2024B6"),
        ("2025-03", "2025-02"),
        ("2025-04-01..2026-03-31", "2024-04-01..2025-03-31"),
        ("2024-03-01..2024-05-31", "2023-12-01..2024-02-29"),
        ("2025-01-16..2025-02-15", "2024-12-16..2025-01-15"),
        ("2025-07-01..2025-07-15", "2025-06-16..2025-06-30"),
        ("2025-01-31..2025-03-30", "2024-12-03..2025-01-30"),
    ],
)
def test_the_cycle_before_ends_where_this_one_begins(period: str, before: str) -> None:
    assert CALENDAR.previous(Period.parse(period)).name == before


def test_before_the_first_years_of_the_calendar_there_is_no_range() -> None:
    for range_ in ("0002-01-01..0004-12-31", "0002-01-05..0004-12-31"):
        with pytest.raises(Problem, match="has a place in the calendar"):
            CALENDAR.previous(Period.parse(range_))


@pytest.mark.parametrize(
    ("year", "name", "meant", "other"),
    [
        (APRIL, "2025", "2025-04-01..2026-03-31", "before is 2024-04-01..2025-03-31"),
        (BusinessYear(10, 1), "2025", "2024-10-01..2025-09-30", "after is 2025-10-01..2026-09-30"),
        (APRIL, "2025H1", "2025-04-01..2025-09-30", "before is 2024-10-01..2025-03-31"),
        (APRIL, "2025B4", "2025-08-01..2025-09-30", "before is 2025-06-01..2025-07-31"),
        (OF_THE_21ST, "2025", "2024-12-21..2025-12-20", "after is 2025-12-21..2026-12-20"),
        (OF_THE_21ST, "2025-07", "2025-06-21..2025-07-20", "after is 2025-07-21..2025-08-20"),
        (BusinessYear(12, 10), "2025-07", "2025-07-10..2025-08-09", "before is 2025-06-10..2025-07-09"),
    ],
)
def test_a_name_of_the_calendar_that_is_no_cycle_is_refused_with_the_one_that_has_most_of_its_days(
    year: BusinessYear, name: str, meant: str, other: str
) -> None:
    with pytest.raises(Problem) as caught:
        year.own(Period.parse(name))
    assert caught.value.what == (
        f"{name} means the days {Period.parse(name).spelled}, none of the cycles of a plan whose year begins on {year}."
    )
    assert caught.value.remedy == f"Write {meant}; the one {other}."


def test_a_range_of_other_days_stays_an_ad_hoc_one() -> None:
    for range_ in ("2025-04-01..2026-03-30", "2025-05-01..2026-04-30", "2025-05-01..2025-07-31"):
        assert APRIL.own(Period.parse(range_)).cycle is Cycle.RANGE


@pytest.mark.parametrize(
    "text", ["", "4-1", "04-31", "02-29", "13-01", "00-01", "04-00", "0401", "04-01 ", "2025-04-01"]
)
def test_any_other_text_is_refused_with_what_to_write(text: str) -> None:
    with pytest.raises(Problem) as caught:
        BusinessYear.parse(text)
    assert str(caught.value) == (
        f"{text!r} is no day on which a year begins. "
        "Write the month and a day up to the 28th, such as 04-01 for a year from the first of April."
    )
    assert str(BusinessYear.parse("04-01")) == "04-01"
