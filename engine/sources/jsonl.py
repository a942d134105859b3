"""JSON Lines: one event a line, plain, gzip or Zstandard, from a file or standard input.

Lines are not looked into here: whatever is wrong inside one, admission says. Empty lines are no events.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from engine.sources.batch import EVENTS_A_BATCH, Batch, Refused
from engine.sources.files import Lines, opened, pieces, refusal

# No event is shorter, so a look at lengths is enough; a longer blank line is refused like any other that is no JSON.
_LONGEST_BLANK = 40


@dataclass(frozen=True, slots=True)
class JsonLines:
    """A file of events, or a stream that is open already."""

    name: str
    origin: Path | BinaryIO

    def batches(self) -> Iterator[Batch]:
        """The file's events."""
        if isinstance(self.origin, Path):
            with opened(self.origin) as stream:
                yield from self._batches(stream)
        else:
            yield from self._batches(self.origin)

    def _batches(self, stream: BinaryIO) -> Iterator[Batch]:
        lines: list[int] = []
        events: list[bytes] = []
        refused: list[Refused] = []
        for piece in pieces(stream, self.name):
            if isinstance(piece, Lines):
                numbers, found = _filled(piece)
                lines += numbers
                events += found
            else:
                refused.append(refusal(piece, self.name))
            if len(events) >= EVENTS_A_BATCH or len(refused) >= EVENTS_A_BATCH:
                yield Batch(lines, events, refused)
                lines, events, refused = [], [], []
        if events or refused:
            yield Batch(lines, events, refused)


def _filled(piece: Lines) -> tuple[Sequence[int], list[bytes]]:
    """The lines that hold anything, and their numbers."""
    numbers = range(piece.first, piece.first + len(piece.lines))
    if min(map(len, piece.lines)) > _LONGEST_BLANK:
        return numbers, piece.lines
    filled = [(number, line) for number, line in zip(numbers, piece.lines, strict=True) if line.strip()]
    return [number for number, _ in filled], [line for _, line in filled]
