"""Currencies and their digits."""

from __future__ import annotations

import pytest

from schemas.currency import CODES, minor_digits


@pytest.mark.parametrize(
    ("codes", "digits"),
    [
        ("CNY USD EUR GBP CHF HKD INR AUD CAD MXN BRL ZAR SGD RUB CZK DEM FRF NLG ATS FIM IEP HRK", 2),
        ("JPY KRW VND CLP ISK PYG UGX XAF XOF XPF ITL ESP BEF PTE LUF", 0),
        ("KWD BHD JOD OMR TND IQD LYD", 3),
        ("CLF UYW", 4),
    ],
)
def test_well_known_currencies_have_their_digits(codes: str, digits: int) -> None:
    assert {code: minor_digits(code) for code in codes.split()} == dict.fromkeys(codes.split(), digits)


def test_every_code_is_three_capital_letters_and_digits_fit_an_amount() -> None:
    assert all(len(code) == 3 and code.isascii() and code.isupper() for code in CODES)
    assert {minor_digits(code) for code in CODES} == {0, 2, 3, 4}


@pytest.mark.parametrize("code", ["XAU", "XXX", "XTS", "cny", ""])
def test_metals_tests_and_other_words_are_no_currency(code: str) -> None:
    assert code not in CODES
    with pytest.raises(KeyError):
        minor_digits(code)
