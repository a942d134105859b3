"""Shares: who holds which part of a ledger, as columns, so that what ledgers earned is shared out at once.

Who holds anything has a number; ``NOBODY`` is the number of what no manager is credited with.
"""

from __future__ import annotations

import numpy as np

from engine.crediting.teams import Holders
from engine.fold.columns import Ints
from engine.growing import Growing

Holder = str | None
NOBODY = 0


class Register:
    """The numbers of those who hold something, from 0 on."""

    def __init__(self) -> None:
        self.names: list[Holder] = [None]
        self._numbers: dict[Holder, int] = {None: NOBODY}
        self._ascending: Ints = np.empty(0, np.int64)

    def __len__(self) -> int:
        return len(self.names)

    def number(self, holder: Holder) -> int:
        """The number of a holder, who may be heard of for the first time."""
        number = self._numbers.get(holder)
        if number is None:
            number = self._numbers[holder] = len(self.names)
            self.names.append(holder)
        return number

    @property
    def ascending(self) -> Ints:
        """The numbers of the managers, in order of their ids."""
        if len(self._ascending) < len(self.names) - 1:
            managers = sorted((name, number) for name, number in self._numbers.items() if name is not None)
            self._ascending = np.array([number for _, number in managers], np.int64)
        return self._ascending


class Shares:
    """The shares E4 of those who hold business together, a team by number; ``register`` numbers the holders."""

    def __init__(self) -> None:
        self.register = Register()
        self._numbers: dict[Holders, int] = {}
        self._teams = Growing(first=(np.int64, 0), count=(np.int64, 0))
        self._shares = Growing(holder=(np.int32, NOBODY), share=(np.int64, 0))

    def number(self, holders: Holders) -> int:
        """The number of a team, which may be heard of for the first time."""
        number = self._numbers.get(holders)
        if number is None:
            number = self._numbers[holders] = self._teams.add(first=self._shares.count, count=len(holders))
            for holder, share in holders:
                self._shares.add(holder=self.register.number(holder), share=share)
        return number

    def of(self, teams: Ints) -> tuple[Ints, Ints, Ints]:
        """The shares of these teams: of each share the place of its team among them, the holder and the share."""
        which, rows = stretched(self._teams["first"][teams], self._teams["count"][teams])
        return which, self._shares["holder"][rows], self._shares["share"][rows]


def stretched(firsts: Ints, counts: Ints) -> tuple[Ints, Ints]:
    """The rows of stretches that begin at ``firsts`` and are so long, each after the number of its stretch."""
    which = np.repeat(np.arange(len(counts)), counts)
    return which, np.arange(len(which)) + np.repeat(firsts - (np.cumsum(counts) - counts), counts)
