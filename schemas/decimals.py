"""Reading a decimal exactly as it is spelled, never through binary floating point.

A string must be plain ASCII (``1250.00``), a JSON number may have an exponent (``1.25e3``); both come out as the
shortest plain decimal.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from schemas.exact import NUMBER_DIGITS, plain
from schemas.reading import Spelled, Unreadable, read_id, shown

_PERCENT = re.compile(r"-?[0-9]{1,8}(?:\.[0-9]{1,8})?%")
_PARTED = re.compile(r"-?[0-9]{1,3}(?:,[0-9]{3}){1,9}(?:\.[0-9]{1,20})?")
_PLAIN = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")
_ZERO = Decimal(0)


class DecimalReader:
    """Reads a decimal: at most ``digits`` after the point, its magnitude less than ``below``, between the bounds."""

    def __init__(
        self,
        noun: str,
        digits: int,
        below: int,
        *,
        least: Decimal | None = None,
        most: Decimal | None = None,
        above_zero: bool = False,
    ) -> None:
        self._noun = noun
        self._digits = digits
        self._below = below
        self._least = least
        self._most = most
        self._above_zero = above_zero
        self._has_bounds = least is not None or most is not None or above_zero
        self._longest = len(str(below)) - 1
        fraction = rf"(?:\.[0-9]{{1,{digits}}})?" if digits else ""
        whole = rf"(?:0|[1-9][0-9]{{0,{self._longest - 1}}})"
        self._common = re.compile(rf"(?:-?{whole}{fraction}\n)*+").fullmatch
        self.pointed = rf"^-?{whole}\.[0-9]{{1,{digits}}}$" if digits and not self._has_bounds else None
        """What all decimals match that have a point and are nothing but to be rid of zeros at their end; of ASCII."""

    def __call__(self, value: Any) -> Decimal:
        """The decimal that ``value`` spells.

        Raises:
            Unreadable: it is none, or not one of these.
        """
        number = _spelled_decimal(value)
        if number.adjusted() >= self._longest and not -self._below < number < self._below:
            raise Unreadable(
                f"{shown(value)} is too large; {self._noun} must be below {_power(self._below)} in magnitude.",
                "Correct the number.",
            )
        if number and _places(number) > self._digits:
            raise Unreadable(
                f"{shown(value)} has more than {self._digits} digits after the point; {self._noun} has at most "
                f"{self._digits}.",
                "Round it at the source.",
            )
        return self._bounded(_shortest(number), value)

    def spelled(self, values: Sequence[Any]) -> list[str]:
        """The decimals that ``values`` spell, each in its shortest plain form; fast where they are plain."""
        texts = list(map(str, values))
        text = "\n".join([*texts, ""])
        if self._common(text) is None or text.count("\n") != len(texts):
            return [str(self(value)) for value in values]
        spelled = [_without_zeros(text) if text[-1] == "0" else text for text in texts]
        if self._has_bounds:
            for value in set(spelled):
                self._bounded(Decimal(value), value)
        return spelled

    def all(self, values: Sequence[Any]) -> list[Decimal]:
        """The decimals that ``values`` spell."""
        return list(map(Decimal, self.spelled(values)))

    def _bounded(self, number: Decimal, value: Any) -> Decimal:
        if self._least is not None and number < self._least:
            raise Unreadable(
                f"{shown(value)} is less than {self._least}; {self._noun} cannot be.", "Correct the number."
            )
        if self._most is not None and number > self._most:
            raise Unreadable(
                f"{shown(value)} is more than {self._most}; {self._noun} cannot be.", "Correct the number."
            )
        if self._above_zero and number <= 0:
            raise Unreadable(f"{shown(value)} is not above 0; {self._noun} must be.", "Correct the number.")
        return number


def _without_zeros(text: str) -> str:
    """A plain decimal without zeros at the end that say nothing, and without a sign before 0."""
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def _power(limit: int) -> str:
    text = str(limit)
    return text if len(text) < 4 else f"10^{len(text) - 1}"


def _spelled_decimal(value: Any) -> Decimal:
    if isinstance(value, Spelled):
        try:
            return Decimal(str(value))
        except InvalidOperation:
            raise Unreadable(f"{shown(value)} is too large or too small to be read.", "Correct the number.") from None
    if type(value) is int:
        return Decimal(value)
    if type(value) is Decimal and value.is_finite():
        return value
    if type(value) is str:
        if _PLAIN.fullmatch(value) is not None:
            return Decimal(value)
        if _PERCENT.fullmatch(value) is not None:
            part = plain(Decimal(value[:-1]).scaleb(-2))
            raise Unreadable(f"{shown(value)} is no plain decimal.", f'Write it as a part of one: "{part}".')
        if _PARTED.fullmatch(value) is not None:
            without = value.replace(",", "")
            raise Unreadable(f"{shown(value)} is no plain decimal.", f'Leave the separators out: "{without}".')
        raise Unreadable(
            f"{shown(value)} is no plain decimal.",
            'Write digits with a point and no more, such as "1250.00": no exponent, no blanks, no separators.',
        )
    raise Unreadable(f"{shown(value)} is not a number.", 'Write a decimal string such as "1250.00".')


def _places(number: Decimal) -> int:
    """How many digits ``number`` needs after the point."""
    _, figures, exponent = number.as_tuple()
    assert isinstance(exponent, int)
    places = -exponent
    for figure in reversed(figures):
        if figure or places <= 0:
            break
        places -= 1
    return places


def _shortest(number: Decimal) -> Decimal:
    """``number`` (within the limits) in its shortest plain form."""
    if not number:
        return _ZERO
    text = format(number, "f")
    return Decimal(text.rstrip("0").rstrip(".") if "." in text else text)


read_number = DecimalReader("a number", NUMBER_DIGITS, 10**12)
"""Reads a number that is neither an amount nor a rate nor a share."""


def read_outcome(value: Any) -> Decimal | str:
    """What was decided: a number where it is spelled as one, else a word (a grade, say)."""
    if type(value) is str and _PLAIN.fullmatch(value) is None:
        return read_id(value)
    return read_number(value)
