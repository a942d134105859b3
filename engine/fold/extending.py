"""Extending: answers over days that are added up from answers over other days.

Every credit is a sum over days, so what [January, April) earned is what [January, March 31) did and the last day did.
Of four windows that end on one day each is the next shorter one and the days before it; and on a new last day, as on
the last day but one, all differ from a kept answer by the same single day, which is reckoned once for all.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import NamedTuple

Days = tuple[date, date]
"""[start, end)."""


class Extension(NamedTuple):
    """The days of an answer as those of a kept one, ``base``, and of ``rest`` added (``sign`` 1) or taken away (-1)."""

    base: Days
    rest: Days
    sign: int


def extension(days: Days, kept: Collection[Days]) -> Extension | None:
    """How an answer over ``days`` is best made of kept ones: with a rest that is kept, too, else a short one."""
    found = [one for base in kept if (one := _from(days, base)) is not None]
    return min(found, key=lambda one: (one.rest not in kept, one.rest[1] - one.rest[0]), default=None)


def _from(days: Days, base: Days) -> Extension | None:
    """``days`` made of others that begin or end with them."""
    if days[0] == base[0]:
        return Extension(base, (min(days[1], base[1]), max(days[1], base[1])), 1 if days[1] > base[1] else -1)
    if days[1] == base[1]:
        return Extension(base, (min(days[0], base[0]), max(days[0], base[0])), 1 if days[0] < base[0] else -1)
    return None
