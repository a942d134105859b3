"""Columns of integers: 64 bits wide as long as nothing can pass that, Python's own integers beyond.

Every operation here looks at how large its result can become before it is done, so that none ever wraps around.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[Any]
"""Of ``int64``, or of ``object``: Python's integers, slower and without a bound."""

_LIMIT = 1 << 63


def integers(values: Sequence[int]) -> Ints:
    """These integers as a column."""
    try:
        return np.array(values, np.int64)
    except OverflowError:
        return np.array(values, object)


def multiplied(values: Ints, others: Ints) -> Ints:
    """Each value times the one beside it."""
    if _bound(values) * _bound(others) < _LIMIT:
        made: Ints = values * others
        return made
    return _narrowed(values.astype(object) * others)


def sums(values: Ints, starts: Ints) -> Ints:
    """The sum of each stretch that begins at one of ``starts``, the first of which is 0."""
    if len(starts) == len(values):
        return values
    longest, bound = len(values) - len(starts) + 1, _bound(values)
    if bound * longest >= _LIMIT:
        longest = int(np.diff(starts, append=len(values)).max())
    if bound * longest < _LIMIT:
        return np.add.reduceat(values, starts)
    return _narrowed(np.add.reduceat(values.astype(object), starts))


class Bounded(NamedTuple):
    """A column, and what none of its cells passes, in either direction; wider than 64 bits only where a cell is."""

    cells: Ints
    bound: int

    @classmethod
    def of(cls, cells: Ints) -> Bounded:
        """A column with the least bound that it has."""
        return cls(_narrowed(cells) if cells.dtype == object else cells, _bound(cells))


def weighed(values: Bounded, weights: Bounded, add: Callable[[Ints], Ints], most: int) -> Iterator[tuple[int, Bounded]]:
    """Each value times its weight, added up: columns of 64 bits, each so many times, that are it together.

    ``add`` adds up a column, no more than ``most`` cells to one. What would pass 64 bits is taken in halves.
    """
    if values.bound * weights.bound * most >= _LIMIT:
        values, weights = Bounded.of(values.cells), Bounded.of(weights.cells)
    bound = values.bound * weights.bound * most
    if 0 < bound < _LIMIT:
        yield 1, Bounded(add(values.cells * weights.cells), bound)
    elif bound:
        wide, other = (values, weights) if values.bound > weights.bound else (weights, values)
        half = wide.bound.bit_length() // 2
        for times, column in weighed(Bounded.of(wide.cells >> half), other, add, most):
            yield times << half, column
        yield from weighed(Bounded.of(wide.cells & ((1 << half) - 1)), other, add, most)


def added_between(starts: Ints, values: Ints) -> Ints:
    """The sum of each stretch that begins at one of ``starts``, the first of which is 0; it has to fit."""
    return np.add.reduceat(values, starts)


def added_at(places: Ints, count: int, values: Ints) -> Ints:
    """The sum of what belongs at each of ``count`` places; it has to fit."""
    column = np.zeros(count, np.int64)
    np.add.at(column, places, values)
    return column


def joined(columns: Sequence[Ints]) -> Ints:
    """One column after the other."""
    return columns[0] if len(columns) == 1 else np.concatenate(columns)


def starts_of(keys: Ints) -> Ints:
    """Where each stretch of equal keys begins."""
    if not len(keys):
        return np.empty(0, np.int64)
    return np.concatenate([[0], np.flatnonzero(keys[1:] != keys[:-1]) + 1])


def between(starts: Ints, count: int) -> Iterator[tuple[int, int]]:
    """The first row and the end of each stretch that begins at one of ``starts``, of ``count`` rows."""
    return pairwise([*starts.tolist(), count])


def _bound(values: Ints) -> int:
    return max(int(values.max()), -int(values.min())) if len(values) else 0


def _narrowed(values: Ints) -> Ints:
    try:
        return values.astype(np.int64)
    except OverflowError:
        return values
