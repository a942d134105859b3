"""Openings: what an account is, whose and in which currency (``account.opened``, contract §1).

The opening with the earliest day counts, of several of that day the one with the highest position; others are findings.
"""

from __future__ import annotations

from typing import NamedTuple

from engine.crediting.timeline import Timeline


class Opening(NamedTuple):
    """What an ``account.opened`` says; no currency means the institution's own."""

    customer_id: str
    product: str
    currency: str | None


def opening_of(openings: Timeline[Opening]) -> Opening | None:
    """The opening that counts."""
    if len(openings) < 2:
        return openings[0][2] if openings else None
    first = openings[0][0]
    return next(opening for day, _, opening in reversed(openings) if day == first)
