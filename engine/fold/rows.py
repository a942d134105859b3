"""Rows: changes of balances and flows as the facts keep them, in columns, found by the number of their piece.

A row is a day, an amount E4, a quantity E6 and ``times``: how many flows it stands for (-1 takes one back), or 0 for a
change of a balance. The rows of a piece are chained, the last one first, so that adding to many pieces at once touches
nothing but the ends of columns.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from engine.fold.columns import Growing, Ints, starts_of, sums

NONE = -1
_DAY_BITS = 22
_COLUMNS = {"number": np.int32, "day": np.int32, "amount": np.int64, "quantity": np.int64, "times": np.int32}


class Flow(NamedTuple):
    """Flows of one piece and day that bring the same: how many, and what each of them brings."""

    day: int
    times: int
    amount: int
    quantity: int


class Rows:
    """All rows; by number the last of each piece (``head``), and the last position that spoke of it (``touched``)."""

    def __init__(self) -> None:
        self._columns = {name: Growing(kind) for name, kind in _COLUMNS.items()}
        self._before = Growing(np.int32)
        self._head = Growing(np.int32)
        self.touched = Growing(np.int64)

    @property
    def pieces(self) -> int:
        """How many pieces there are; their numbers count from 0."""
        return self._head.count

    def column(self, name: str) -> Ints:
        """A column: ``number``, ``day``, ``amount``, ``quantity`` or ``times``."""
        return self._columns[name].held

    def begin(self) -> int:
        """The number of a new piece."""
        self._head.append(NONE)
        self.touched.append(0)
        return self._head.count - 1

    def add(self, numbers: Ints, days: Ints, amounts: Ints, quantities: Ints, times: Ints) -> None:
        """Add rows to pieces, several to one maybe."""
        first = self._before.count
        columns = (numbers, days, amounts, quantities, times)
        for column, values in zip(self._columns.values(), columns, strict=True):
            column.extend(values)
        order = np.argsort(numbers, kind="stable")
        starts = starts_of(numbers[order])
        rows = np.arange(first, first + len(numbers), dtype=np.int32)[order]
        before = np.empty(len(rows), np.int32)
        before[1:] = rows[:-1]
        before[starts] = self._head.values[numbers[order[starts]]]
        chained = np.empty(len(rows), np.int32)
        chained[order] = before
        self._before.extend(chained)
        self._head.values[numbers[order]] = rows

    def changes(self, number: int) -> dict[int, int]:
        """The changes of a balance, net by day."""
        changes: dict[int, int] = {}
        days, amounts = (self._columns[name].values for name in ("day", "amount"))
        for row in self._chain(number):
            day = days.item(row)
            changes[day] = changes.get(day, 0) + amounts.item(row)
        return changes

    def flows(self, number: int) -> list[Flow]:
        """The flows of a piece that stand."""
        days, amounts, quantities, times = (
            self._columns[name].values for name in ("day", "amount", "quantity", "times")
        )
        found: Counter[tuple[int, int, int]] = Counter()
        for row in self._chain(number):
            found[days.item(row), amounts.item(row), quantities.item(row)] += times.item(row)
        return [Flow(day, count, amount, quantity) for (day, amount, quantity), count in found.items() if count]

    def _chain(self, number: int) -> Iterator[int]:
        before = self._before.values
        row = self._head.values.item(number)
        while row != NONE:
            yield row
            row = before.item(row)

    def compact(self) -> None:
        """Keep the changes of one balance and day as one row, and the rows of one piece beside each other."""
        columns = {name: self.column(name) for name in _COLUMNS}
        keys = columns["number"].astype(np.int64) << _DAY_BITS | columns["day"]
        order = np.argsort(keys, kind="stable")
        columns = {name: column[order] for name, column in columns.items()}
        alone = columns["times"] != 0
        alone[starts_of(keys[order])] = True
        starts = np.flatnonzero(alone)
        amounts = sums(columns["amount"], starts)
        if amounts.dtype == object:  # net they are wider than a column: leave them as they are
            amounts, starts = columns["amount"], np.arange(len(keys))
        columns = {name: column[starts] for name, column in columns.items()}
        self._take({**columns, "amount": amounts})

    def _take(self, columns: dict[str, Ints]) -> None:
        """Hold these rows and no others; those of one piece stand beside each other."""
        for name, kind in _COLUMNS.items():
            self._columns[name] = Growing(kind)
            self._columns[name].extend(columns[name])
        numbers = columns["number"]
        starts = starts_of(numbers)
        before = np.arange(-1, len(numbers) - 1, dtype=np.int32)
        before[starts] = NONE
        self._before = Growing(np.int32)
        self._before.extend(before)
        self._head.values[: self._head.count] = NONE
        self._head.values[numbers] = np.arange(len(numbers), dtype=np.int32)

    def dump(self) -> dict[str, bytes]:
        """The columns as bytes."""
        columns = {name: self.column(name) for name in _COLUMNS}
        return {name: column.tobytes() for name, column in {**columns, "touched": self.touched.held}.items()}

    @classmethod
    def load(cls, dumped: dict[str, bytes]) -> Rows:
        """The rows of which these are the columns, once compact."""
        rows = cls()
        touched = np.frombuffer(dumped["touched"], np.int64)
        rows.touched.extend(touched)
        rows._head.extend(np.full(len(touched), NONE, np.int32))
        rows._take({name: np.frombuffer(dumped[name], kind) for name, kind in _COLUMNS.items()})
        return rows
