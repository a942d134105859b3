"""A hash table in arrays: numbers by 64-bit keys, a batch at a time.

A dictionary of as many Python objects is larger than the processor's caches by far, and each look-up in it waits for
memory before the next one begins. Here those of a batch wait together. Keys are hashes already, so their last bits
choose the slot; a slot that is taken passes a key on to the next one, and half of the slots at least are free.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Keys = npt.NDArray[np.uint64]
Numbers = npt.NDArray[np.int32]
ABSENT = -1
SLOTS_MIN = 1 << 10


class HashTable:
    """Numbers from 0 on by their keys; no two keys are equal, and no two numbers."""

    def __init__(self) -> None:
        self.count = 0
        self._clear(SLOTS_MIN)

    def look_up(self, keys: Keys) -> Numbers:
        """The number of each key; ``ABSENT`` where it has none."""
        slots = self._slots(keys)
        found = self._numbers[slots]
        astray = np.flatnonzero((found != ABSENT) & (self._keys[slots] != keys))
        while len(astray):
            slots[astray] = at = self._next(slots[astray])
            found[astray] = there = self._numbers[at]
            astray = astray[(there != ABSENT) & (self._keys[at] != keys[astray])]
        return found

    def add(self, keys: Keys, numbers: Numbers) -> None:
        """Take in keys that are new, and differ from each other, with their numbers."""
        self.count += len(keys)
        if 2 * self.count > len(self._keys):
            there = np.flatnonzero(self._numbers != ABSENT)
            before = self._keys[there], self._numbers[there]
            self._clear(1 << (4 * self.count).bit_length())
            self._seat(*before)
        self._seat(keys, numbers)

    def _clear(self, slots: int) -> None:
        self._keys = np.zeros(slots, np.uint64)
        self._numbers = np.full(slots, ABSENT, np.int32)

    def _seat(self, keys: Keys, numbers: Numbers) -> None:
        slots = self._slots(keys)
        while len(keys):
            free = np.flatnonzero(self._numbers[slots] == ABSENT)
            at = slots[free]
            self._keys[at], self._numbers[at] = keys[free], numbers[free]  # of several that meet, the last one stays
            astray = np.flatnonzero(self._numbers[slots] != numbers)
            keys, numbers, slots = keys[astray], numbers[astray], self._next(slots[astray])

    def _slots(self, keys: Keys) -> npt.NDArray[np.intp]:
        return (keys & np.uint64(len(self._keys) - 1)).astype(np.intp)

    def _next(self, slots: npt.NDArray[np.intp]) -> npt.NDArray[np.intp]:
        return (slots + 1) & (len(self._keys) - 1)
