"""How pieces stand, in columns: where most of what comes is entered without a look at anything else.

That is so from the first day of a piece's last phase on, unless a measure might have to leave the business out, or a
statement says what the balance is.
"""

from __future__ import annotations

import numpy as np

from engine.fold.columns import Growing, Ints
from engine.fold.posting import Phases
from engine.fold.spoken import NOBODY_LISTENS

NOWHERE = -1
NO_OWNER = -1


class Standing:
    """By number of a piece: its ``phases``, who hears of it, and which account or customer has it."""

    def __init__(self) -> None:
        self.phases: list[Phases] = []
        self.audience = Growing(np.int32)
        self.owner = Growing(np.int32)
        self._since = Growing(np.int32)
        self._place = Growing(np.int64)
        self._rate = Growing(np.int32)

    def begin(self, owner: int) -> None:
        """The next piece, not credited yet; ``owner`` is the number of its account or customer, or ``NO_OWNER``."""
        self.phases.append([])
        self.owner.append(owner)
        self.audience.append(NOBODY_LISTENS)
        self._since.append(0)
        self._place.append(NOWHERE)
        self._rate.append(0)

    def pass_through(self, number: int, phases: Phases, *, plain: bool) -> None:
        """A piece passes through these phases; ``plain`` tells whether its last one takes entries without a look."""
        self.phases[number] = phases
        start, rate, ledger = phases[-1]
        self._since.values[number] = start
        self._place.values[number] = ledger.place if plain else NOWHERE
        self._rate.values[number] = rate or 0

    def last_places(self, numbers: Ints) -> tuple[Ints, Ints, Ints]:
        """Of the last phase of each piece the first day, its ledger's place or ``NOWHERE``, and the rate E6."""
        return self._since.values[numbers], self._place.values[numbers], self._rate.values[numbers]
