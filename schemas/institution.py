"""The institution whose log it is: its time zone and its own currency, fixed when the log is made (contract §1)."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from schemas.currency import CODES, OTHERWISE_CALLED, minor_digits
from schemas.problems import Place, Problem


@lru_cache(maxsize=64)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


@dataclass(frozen=True, slots=True)
class Institution:
    """The fixed facts of a log: ``timezone`` (IANA name) dates its events, ``currency`` is what it reckons in."""

    timezone: str = "Asia/Shanghai"
    currency: str = "CNY"

    def __post_init__(self) -> None:
        try:
            _zone(self.timezone)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise Problem(
                f"{self.timezone!r} is no time zone.",
                place=Place(field="timezone"),
                remedy="Write an IANA name such as Asia/Shanghai or Europe/Prague.",
            ) from None
        if self.currency not in CODES:
            code = self.currency.upper()
            nearest = [OTHERWISE_CALLED[code]] if code in OTHERWISE_CALLED else get_close_matches(code, CODES, n=1)
            meant = f"Did you mean {nearest[0]}? " if nearest else ""
            raise Problem(
                f"{self.currency!r} is no currency of ISO 4217.",
                place=Place(field="currency"),
                remedy=f"{meant}Write three capital letters such as CNY.",
            )

    @property
    def zone(self) -> ZoneInfo:
        """The time zone, ready for arithmetic."""
        return _zone(self.timezone)

    @property
    def digits(self) -> int:
        """How many digits an amount in the institution's own currency has after the point."""
        return minor_digits(self.currency)
