"""Rows: changes of balances and flows as the facts keep them, in columns, found by the number of their piece.

A row is a day, an amount E4, a quantity E6 and ``times``: how many flows it stands for (-1 takes one back), or 0 for a
change of a balance. The rows of a piece are chained, the last one first, so that adding to many pieces at once touches
nothing but the ends of columns.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from engine.fold.columns import Ints, integers, multiplied, starts_of, sums
from engine.fold.entries import DAY_BITS
from engine.growing import Growing

NONE = -1
LONG_WAY = 2
"""So many rows a day are worth being made one."""
_KINDS: dict[str, type[np.generic]] = {
    "number": np.int32,
    "day": np.int32,
    "amount": np.int64,
    "quantity": np.int64,
    "times": np.int32,
}


class Postings(NamedTuple):
    """Rows as columns side by side: the number of the piece, and what each row says."""

    number: Ints
    day: Ints
    amount: Ints
    quantity: Ints
    times: Ints

    def chosen(self, rows: Ints | slice) -> Postings:
        """Some of them."""
        return Postings(*(column[rows] for column in self))


class Flow(NamedTuple):
    """Flows of one piece and day that bring the same: how many, and what each of them brings."""

    day: int
    times: int
    amount: int
    quantity: int


def values_of(rows: Postings, rates: Ints) -> tuple[Ints, Ints, Ints, Ints]:
    """By basis what rows come to, each at the rate E6 beside it."""
    signs = np.where(rows.times, rows.times, 1)
    amounts = multiplied(rows.amount, signs)
    return amounts, multiplied(amounts, rates), rows.times, multiplied(rows.quantity, signs)


class Rows:
    """All rows, the last one of each piece, and the last position that spoke of it."""

    def __init__(self) -> None:
        self._rows = Growing(**{name: (kind, 0) for name, kind in _KINDS.items()}, before=(np.int32, NONE))
        self._pieces = Growing(head=(np.int32, NONE), touched=(np.int64, 0))

    @property
    def pieces(self) -> int:
        """How many pieces there are; their numbers count from 0."""
        return self._pieces.count

    @property
    def touched(self) -> Ints:
        """By piece the last position that spoke of it, to be changed in place."""
        return self._pieces["touched"]

    def postings(self) -> Postings:
        """All rows."""
        return Postings(*(self._rows.held(name) for name in _KINDS))

    def begin(self, count: int = 1) -> int:
        """The number of the first of so many new pieces."""
        return self._pieces.begin(count)

    def add(self, postings: Postings) -> None:
        """Add rows to pieces, several to one maybe."""
        head, first = self._pieces["head"], self._rows.count
        order = np.argsort(postings.number, kind="stable")
        sorted_, rows = postings.number[order], order + first
        starts = starts_of(sorted_)
        chained = np.concatenate([[NONE], rows[:-1]])
        chained[starts] = head[sorted_[starts]]
        before = np.empty_like(chained)
        before[order] = chained
        head[sorted_] = rows
        self._rows.extend(**postings._asdict(), before=before)

    def changes(self, number: int) -> dict[int, int]:
        """The changes of a balance, net by day; the last told day first.

        The way through many rows of few days is a short one from then on.
        """
        before, day_of, amount_of = (self._rows[name].item for name in ("before", "day", "amount"))
        changes: dict[int, int] = {}
        rows, newest = list[int](), list[int]()
        row = self._pieces["head"].item(number)
        while row != NONE:
            rows.append(row)
            day = day_of(row)
            if day not in changes:
                newest.append(row)
            changes[day] = changes.get(day, 0) + amount_of(row)
            row = before(row)
        if len(rows) > LONG_WAY * len(newest):
            self._shorten(rows, newest, integers([*changes.values()]))
        return changes

    def _shorten(self, rows: Sequence[int], newest: Sequence[int], net: Ints) -> None:
        """Let the newest row of each day stand for all ``rows`` of a balance, which then say nothing."""
        if net.dtype != object:  # wider than a column, they stay as they are
            amounts, before = self._rows["amount"], self._rows["before"]
            amounts[rows] = 0
            amounts[newest] = net
            before[newest] = [*newest[1:], NONE]

    def told(self, number: int) -> list[Flow]:
        """The flows of a piece as they were told and taken back, the last ones first."""
        columns = ("before", "day", "times", "amount", "quantity")
        before, day, times, amount, quantity = (self._rows[name].item for name in columns)
        row, found = self._pieces["head"].item(number), []
        while row != NONE:
            found.append(Flow(day(row), times(row), amount(row), quantity(row)))
            row = before(row)
        return found

    def flows(self, number: int) -> list[Flow]:
        """The flows of a piece that stand."""
        found: Counter[tuple[int, int, int]] = Counter()
        for day, times, amount, quantity in self.told(number):
            found[day, amount, quantity] += times
        return [Flow(day, times, amount, quantity) for (day, amount, quantity), times in found.items() if times]

    def compact(self) -> None:
        """Keep the changes of one balance and day as one row, and the rows of one piece beside each other."""
        rows = self.postings()
        keys = rows.number.astype(np.int64) << DAY_BITS | rows.day
        order = np.argsort(keys, kind="stable")
        rows = rows.chosen(order)
        alone = rows.times != 0
        alone[starts_of(keys[order])] = True
        starts = np.flatnonzero(alone)
        net = sums(rows.amount, starts)
        if net.dtype != object:  # wider than a column, they stay as they are
            rows = rows.chosen(starts)._replace(amount=net)
        self._hold(rows)

    def _hold(self, postings: Postings) -> None:
        """Hold these rows and no others; those of one piece stand beside each other."""
        numbers, head = postings.number, self._pieces["head"]
        before = np.arange(-1, len(numbers) - 1)
        before[starts_of(numbers)] = NONE
        head[:] = NONE
        head[numbers] = np.arange(len(numbers))
        self._rows = Growing(**{name: (kind, 0) for name, kind in _KINDS.items()}, before=(np.int32, NONE))
        self._rows.extend(**postings._asdict(), before=before)

    def dump(self) -> dict[str, bytes]:
        """The columns as bytes."""
        columns = {**self.postings()._asdict(), "touched": self._pieces.held("touched")}
        return {name: column.tobytes() for name, column in columns.items()}

    @classmethod
    def load(cls, dumped: dict[str, bytes]) -> Rows:
        """The rows whose columns, once compact, these are."""
        rows = cls()
        rows._pieces.extend(touched=np.frombuffer(dumped["touched"], np.int64))
        rows._hold(Postings(*(np.frombuffer(dumped[name], kind) for name, kind in _KINDS.items())))
        return rows
