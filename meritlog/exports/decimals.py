"""Figures in Parquet: exact decimals of 38 digits, of which as many stand after the point as are ever printed."""

from __future__ import annotations

from meritlog.show.figures import is_decimal
from schemas.exact import PRINT_DIGITS

WIDEST = 38


def fits(value: str) -> bool:
    """Whether ``value`` is a figure that has room there."""
    return is_decimal(value) and len(value.lstrip("-").partition(".")[0]) <= WIDEST - PRINT_DIGITS
