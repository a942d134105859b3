"""Shares: who holds which part of each ledger, as columns, so that what ledgers earned is shared out at once.

Who holds anything has a number; ``NOBODY`` is the number of what no manager is credited with.
"""

from __future__ import annotations

import numpy as np

from engine.crediting.teams import Holders
from engine.fold.columns import Ints, Table

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
    """The shares E4 of ``ledgers``, those of one beside each other; ``register`` numbers their holders."""

    def __init__(self) -> None:
        self.register = Register()
        self._ledgers = Table(first=(np.int64, 0), count=(np.int64, 0))
        self._shares = Table(holder=(np.int32, NOBODY), share=(np.int64, 0))

    def add(self, holders: Holders) -> None:
        """Who holds the next ledger."""
        ledger = self._ledgers.begin()
        self._ledgers["first"][ledger] = self._shares.count
        self._ledgers["count"][ledger] = len(holders)
        for holder, share in holders:
            row = self._shares.begin()
            self._shares["holder"][row] = self.register.number(holder)
            self._shares["share"][row] = share

    def of(self, ledgers: Ints) -> tuple[Ints, Ints, Ints]:
        """The shares of these ledgers: of each share the place of its ledger among them, the holder and the share."""
        counts = self._ledgers["count"][ledgers]
        which, rows = stretched(self._ledgers["first"][ledgers], counts)
        return which, self._shares["holder"][rows], self._shares["share"][rows]


def stretched(firsts: Ints, counts: Ints) -> tuple[Ints, Ints]:
    """The rows of stretches that begin at ``firsts`` and are so long, each after the number of its stretch."""
    which = np.repeat(np.arange(len(counts)), counts)
    return which, np.arange(len(which)) + np.repeat(firsts - (np.cumsum(counts) - counts), counts)
