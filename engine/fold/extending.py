"""Extending: answers over days that are added up from answers over other days.

Every credit is a sum over days, so what [January, April) earned is what [January, March 31) did and the last day did.
To reckon few days takes as long as to reckon many. But windows that end on one day all differ from what they were on
the last day but one, as on a new last day, by the same single day, which is reckoned once for all.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import NamedTuple

from schemas.period import ONE_DAY

Days = tuple[date, date]
"""[start, end)."""


class Extension(NamedTuple):
    """The days of an answer as those of a kept one, ``base``, and of ``rest`` added (``sign`` 1) or taken away (-1)."""

    base: Days
    rest: Days
    sign: int


def extension(days: Days, kept: Collection[Days]) -> Extension | None:
    """How an answer over ``days`` is made of a kept one, and of one that is kept, too, or of a single day."""
    found = [one for base in kept if (one := _from(days, base)) is not None]
    known = (one for one in found if one.rest in kept)
    return next(known, next((one for one in found if one.rest[1] - one.rest[0] == ONE_DAY), None))


def _from(days: Days, base: Days) -> Extension | None:
    """``days`` made of others that begin or end with them."""
    if days[0] == base[0]:
        return Extension(base, (min(days[1], base[1]), max(days[1], base[1])), 1 if days[1] > base[1] else -1)
    if days[1] == base[1]:
        return Extension(base, (min(days[0], base[0]), max(days[0], base[0])), 1 if days[0] < base[0] else -1)
    return None
