"""Figures for the eye: thousands grouped, decimal points below each other. Only what a person reads looks so.

Text in, text out: an exact decimal is never taken for a number on its way to the terminal.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

_DECIMAL = re.compile(r"(?P<sign>-?)(?P<whole>[0-9]+)(?P<fraction>\.[0-9]+)?")
_EVERY_THIRD = re.compile(r"(?<=\d)(?=(?:\d{3})+$)")


def is_decimal(value: str) -> bool:
    """Whether ``value`` is a plain decimal, as the contract prints it."""
    return _DECIMAL.fullmatch(value) is not None


def grouped(value: str) -> str:
    """``-1250000.5`` as ``-1,250,000.5``; what is no decimal (a grade) stays as it is."""
    match = _DECIMAL.fullmatch(value)
    if match is None:
        return value
    return f"{match['sign']}{_EVERY_THIRD.sub(',', match['whole'])}{match['fraction'] or ''}"


class Count(int):
    """How many there are, grouped; in a text ``{count:event/events}`` is followed by its noun: one, or many."""

    def __format__(self, nouns: str) -> str:
        one, _, many = nouns.partition("/")
        return f"{grouped(str(int(self)))} {one if self == 1 else many}".rstrip()


def shortened(value: str) -> str:
    """``value`` cut for the eye, with an ellipsis where it goes on: two digits after the point, four below 1,000.

    It is cut, never rounded: what is shown are digits of the figure.
    """
    match = _DECIMAL.fullmatch(value)
    if match is None or match["fraction"] is None:
        return value
    digits = 2 if len(match["whole"]) > 3 else 4
    end = match.start("fraction") + 1 + digits
    return value if len(value) <= end + 1 else f"{value[:end]}…"


def percent(value: str) -> str:
    """A part of 1 as a percentage, cut behind two digits as figures are: ``0.7577256`` is ``75.77…%``."""
    whole, _, fraction = format(Decimal(value).scaleb(2), "f").partition(".")
    fraction = fraction.rstrip("0")
    return f"{whole}{'.' if fraction else ''}{fraction[:2]}{'…' if len(fraction) > 2 else ''}%"


def column(values: Sequence[str | None], *, short: bool = False) -> list[str]:
    """A column of figures, to be set flush right: grouped, decimal points aligned, cut for the eye where ``short``."""
    shown = [shortened(value) if short and value is not None else value for value in values]
    widest = max((_behind(value) for value in shown), default=0)
    return [_padded(value, widest) for value in shown]


def _behind(value: str | None) -> int:
    """How wide the point and all behind it is; 0 for what is no figure."""
    match = _DECIMAL.fullmatch((value or "").removesuffix("…"))
    return 0 if match is None or value is None else len(value) - match.end("whole")


def _padded(value: str | None, widest: int) -> str:
    if value is None:
        return "–" + " " * widest
    if not is_decimal(value.removesuffix("…")):
        return value
    figure = grouped(value.removesuffix("…")) + ("…" if value.endswith("…") else "")
    return figure + " " * (widest - _behind(value))
