"""Exchange: what one unit of a currency is worth in the institution's, day by day (``fx.fixed``, contract §1).

A rate is in force from its day until the next one. Before a currency's first rate none is known: amounts of those days
are left out, and whoever shares in them is told (``missing``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from engine.crediting.timeline import Timeline, value_on
from schemas.exact import UNIT_RATE


@dataclass(frozen=True, slots=True)
class Exchange:
    """The exchange rates E6 of one position; the institution's own currency is worth itself on every day."""

    own: str
    fixed: Mapping[str, Timeline[int]]

    def known_from(self, currency: str) -> int | None:
        """The first day on which a rate is known (0 for the institution's own currency); None where there is none."""
        if currency == self.own:
            return 0
        line = self.fixed.get(currency)
        return line[0][0] if line else None

    def rates(self, currency: str, first: int, end: int) -> list[int]:
        """The rate of every day of [first, end); 0 where none is known."""
        line = self.fixed.get(currency, ()) if currency != self.own else ((0, 0, UNIT_RATE),)
        rates: list[int] = []
        rate = value_on(line, first) or 0
        for day, _, later in line:
            if day >= end:
                break
            if day > first:
                rates += [rate] * (day - first - len(rates))
                rate = later
        return rates + [rate] * (end - first - len(rates))
