"""The course of each piece: its phases, the last one in columns, where most of what comes is entered without a look.

That is so from the first day of a piece's last phase on, unless a statement says what the balance is.
"""

from __future__ import annotations

import numpy as np

from engine.fold.columns import Ints, Table
from engine.fold.posting import Course, Phases
from engine.fold.spoken import NOBODY_LISTENS

NOWHERE = -1
NO_OWNER = -1


class Courses:
    """By number of a piece: its course, who hears of it, and which account or customer has it."""

    def __init__(self) -> None:
        self._bases: list[int] = []
        self._phases: list[Phases] = []
        self._pieces = Table(
            audience=(np.int32, NOBODY_LISTENS),
            owner=(np.int32, NO_OWNER),
            since=(np.int32, 0),
            place=(np.int64, NOWHERE),
            rate=(np.int32, 0),
            doubtful=(np.bool_, False),
        )
        self._changed: list[tuple[int, int, int, int, bool]] = []

    def begin(self, owner: int) -> None:
        """The next piece, not credited yet; ``owner`` is the number of its account or customer, or ``NO_OWNER``."""
        self._bases.append(0)
        self._phases.append([])
        number = self._pieces.begin()
        self._pieces["owner"][number] = owner

    @property
    def audience(self) -> Ints:
        """The audience of each piece, to be changed in place."""
        return self._pieces["audience"]

    @property
    def owner(self) -> Ints:
        """The number of the account or customer that has each piece."""
        return self._pieces["owner"]

    def __getitem__(self, number: int) -> Course:
        """The course of a piece; without phases, if it is not credited."""
        return Course(self._bases[number], self._phases[number])

    def pass_through(self, number: int, course: Course, *, plain: bool, doubtful: bool) -> None:
        """A piece takes this course.

        ``plain`` tells whether the last phase takes entries without a look, ``doubtful`` whether a measure might have
        to leave them out.
        """
        base, phases = self._bases[number], self._phases[number] = course
        start, rate, at, _ = phases[-1]
        self._changed.append((number, start, base + at if plain else NOWHERE, rate or 0, doubtful))

    def last(self, numbers: Ints) -> tuple[Ints, Ints, Ints]:
        """Of the last phase of each piece the first day, its ledger's place or ``NOWHERE``, and the rate E6."""
        self._take_up()
        return self._pieces["since"][numbers], self._pieces["place"][numbers], self._pieces["rate"][numbers]

    def doubtful(self, numbers: Ints) -> list[int]:
        """The pieces among these of whose last phase a measure might have to leave something out."""
        self._take_up()
        found: list[int] = np.unique(numbers[self._pieces["doubtful"][numbers]]).tolist()
        return found

    def _take_up(self) -> None:
        """Write down the last phases that are new since somebody asked, all at once."""
        if self._changed:
            numbers, *columns = np.array(self._changed, np.int64).T
            for name, column in zip(("since", "place", "rate", "doubtful"), columns, strict=True):
                self._pieces[name][numbers] = column
            self._changed.clear()
