"""Columns of integers: 64 bits wide as long as nothing can pass that, Python's own integers beyond.

Every operation here looks at how large its result can become before it is done, so that none ever wraps around.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[Any]
"""Of ``int64``, or of ``object``: Python's integers, slower and without a bound."""

_LIMIT = 1 << 63


class Growing:
    """A column that grows at its end; ``values`` has room for more than the ``count`` that it holds."""

    def __init__(self, kind: type[np.integer[Any]], fill: int = 0) -> None:
        self.values: Ints = np.full(64, fill, kind)
        self.count = 0
        self._fill = fill

    @property
    def held(self) -> Ints:
        """What it holds, to be read."""
        return self.values[: self.count]

    def append(self, value: int) -> None:
        """Add a value."""
        if self.count == len(self.values):
            self._make_room(self.count + 1)
        self.values[self.count] = value
        self.count += 1

    def extend(self, values: Ints) -> None:
        """Add values."""
        end = self.count + len(values)
        self._make_room(end)
        self.values[self.count : end] = values
        self.count = end

    def _make_room(self, count: int) -> None:
        if count > len(self.values):
            room = np.full(max(count, len(self.values) * 3 // 2), self._fill, self.values.dtype)
            room[: self.count] = self.held
            self.values = room


def integers(values: Sequence[int]) -> Ints:
    """These integers as a column."""
    try:
        return np.array(values, np.int64)
    except OverflowError:
        return np.array(values, object)


def product(values: Ints, others: Ints) -> Ints:
    """Each value times the one beside it."""
    if _bound(values) * _bound(others) < _LIMIT:
        made: Ints = values * others
        return made
    return _narrowed(values.astype(object) * others)


def sums(values: Ints, starts: Ints) -> Ints:
    """The sum of each stretch that begins at one of ``starts``, the first of which is 0."""
    if not len(starts):
        return values[:0]
    longest = int(np.diff(starts, append=len(values)).max())
    if _bound(values) * longest < _LIMIT:
        return np.add.reduceat(values, starts)
    return _narrowed(np.add.reduceat(values.astype(object), starts))


def joined(columns: Sequence[Ints]) -> Ints:
    """One column after the other."""
    return columns[0] if len(columns) == 1 else np.concatenate(columns)


def starts_of(keys: Ints) -> Ints:
    """Where each stretch of equal keys begins."""
    if not len(keys):
        return np.empty(0, np.int64)
    return np.concatenate([[0], np.flatnonzero(keys[1:] != keys[:-1]) + 1])


def _bound(values: Ints) -> int:
    return max(int(values.max()), -int(values.min())) if len(values) else 0


def _narrowed(values: Ints) -> Ints:
    try:
        return values.astype(np.int64)
    except OverflowError:
        return values
