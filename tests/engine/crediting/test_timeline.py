"""Timelines: what holds on a day, given facts that came in any order."""

from __future__ import annotations

import pytest

from engine.crediting.timeline import Timeline, add_fact, remove_fact, steps_of, value_on


def line(*facts: tuple[int, int, str]) -> Timeline[str]:
    result: Timeline[str] = ()
    for fact in facts:
        result = add_fact(result, *fact)
    return result


def test_a_value_holds_from_its_day_until_the_next() -> None:
    rates = line((10, 1, "a"), (20, 2, "b"))
    assert [value_on(rates, day) for day in (9, 10, 19, 20, 99)] == [None, "a", "a", "b", "b"]


def test_of_one_day_the_highest_position_stands_however_they_arrived() -> None:
    rates = line((10, 5, "late"), (10, 3, "early"))
    assert value_on(rates, 10) == "late"
    assert steps_of(rates) == ((10, "late"),)


def test_a_fact_taken_back_lets_the_one_before_stand() -> None:
    rates = line((10, 1, "a"), (10, 2, "b"), (5, 3, "c"))
    assert value_on(remove_fact(rates, 10, 2), 11) == "a"
    assert value_on(remove_fact(remove_fact(rates, 10, 2), 10, 1), 11) == "c"


def test_only_a_fact_that_stands_can_be_taken_back() -> None:
    with pytest.raises(AssertionError, match="only a fact that stands"):
        remove_fact(line((10, 1, "a")), 10, 0)
