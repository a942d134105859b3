"""A sieve: tells of most keys that a run does not have that it has none of them, without a search.

Nearly every event that comes in is new, so nearly every search would be in vain, and its way through a long run is one
through memory that no cache holds. The space of keys, which are hashes, is divided into as many equal stretches as a
few times the number of keys; a bit for each says whether a key lies in it. Keys asked for in ascending order find
their bits in ascending order, too.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from engine.log.hash_table import Keys

BITS_A_KEY = 12
"""So one in twelve of the keys that are not there passes, for a byte and a half of memory a key."""
_BITS_MAX = (1 << 32) - 1
_STRIDE = 1 << 18
_HALF = np.uint64(32)


class Sieve:
    """Made of all keys of a run; any other key may pass, these do."""

    def __init__(self, keys: Keys) -> None:
        self._count = np.uint64(min(BITS_A_KEY * len(keys) + 1, _BITS_MAX))
        self._bits = np.zeros((int(self._count) + 7) // 8, np.uint8)
        for start in range(0, len(keys), _STRIDE):  # a mapped run need not be in memory as a whole
            byte, bit = self._at(keys[start : start + _STRIDE])
            np.bitwise_or.at(self._bits, byte, bit)

    def passing(self, keys: Keys) -> npt.NDArray[np.intp]:
        """The indexes of the keys that may be there."""
        byte, bit = self._at(keys)
        return np.flatnonzero(self._bits[byte] & bit)

    def _at(self, keys: Keys) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.uint8]]:
        """Byte and bit of each key's stretch."""
        stretch = (keys >> _HALF) * self._count >> _HALF
        return (stretch >> np.uint64(3)).astype(np.intp), np.left_shift(1, stretch & np.uint64(7), dtype=np.uint8)
