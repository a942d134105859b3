"""Figures for the eye: thousands grouped, decimal points below each other. Only what a person reads looks so.

Text in, text out: an exact decimal is never taken for a number on its way to the terminal.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

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


def column(values: Sequence[str | None]) -> list[str]:
    """A column of figures, to be set flush right: grouped, and padded so that the decimal points align."""
    fractions = [len(match["fraction"] or "") for value in values if (match := _DECIMAL.fullmatch(value or ""))]
    widest = max(fractions, default=0)
    return [_padded(value, widest) for value in values]


def _padded(value: str | None, widest: int) -> str:
    if value is None:
        return "–" + " " * widest
    match = _DECIMAL.fullmatch(value)
    if match is None:
        return value
    return grouped(value) + " " * (widest - len(match["fraction"] or ""))
