"""The course of each piece: its phases, the last one in columns, where most of what comes is entered without a look.

That is so from the first day of a piece's last phase on, unless a statement says what the balance is.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from engine.fold.columns import Ints
from engine.fold.posting import NOT_CREDITED, Course, Phases
from engine.fold.spoken import NOBODY_LISTENS
from engine.growing import Growing

NOWHERE = -1
NO_OWNER = -1
WAITING = 1 << 18
"""So many numbers may wait to be written into the columns: a state that is reckoned from facts has many more."""


class Courses:
    """By number of a piece: its course, who hears of it, and which account or customer has it."""

    def __init__(self) -> None:
        self._bases: list[int] = []
        self._phases: list[Phases] = []
        self._pieces = Growing(
            audience=(np.int32, NOBODY_LISTENS),
            owner=(np.int32, NO_OWNER),
            on_account=(np.bool_, False),
            since=(np.int32, 0),
            place=(np.int64, NOWHERE),
            rate=(np.int32, 0),
        )
        self._changed: list[int] = []

    def begin(self, owners: Sequence[int], on_account: Sequence[bool]) -> None:
        """The next pieces, not credited yet; of each the number of its account or customer, or ``NO_OWNER``."""
        self._bases += [NOT_CREDITED.base] * len(owners)
        self._phases += [NOT_CREDITED.phases] * len(owners)
        self._pieces.extend(owner=owners, on_account=on_account)

    @property
    def audience(self) -> Ints:
        """The audience of each piece, to be changed in place."""
        return self._pieces["audience"]

    @property
    def owner(self) -> Ints:
        """The number of the account or customer that has each piece."""
        return self._pieces["owner"]

    @property
    def on_account(self) -> Ints:
        """Whether each piece is an account's."""
        return self._pieces["on_account"]

    def __getitem__(self, number: int) -> Course:
        """The course of a piece; without phases, if it is not credited."""
        return Course(self._bases[number], self._phases[number])

    def pass_through(self, number: int, course: Course, *, plain: bool) -> None:
        """A piece takes this course; ``plain`` tells whether its last phase takes entries without a look."""
        base, phases = self._bases[number], self._phases[number] = course
        start, rate, at, _ = phases[-1]
        self._changed += (number, start, rate or 0, base, at) if plain else (number, start, rate or 0, NOWHERE, 0)
        if len(self._changed) > WAITING:
            self._take_up()

    def last(self, numbers: Ints) -> tuple[Ints, Ints, Ints]:
        """Of the last phase of each piece the first day, its ledger's place or ``NOWHERE``, and the rate E6."""
        self._take_up()
        return self._pieces["since"][numbers], self._pieces["place"][numbers], self._pieces["rate"][numbers]

    def _take_up(self) -> None:
        """Write the last phases that are new since somebody asked into the columns, all at once."""
        if self._changed:
            numbers, since, rate, base, at = np.array(self._changed, np.int64).reshape(-1, 5).T
            for name, column in (("since", since), ("rate", rate), ("place", base + at)):
                self._pieces[name][numbers] = column
            self._changed.clear()
