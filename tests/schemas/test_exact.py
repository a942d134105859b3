"""Exact numbers, against Python's own decimals and fractions."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Context, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.exact import (
    plain,
    print_exact,
    print_ratio,
    print_ratios,
    print_scaled,
    round_half_away,
    round_half_even,
    round_ratios,
    scaled,
)

_WIDE = Context(prec=400)
DECIMALS = st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**15), max_value=10**15, places=4)
FRACTIONS = st.fractions(min_value=-(10**12), max_value=10**12, max_denominator=10**9)
DIGITS = st.integers(0, 6)


@given(DECIMALS, st.integers(4, 9))
def test_scaling_is_multiplication_by_a_power_of_ten(value: Decimal, digits: int) -> None:
    assert scaled(value, digits) == Fraction(value) * 10**digits


@given(st.integers(-(10**20), 10**20), DIGITS)
def test_scaling_undoes_printing(units: int, digits: int) -> None:
    assert scaled(Decimal(print_scaled(units, digits)), digits) == units


@given(st.integers(-(10**20), 10**20), DIGITS)
def test_a_number_as_it_is_spelled_scales_like_the_number(units: int, digits: int) -> None:
    spelled = plain(Decimal(print_scaled(units, digits)))
    assert scaled(spelled, digits) == units
    assert scaled(spelled, 6) == scaled(Decimal(spelled), 6)


@given(st.integers(-(10**20), 10**20), st.integers(1, 6))
def test_a_digit_too_many_is_refused_and_never_rounded(units: int, digits: int) -> None:
    value = Decimal(print_scaled(units, digits))
    if units % 10:
        for spelled in (value, plain(value)):
            with pytest.raises(ValueError, match=f"more than {digits - 1} digits after the point"):
                scaled(spelled, digits - 1)
    else:
        assert scaled(value, digits - 1) == units // 10


@pytest.mark.parametrize("text", ["NaN", "sNaN", "Infinity", "-Infinity", "1e999999", f"0.{'1' * 200}"])
def test_what_is_no_number_of_bounded_length_cannot_be_scaled(text: str) -> None:
    with pytest.raises(ValueError, match=r"can be scaled|digits after the point"):
        scaled(Decimal(text), 4)


@given(DECIMALS)
def test_plain_writes_the_same_number_in_the_fewest_characters(value: Decimal) -> None:
    text = plain(value)
    assert Decimal(text) == value
    assert "E" not in text
    assert text != "-0"
    assert "." not in text or not text.endswith(("0", "."))


def test_plain_knows_no_exponent_and_no_negative_zero() -> None:
    assert [plain(Decimal(text)) for text in ("1E+3", "1250.00", "-0.00", "0.5E-2", "100")] == [
        "1000",
        "1250",
        "0",
        "0.005",
        "100",
    ]


@given(FRACTIONS, DIGITS)
def test_rounding_agrees_with_decimal(value: Fraction, digits: int) -> None:
    exact = _WIDE.divide(Decimal(value.numerator), Decimal(value.denominator))
    unit = Decimal(1).scaleb(-digits)
    for ours, rounding in ((round_half_even, ROUND_HALF_EVEN), (round_half_away, ROUND_HALF_UP)):
        assert Fraction(ours(value, digits), 10**digits) == Fraction(exact.quantize(unit, rounding, _WIDE))


@given(st.integers(-(10**9), 10**9), DIGITS)
def test_a_tie_goes_to_even_or_away_from_zero(half: int, digits: int) -> None:
    tie = Fraction(2 * half + 1, 2 * 10**digits)
    assert round_half_even(tie, digits) % 2 == 0
    assert abs(round_half_away(tie, digits)) == max(abs(half), abs(half + 1))


@given(st.integers(-(10**20), 10**20), DIGITS)
def test_a_scaled_print_has_exactly_its_digits(units: int, digits: int) -> None:
    text = print_scaled(units, digits)
    assert Fraction(text) == Fraction(units, 10**digits)
    assert len(text.partition(".")[2]) == digits


@given(FRACTIONS)
def test_an_exact_print_is_within_half_a_unit_of_the_tenth_digit(value: Fraction) -> None:
    text = print_exact(value)
    assert abs(Fraction(text) - value) <= Fraction(1, 2 * 10**10)
    assert len(text.partition(".")[2]) <= 10
    assert "." not in text or not text.endswith(("0", "."))
    assert text != "-0"


@given(st.lists(st.integers(-(10**24), 10**24)), st.integers(1, 999), st.sampled_from([1, 2, 10**11, 2**12 * 10**10]))
def test_many_over_one_denominator_print_as_fractions_round_to_the_even(many: list[int], odd: int, power: int) -> None:
    nearest = [round(Fraction(numerator, odd * power) * 10**10) for numerator in many]
    texts = [plain(Decimal(each).scaleb(-10, _WIDE)) for each in nearest]
    assert print_ratios(many, odd * power) == texts == [print_ratio(one, odd * power) for one in many]


@given(st.lists(st.integers(-(10**24), 10**24)), st.integers(0, 4), st.integers(1, 10**22))
def test_many_over_one_denominator_round_as_each_alone(many: list[int], digits: int, denominator: int) -> None:
    assert round_ratios(many, digits, denominator) == [round_half_away(one, digits, denominator) for one in many]


@pytest.mark.parametrize(("numerator", "rounded"), [(5, 1), (-5, -1), (4, 0), (-4, 0), (15, 2), (-15, -2), (0, 0)])
def test_a_half_is_rounded_away_from_zero_among_many_too(numerator: int, rounded: int) -> None:
    assert round_ratios([numerator], 0, 10) == [rounded]


def test_prints_are_as_the_contract_shows_them() -> None:
    assert print_exact(81000) == "81000"
    assert print_exact(Fraction(1, 3)) == "0.3333333333"
    assert print_exact(Fraction(-1, 10**11)) == "0"
    assert print_exact(Fraction(5, 4)) == "1.25"
    assert print_scaled(-2520000, 2) == "-25200.00"
    assert print_scaled(5, 2) == "0.05"
    assert print_scaled(7, 0) == "7"
