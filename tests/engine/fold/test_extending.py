"""Extending: which kept answers make a new one."""

from __future__ import annotations

from datetime import date

from engine.fold.extending import Days, Extension, extension


def days(first: str, end: str) -> Days:
    return date.fromisoformat(f"2025-{first}"), date.fromisoformat(f"2025-{end}")


def test_a_new_last_day_is_added_to_what_was_kept() -> None:
    base, rest = days("01-01", "03-30"), days("03-30", "03-31")
    assert extension(days("01-01", "03-31"), {base}) == Extension(base, rest, 1)


def test_the_last_day_is_taken_away_from_what_was_kept() -> None:
    base, rest = days("01-01", "03-31"), days("03-30", "03-31")
    assert extension(days("01-01", "03-30"), {base}) == Extension(base, rest, -1)


def test_a_first_day_is_added_and_taken_away_like_a_last_one() -> None:
    march, first = days("03-01", "04-01"), days("03-01", "03-02")
    without = days("03-02", "04-01")
    assert extension(march, {without}) == Extension(without, first, 1)
    assert extension(without, {march}) == Extension(march, first, -1)


def test_days_that_are_kept_themselves_are_preferred_to_a_day_that_is_not() -> None:
    january, february = days("01-01", "02-01"), days("02-01", "03-01")
    kept = {january, february, days("01-01", "02-28")}
    assert extension(days("01-01", "03-01"), kept) in {Extension(january, february, 1), Extension(february, january, 1)}


def test_several_days_that_nobody_has_asked_for_are_not_worth_it() -> None:
    assert extension(days("01-01", "03-01"), {days("01-01", "02-01")}) is None
    assert extension(days("01-01", "03-01"), {days("01-02", "02-01")}) is None
