"""Rows: changes of balances and flows as the facts keep them, in columns, found by the number of their piece.

A row is a day, an amount E4, a quantity E6 and ``times``: how many flows it stands for (-1 takes one back), or 0 for a
change of a balance. The rows of a piece are chained, the last one first, so that adding to many pieces at once touches
nothing but the ends of columns. Each row knows the latest day of those from it on, so that who asks for recent days
goes no further than they do: a piece has the longer a history, the older a bank's log.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import accumulate
from typing import NamedTuple

import numpy as np

from engine.fold.columns import Ints, added_between, integers, multiplied, starts_of, sums
from engine.fold.entries import DAY_BITS, days_of
from engine.growing import Growing

NONE = -1
LONG_WAY = 2
"""So many rows a day are worth being made one."""
_HALF_BITS = 32
_HALF = (1 << _HALF_BITS) - 1
_KINDS: dict[str, type[np.generic]] = {
    "number": np.int32,
    "day": np.int32,
    "amount": np.int64,
    "quantity": np.int64,
    "times": np.int32,
}
_LINKS = {"before": (np.int32, NONE), "until": (np.int32, 0)}
"""The row before, of the same piece, and the latest day of both and those before."""


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
        self._rows = _no_rows()
        # What all amounts of a piece come to, in two halves that cannot pass 64 bits, however many there are.
        self._pieces = Growing(head=(np.int32, NONE), touched=(np.int64, 0), upper=(np.int64, 0), lower=(np.int64, 0))

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
        if not len(postings.number):
            return
        head, first = self._pieces["head"], self._rows.count
        order = np.argsort(postings.number, kind="stable")
        sorted_, rows, until = postings.number[order].astype(np.int64), order + first, postings.day[order]
        starts = starts_of(sorted_)
        pieces = sorted_[starts]
        last = head[pieces]
        chained = np.concatenate([[NONE], rows[:-1]])
        chained[starts] = last
        older, later = last[last != NONE], starts[last != NONE]
        until[later] = np.maximum(until[later], self._rows["until"][older])
        until = days_of(np.maximum.accumulate(sorted_ << DAY_BITS | until))
        links = np.empty((2, len(order)), np.int64)
        links[:, order] = chained, until
        head[sorted_] = rows
        self._rows.extend(**postings._asdict(), before=links[0], until=links[1])
        amounts = self._rows["amount"][rows]
        self._pieces["upper"][pieces] += added_between(starts, amounts >> _HALF_BITS)
        self._pieces["lower"][pieces] += added_between(starts, amounts & _HALF)

    def total(self, number: int) -> int:
        """What all changes of a balance come to."""
        return (int(self._pieces["upper"][number]) << _HALF_BITS) + int(self._pieces["lower"][number])

    def changes(self, number: int, since: int = 0) -> dict[int, int]:
        """The changes of a balance from day ``since`` on, net by day; the last told day first.

        The way through many rows of few days is a short one from then on.
        """
        before, until, day_of, amount_of = (self._rows[name].item for name in ("before", "until", "day", "amount"))
        changes: dict[int, int] = {}
        rows, newest = list[int](), list[int]()
        row = self._pieces["head"].item(number)
        while row != NONE and until(row) >= since:
            rows.append(row)
            day = day_of(row)
            if day not in changes:
                newest.append(row)
            changes[day] = changes.get(day, 0) + amount_of(row)
            row = before(row)
        if len(rows) > LONG_WAY * len(newest):
            self._shorten(rows, newest, changes, row)
        return {day: net for day, net in changes.items() if day >= since} if since else changes

    def _shorten(self, rows: Sequence[int], newest: Sequence[int], changes: Mapping[int, int], others: int) -> None:
        """Let the newest row of each day stand for all ``rows`` of a balance, which then say nothing.

        ``others`` is the row with which the rest of its rows begins.
        """
        net = integers([*changes.values()])
        if net.dtype != object:  # wider than a column, they stay as they are
            amounts, before, until = (self._rows[name] for name in ("amount", "before", "until"))
            amounts[rows] = 0
            amounts[newest] = net
            before[newest] = [*newest[1:], others]
            latest = until.item(others) if others != NONE else 0
            until[newest] = [*accumulate(reversed(changes), max, initial=latest)][:0:-1]

    def told(self, number: int, since: int = 0) -> list[Flow]:
        """The flows of a piece from day ``since`` on as they were told and taken back, the last ones first."""
        columns = ("before", "until", "day", "times", "amount", "quantity")
        before, until, day, times, amount, quantity = (self._rows[name].item for name in columns)
        row, found = self._pieces["head"].item(number), []
        while row != NONE and until(row) >= since:
            if day(row) >= since:
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
        for name, value in (("head", NONE), ("upper", 0), ("lower", 0)):
            self._pieces[name][:] = value
        self._rows = _no_rows()
        self.add(postings)

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


def _no_rows() -> Growing:
    return Growing(**{name: (kind, 0) for name, kind in _KINDS.items()}, **_LINKS)
