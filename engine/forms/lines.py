"""The bytes of a batch of lines: where lines begin and end, where quotation marks stand, and what is between places."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from engine.forms.form import Form

Places = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

_QUOTE, _BLANK = b'" '
_HIDING = (b"\\", b"\x7f")
"""What makes a text another one than it looks like, or cannot be seen."""
_WIDE = 0x80
"""From this byte on one is part of a character that is not ASCII."""


class Texts(NamedTuple):
    """A text of each of some lines: from ``starts`` to before ``ends`` in ``data``, and the same as an ``array``."""

    data: bytes
    starts: Places
    ends: Places
    array: pa.StringArray

    @property
    def lengths(self) -> Places:
        """Their lengths in bytes."""
        return self.ends - self.starts

    def marks(self, width: int) -> npt.NDArray[np.uint8]:
        """The bytes of the texts, which are all so long: a row for each place in them, a column for each text."""
        return np.ascontiguousarray(_windows(self.data, width)[self.starts].view(np.uint8).reshape(-1, width).T)

    def any_edge_blank(self) -> bool:
        """Whether one begins or ends with a blank; none is empty."""
        marks = np.frombuffer(self.data, np.uint8)
        return bool(np.any(marks[self.starts] == _BLANK) or np.any(marks[self.ends - 1] == _BLANK))


class Pieces(NamedTuple):
    """Pieces of ``lines``, as many of each: a row for each piece, a column for each line."""

    data: bytes
    lines: Places
    starts: Places
    ends: Places

    def of(self, some: slice | Places) -> Pieces:
        """Those of some of the lines."""
        return Pieces(self.data, self.lines[some], self.starts[:, some], self.ends[:, some])

    def texts(self) -> list[Texts]:
        """The texts, each of all lines."""
        texts, lines = self.starts.shape
        between = np.empty((lines, texts, 2), np.int32)
        between[:, :, 0], between[:, :, 1] = self.starts.T, self.ends.T
        pieces = pa.StringArray.from_buffers(between.size - 1, pa.py_buffer(between), pa.py_buffer(self.data))
        order = np.arange(0, between.size, 2, dtype=np.int32).reshape(lines, texts).T
        array = pieces.take(pa.array(order.ravel()))
        return [
            Texts(self.data, starts, ends, array[text * lines : (text + 1) * lines])
            for text, (starts, ends) in enumerate(zip(self.starts, self.ends, strict=True))
        ]


class Lines:
    """Lines one after the other.

    ``plain`` has the indexes of those of visible characters and blanks without an escape: in them quotation marks alone
    tell what is a text.
    """

    def __init__(self, lines: Sequence[bytes]) -> None:
        self.data = b"\n".join([*lines, b""])
        self.ends: Places = np.cumsum(np.fromiter(map(len, lines), np.int64, len(lines)) + 1) - 1
        self.starts: Places = np.concatenate([[0], self.ends[:-1] + 1])
        marks = np.frombuffer(self.data, np.uint8)
        self._quotes = np.flatnonzero(marks == _QUOTE)
        after = np.searchsorted(self._quotes, self.ends)
        self._first = np.concatenate([[0], after[:-1]])
        self.quotes: Places = after - self._first
        """By line how many quotation marks it has."""
        self.plain = self._plain(lines, marks)

    def _plain(self, lines: Sequence[bytes], marks: npt.NDArray[np.uint8]) -> Places:
        every = np.arange(len(lines))
        is_clean = not any(mark in self.data for mark in _HIDING) and _is_visible(self.data)
        if is_clean and np.count_nonzero(marks < _BLANK) == len(lines):  # each line's end is one
            return every
        odd = np.flatnonzero((marks < _BLANK) | np.isin(marks, np.frombuffer(b"".join(_HIDING), np.uint8)))
        within = np.searchsorted(self.ends, odd)
        wide = np.unique(np.searchsorted(self.ends, np.flatnonzero(marks >= _WIDE))).tolist()
        unseen = np.array([line for line in wide if not _is_visible(lines[line])], np.int64)
        return np.setdiff1d(every, np.concatenate([within[odd != self.ends[within]], unseen]))

    def pieces(self, rows: Places, form: Form) -> Pieces:
        """Where the pieces of a form would be in each of these lines, which have as many quotation marks."""
        numbers = np.array(form.numbers)
        marks = self._first[rows] + 2 * np.minimum(numbers, form.quotes // 2 - 1)[:, None]
        starts, ends = self._quotes[marks] + 1, self._quotes[marks + 1]
        for piece in [place for place, name in enumerate(form.names) if name in form.bare]:
            after = self.ends[rows] if numbers[piece] == form.quotes // 2 else starts[piece] - 1
            before = ends[piece - 1] if piece else self.starts[rows]
            starts[piece], ends[piece] = before + len(form.literals[piece]), after - form.gaps[piece]
        return Pieces(self.data, rows, starts, ends)

    def say(self, starts: Places, literal: bytes) -> Bools:
        """Whether ``literal`` stands at each of ``starts``; so many bytes there are."""
        size = len(literal)
        there = _windows(self.data, size)[starts]
        if there.tobytes() == literal * len(starts):
            return np.ones(len(starts), np.bool_)
        found: Bools = (there.view(np.uint8).reshape(-1, size) == np.frombuffer(literal, np.uint8)).all(axis=1)
        return found


def _is_visible(data: bytes) -> bool:
    """Whether what is not ASCII in ``data`` can be seen: no control character, and no blank but the usual one."""
    if data.isascii():
        return True
    try:
        return data.decode().replace("\n", "").isprintable()
    except UnicodeDecodeError:
        return False


def _windows(data: bytes, size: int) -> npt.NDArray[np.void]:
    """What stands in ``data`` from each place on, so many bytes."""
    return np.ndarray((len(data) - size + 1,), f"V{size}", data, strides=(1,))
