"""Columns that grow at their end: arrays with more room than they hold, so that most additions copy nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

Values = npt.NDArray[Any]
Kind = tuple[type[np.generic], int]
"""What a column is made of, and what stands where nothing else was written."""


class Growing:
    """Columns that grow together at their end; each has room for more than the ``count`` that they hold."""

    def __init__(self, **kinds: Kind) -> None:
        self.count = 0
        self._kinds = kinds
        self._room = 0
        self._columns = {name: np.empty(0, kind) for name, (kind, _) in kinds.items()}

    def __getitem__(self, name: str) -> Values:
        """A column with the room it has; it is another array when the columns have grown."""
        return self._columns[name]

    def held(self, name: str) -> Values:
        """What a column holds."""
        return self._columns[name][: self.count]

    def begin(self, count: int = 1) -> int:
        """So many rows more; the number of the first of them, from 0 on."""
        first = self.count
        self.count += count
        if self.count > self._room:
            self._make_room(self.count)
        return first

    def add(self, **values: int) -> int:
        """One row more that says this; its number."""
        row = self.begin()
        for name, value in values.items():
            self._columns[name][row] = value
        return row

    def extend(self, **columns: Values | Sequence[int]) -> None:
        """So many rows more as these columns have."""
        first = self.begin(len(next(iter(columns.values()))))
        for name, values in columns.items():
            self._columns[name][first : self.count] = values

    def _make_room(self, count: int) -> None:
        self._room = max(count, 64, self._room * 3 // 2)
        for name, (kind, fill) in self._kinds.items():
            column = np.full(self._room, fill, kind)
            column[: len(self._columns[name])] = self._columns[name]
            self._columns[name] = column
