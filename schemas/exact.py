"""Exact numbers: decimals as scaled integers, and the one place that rounds and prints.

A number is an integer times a fixed power of ten. The scale is a property of its kind, not of the number:

- amounts: 4 digits, enough for every currency of ISO 4217, so that yuan, yen and dinar add up alike;
- rates, exchange rates, scores, quantities: 6 digits;
- shares of a team: 4 digits.

Results of division are ``fractions.Fraction``. Nothing here, and nothing that feeds a payout, is a binary float.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Context, Decimal, Inexact, InvalidOperation, Overflow
from fractions import Fraction
from math import gcd

AMOUNT_DIGITS = 4
NUMBER_DIGITS = 6
SHARE_DIGITS = 4
WHOLE_SHARE = 10**SHARE_DIGITS
UNIT_RATE = 10**NUMBER_DIGITS
PRINT_DIGITS = 10
PRINT_UNIT = 10**PRINT_DIGITS

Exact = int | Fraction

_WIDE = Context(prec=100, traps=[Inexact, InvalidOperation, Overflow])
"""Wide enough for every number that admission lets in, and loud where one is wider."""


def scaled(value: Decimal | str, digits: int) -> int:
    """``value`` in units of 10^-``digits``, e.g. ``scaled(Decimal("12.5"), 4) == 125000``.

    A string has to be a decimal in shortest plain form, as canonical bytes spell it.

    Raises ``ValueError`` where ``value`` has more digits after the point than that: admission refuses such numbers.
    """
    if isinstance(value, str):
        whole, _, fraction = value.partition(".")
        if len(fraction) <= digits:
            units: int = int(whole + fraction) * 10 ** (digits - len(fraction))
            return units
        raise ValueError(f"{value} has more than {digits} digits after the point")
    try:
        product = value.scaleb(digits, _WIDE)
        units = int(product)
    except (ArithmeticError, ValueError):
        raise ValueError(f"{value} is not a number of a length that can be scaled") from None
    if units != product:
        raise ValueError(f"{value} has more than {digits} digits after the point")
    return units


def plain(value: Decimal) -> str:
    """``value`` as the shortest plain decimal string: no exponent, no trailing zeros, no negative zero."""
    text = format(value, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in {"-0", ""} else text


def round_half_even(value: Exact, digits: int, divisor: int = 1) -> int:
    """``value / divisor`` in units of 10^-``digits``, a tie to the even neighbour."""
    return _nearest(value.numerator * 10**digits, value.denominator * divisor, tie_to_even=True)


def round_half_away(value: Exact, digits: int, divisor: int = 1) -> int:
    """``value / divisor`` in units of 10^-``digits``, a tie away from zero: how pay is rounded."""
    return _nearest(value.numerator * 10**digits, value.denominator * divisor, tie_to_even=False)


def round_ratios(numerators: Iterable[int], digits: int, denominator: int) -> list[int]:
    """``round_half_away`` of many over one denominator: a large bank's awards."""
    unit, whole = 2 * 10**digits, 2 * denominator
    return [
        (numerator * unit + denominator) // whole if numerator >= 0 else -((denominator - numerator * unit) // whole)
        for numerator in numerators
    ]


def _nearest(numerator: int, denominator: int, *, tie_to_even: bool) -> int:
    quotient, rest = divmod(abs(numerator), denominator)
    double = 2 * rest
    if double > denominator or (double == denominator and not (tie_to_even and quotient % 2 == 0)):
        quotient += 1
    return -quotient if numerator < 0 else quotient


def print_scaled(units: int, digits: int) -> str:
    """``units`` of 10^-``digits`` as a decimal with exactly ``digits`` digits after the point: how pay lines print."""
    if digits == 0:
        return str(units)
    text = str(abs(units)).rjust(digits + 1, "0")
    return f"{'-' if units < 0 else ''}{text[:-digits]}.{text[-digits:]}"


def print_exact(value: Exact) -> str:
    """``value`` as the contract prints it (§6): at most 10 digits after the point, half-even, none trailing."""
    return print_ratio(value.numerator, value.denominator)


def print_ratio(numerator: int, denominator: int) -> str:
    """``print_exact`` of a quotient that need not be in lowest terms."""
    return _print_units(round_half_even(numerator, PRINT_DIGITS, denominator))


def print_ratios(numerators: Iterable[int], denominator: int) -> list[str]:
    """``print_ratio`` of many over one denominator: a large bank's statement has a hundred thousand."""
    common = gcd(denominator, PRINT_UNIT)
    one, unit = denominator // common, 2 * PRINT_UNIT // common
    # Half a unit more, and cut: what leaves no rest stood midway, where the even neighbour is meant.
    cut = [divmod(numerator * unit + one, 2 * one) for numerator in numerators]
    return [_print_units(above if rest or above % 2 == 0 else above - 1) for above, rest in cut]


def _print_units(units: int) -> str:
    text = str(units).zfill(PRINT_DIGITS + (2 if units < 0 else 1))
    return f"{text[:-PRINT_DIGITS]}.{text[-PRINT_DIGITS:]}".rstrip("0").rstrip(".")
