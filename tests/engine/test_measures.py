"""Measures: filters, scales and dated factors, against the plainest way to say them."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.measures import Aggregate, CreditMeasure, DailyFactor, Where

PATHS = st.lists(st.sampled_from(["loan", "card", "a", "b"]), min_size=1, max_size=3).map(".".join)


def _below(path: str, value: str) -> bool:
    return value.split(".")[: len(path.split("."))] == path.split(".")


@given(st.lists(PATHS, max_size=3), st.lists(PATHS, max_size=2), PATHS)
def test_a_filter_admits_what_lies_below_one_wanted_path_and_below_no_unwanted(
    only: list[str], never: list[str], value: str
) -> None:
    wanted = not only or any(_below(path, value) for path in only)
    unwanted = any(_below(path, value) for path in never)
    assert Where("product", tuple(only), tuple(never)).admits(value) is (wanted and not unwanted)


def test_an_absent_field_is_admitted_only_where_nothing_is_required_of_it() -> None:
    assert Where("product").admits(None)
    assert Where("product", never=("loan",)).admits(None)
    assert not Where("product", only=("loan",)).admits(None)


@pytest.mark.parametrize(
    ("aggregate", "times", "shape"),
    [
        (Aggregate.PRODUCT_DAYS, None, (4, 6, 4)),
        (Aggregate.PRODUCT_DAYS, "rate", (4, 6, 6, 4)),
        (Aggregate.SUM, None, (4, 6, 4)),
        (Aggregate.SUM, "merchant_fee_rate", (4, 6, 6, 4)),
        (Aggregate.COUNT, None, (4,)),
        (Aggregate.QUANTITY, None, (6, 4)),
    ],
)
def test_the_scale_is_the_digits_of_all_that_is_multiplied(
    aggregate: Aggregate, times: str | None, shape: tuple[int, ...]
) -> None:
    assert CreditMeasure("balance", aggregate, times=times).scale == sum(shape)


_STEPS = st.dictionaries(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(0, 10**6), min_size=1, max_size=5)


@given(_STEPS, st.dates(date(2019, 1, 1), date(2031, 1, 1)))
def test_a_factor_is_the_last_one_said_and_the_first_before_all(said: dict[date, int], day: date) -> None:
    factor = DailyFactor(tuple(sorted(said.items())))
    known = [first for first in said if first <= day]
    assert factor.on(day) == said[max(known, default=min(said))]


@given(_STEPS, st.integers(1, 400))
def test_a_sum_over_days_of_a_constant_factor_is_days_times_it(said: dict[date, int], days: int) -> None:
    first = max(said)
    factor = DailyFactor(tuple(sorted(said.items())))
    total = sum(factor.on(first + timedelta(days=n)) for n in range(days))
    assert Fraction(total, days) == said[first]
