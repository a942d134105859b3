"""Weights: what an entry is worth over a period, by exchange rate, parameter and day."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from engine.crediting.exchange import Exchange
from engine.crediting.weights import Weights, weights_of
from engine.measures import Aggregate, CreditMeasure, DailyFactor, Request

HOME = Exchange("CNY", {})
DAYS = CreditMeasure("balance", Aggregate.PRODUCT_DAYS)
ONE = 1_000_000


def asked(start: date, end: date) -> Request:
    return Request({}, start, end, {"cost": DailyFactor(((date(2025, 1, 5), 2), (date(2025, 1, 8), 3)))})


JANUARY = asked(date(2025, 1, 1), date(2025, 1, 11))


def day(number: int) -> int:
    return date(2025, 1, number).toordinal()


def total(weights: Weights, entries: dict[int, int]) -> int:
    """What entries by day come to."""
    return sum(amount * weights.on(on) for on, amount in entries.items())


def test_a_balance_is_worth_its_days_left_in_the_period() -> None:
    weights = weights_of(DAYS, JANUARY, "CNY", HOME)
    assert total(weights, {day(1): 1}) == 10 * ONE
    assert total(weights, {day(10): 1}) == ONE
    assert total(weights, {day(11): 1}) == 0
    assert total(weights, {day(1) - 400: 1, day(3): -1}) == 2 * ONE


def test_a_parameter_holds_from_its_day_and_the_first_also_before() -> None:
    weights = weights_of(CreditMeasure("balance", Aggregate.PRODUCT_DAYS, (), "cost"), JANUARY, "CNY", HOME)
    assert total(weights, {day(1): 1}) == (7 * 2 + 3 * 3) * ONE
    assert total(weights, {day(9): 1}) == 2 * 3 * ONE


def test_an_exchange_rate_holds_until_the_next_and_nothing_before_the_first() -> None:
    exchange = Exchange("CNY", {"USD": ((day(3), 1, 7), (day(3), 2, 8), (day(5), 3, 9))})
    assert exchange.rates("USD", day(1), day(8)) == [0, 0, 8, 8, 9, 9, 9]
    assert exchange.rates("USD", day(6), day(8)) == [9, 9]
    assert exchange.rates("EUR", day(1), day(3)) == [0, 0]
    assert (exchange.known_from("USD"), exchange.known_from("EUR"), exchange.known_from("CNY")) == (day(3), None, 0)


def test_a_flow_counts_on_its_day_alone() -> None:
    exchange = Exchange("CNY", {"USD": ((day(3), 1, 7),)})
    weights = weights_of(CreditMeasure("fee.earned", Aggregate.SUM, (), "cost"), JANUARY, "USD", exchange)
    assert total(weights, {day(2): 1, day(3): 10, day(8): 100, day(11): 1000}) == 10 * 7 * 2 + 100 * 7 * 3


def test_a_moved_loan_earns_the_rest_of_its_own_year() -> None:
    measure = CreditMeasure("loan.moved", Aggregate.SUM, accrue_to_year_end=True)
    over_new_year = asked(date(2025, 12, 30), date(2026, 1, 3))
    weights = weights_of(measure, over_new_year, "CNY", HOME)
    assert total(weights, {day(1): 1}) == 2 * ONE
    assert total(weights, {date(2025, 12, 31).toordinal(): 1}) == ONE
    assert total(weights, {date(2026, 1, 2).toordinal(): 1}) == ONE
    assert total(weights, {day(1) - 1: 1}) == 0


@given(st.dictionaries(st.integers(-5, 15), st.integers(-9, 9)), st.integers(0, 10))
def test_two_parts_of_a_period_add_up_to_it(entries: dict[int, int], cut: int) -> None:
    series = {day(1) + at: amount for at, amount in entries.items()}
    middle = date.fromordinal(day(1) + cut)
    for measure in (DAYS, CreditMeasure("loan.moved", Aggregate.SUM, (), "cost", accrue_to_year_end=True)):
        whole, first, second = (
            total(weights_of(measure, asked(start, end), "CNY", HOME), series)
            for start, end in (
                (JANUARY.start, JANUARY.end),
                (JANUARY.start, middle),
                (middle, JANUARY.end),
            )
        )
        assert first + second == whole
