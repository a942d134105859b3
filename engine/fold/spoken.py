"""Who was spoken of last: by manager the last event that named the manager, or a customer or account of a team.

A customer or account counts for every manager whom one of its teams, or a flow of it, ever named: they are its
audience. Many have the same one, so an event is told to the audience, and to its managers when somebody asks.
"""

from __future__ import annotations

import numpy as np

from engine.fold.columns import Ints
from engine.growing import Growing

NOBODY_LISTENS = 0
"""The audience of whom no team or flow ever named a manager."""


class Spoken:
    """By manager the ``last`` position told to that manager alone, or to all by now; and what audiences were told."""

    def __init__(self) -> None:
        self.last: dict[str, int] = {}
        self._audiences: list[tuple[str, ...]] = [()]
        self._alike: dict[tuple[str, ...], int] = {}
        self._told = Growing(position=(np.int64, 0))
        self._told.begin()

    def tell(self, audiences: Ints, positions: Ints) -> None:
        """An event of each position concerns the audience beside it."""
        np.maximum.at(self._told["position"], audiences, positions)

    def joined(self, audience: int, manager_id: str, touched: int) -> int:
        """The audience of an owner, last spoken of at ``touched``, that a manager belongs to from now on."""
        if manager_id in self._audiences[audience]:
            return audience
        managers = (*self._audiences[audience], manager_id)
        more = self._alike.get(managers)
        if more is None:
            more = self._alike[managers] = self._told.begin()
            self._audiences.append(managers)
        told = self._told["position"]
        told[more] = max(told.item(more), touched)
        return more

    def positions(self) -> dict[str, int]:
        """The last position by manager."""
        last, told = self.last, self._told.held("position")
        for audience in np.flatnonzero(told).tolist():
            position = told.item(audience)
            for manager_id in self._audiences[audience]:
                if last.get(manager_id, 0) < position:
                    last[manager_id] = position
        told[:] = 0
        return dict(last)
