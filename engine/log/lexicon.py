"""Many texts and a number for each: found by a hash of the text, a batch at a time, and always compared as texts.

The hash is made of a text's bytes eight at a time, for all texts at once, out of the memory in which Arrow has them. It
needs to spread them, and no more: texts that share a hash stand in a dictionary.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from engine.growing import Growing
from engine.log.hash_table import ABSENT, HashTable, Keys, Numbers

_WORD_BYTES = 8
_FIRST_BYTES = np.array([(1 << 8 * count) - 1 for count in range(_WORD_BYTES + 1)], np.uint64)
"""By their count, the first bytes of a word."""
_SPREAD = np.uint64(0x9E3779B97F4A7C15)  # odd, and its bits without a pattern: 2^64 divided by the golden ratio
_HALF = np.uint64(32)


class Lexicon:
    """Texts with their numbers, from 0 on."""

    def __init__(self) -> None:
        self._rows = HashTable()
        self._numbers = Growing(number=(np.int32, ABSENT))
        self._bytes, self._ends = Growing(byte=(np.uint8, 0)), Growing(end=(np.int64, 0))
        self._ends.begin()
        self._sharing: dict[str, int] = {}
        """Texts whose hash another one had before."""

    def __len__(self) -> int:
        return self._rows.count + len(self._sharing)

    def look_up(self, texts: pa.StringArray) -> Numbers:
        """The number of each text; ``ABSENT`` where it has none."""
        if not len(self):
            return np.full(len(texts), ABSENT, np.int32)
        rows = self._rows.look_up(hashes(texts))
        hit = rows != ABSENT
        meant = self._texts.take(pa.array(rows, mask=~hit))
        same = pc.equal(meant, texts.cast(meant.type)).fill_null(False).to_numpy(False)
        found = np.where(same, self._numbers.held("number")[rows], ABSENT)
        for index in np.flatnonzero(hit & ~same).tolist():
            found[index] = self._sharing.get(texts[index].as_py(), ABSENT)
        return found

    def add(self, texts: pa.StringArray, numbers: Numbers) -> None:
        """Take in texts that are new, and differ from each other, with their numbers."""
        keys = hashes(texts)
        first = np.sort(np.unique(keys, return_index=True)[1])
        alone = first[self._rows.look_up(keys[first]) == ABSENT]
        self._rows.add(keys[alone], np.arange(self._rows.count, self._rows.count + len(alone), dtype=np.int32))
        self._numbers.extend(number=numbers[alone])
        ends, data = _laid_out(texts.take(pa.array(alone)))
        self._ends.extend(end=ends[1:] + self._ends.held("end")[-1])
        self._bytes.extend(byte=data)
        for index in np.delete(np.arange(len(texts)), alone).tolist():
            self._sharing[texts[index].as_py()] = int(numbers[index])

    @property
    def _texts(self) -> pa.LargeStringArray:
        """The texts in the table, by row."""
        ends, data = pa.py_buffer(self._ends.held("end")), pa.py_buffer(self._bytes.held("byte"))
        return pa.LargeStringArray.from_buffers(self._rows.count, ends, data)


def hashes(texts: pa.StringArray) -> Keys:
    """A 64-bit hash of each text."""
    ends, data = _laid_out(texts)
    data = np.concatenate([data, np.zeros(_WORD_BYTES, np.uint8)])
    words = np.ndarray(len(data) - _WORD_BYTES + 1, "<u8", data, strides=(1,))
    lengths = np.diff(ends)
    found = lengths.astype(np.uint64)
    rows = np.arange(len(texts))
    done = 0
    while len(rows):
        left = lengths[rows] - done
        word = words[ends[rows] + done] & _FIRST_BYTES[np.minimum(left, _WORD_BYTES)]
        mixed = (found[rows] ^ word) * _SPREAD
        found[rows] = mixed ^ (mixed >> _HALF)
        done += _WORD_BYTES
        rows = rows[left > _WORD_BYTES]
    return found


def _laid_out(texts: pa.StringArray) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.uint8]]:
    """Where each text ends (from 0 on, which stands first), and the bytes of all."""
    _, ends, data = texts.buffers()
    if not len(texts) or data is None:
        return np.zeros(len(texts) + 1, np.int32), np.empty(0, np.uint8)
    placed = np.frombuffer(ends, np.int32)[texts.offset : texts.offset + len(texts) + 1]
    return placed - placed[0], np.frombuffer(data, np.uint8)[placed[0] : placed[-1]]
