"""JSON Lines: one event a line, plain, gzip or Zstandard, from a file or standard input.

Lines are not looked into here: whatever is wrong inside one, admission says. Empty lines are no events.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from engine.sources.batch import EVENTS_A_BATCH, Batch, Refused
from engine.sources.files import LONGEST_LINE, Broken, Lines, TooLong, opened, pieces
from schemas.problems import Place, Problem


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
                refused.append(unreadable(piece, self.name))
            if len(events) >= EVENTS_A_BATCH or len(refused) >= EVENTS_A_BATCH:
                yield Batch(lines, events, refused)
                lines, events, refused = [], [], []
        if events or refused:
            yield Batch(lines, events, refused)


def _filled(piece: Lines) -> tuple[Sequence[int], list[bytes]]:
    """The lines that hold anything, and their numbers."""
    numbers = range(piece.first, piece.first + len(piece.lines))
    if b"" not in piece.lines and not any(map(bytes.isspace, piece.lines)):
        return numbers, piece.lines
    filled = [(number, line) for number, line in zip(numbers, piece.lines, strict=True) if line.strip()]
    return [number for number, _ in filled], [line for _, line in filled]


def unreadable(piece: TooLong | Broken, name: str) -> Refused:
    """What a line that cannot be read is refused for."""
    if isinstance(piece, TooLong):
        problem = Problem(
            f"The line has {piece.length} bytes.",
            place=Place(file=name, line=piece.line),
            remedy=f"An event has at most {LONGEST_LINE}; its beginning is kept.",
        )
        return Refused(piece.line, piece.beginning, problem)
    problem = Problem(
        f"The file breaks off here: {piece.why}.",
        place=Place(file=name, line=piece.line),
        remedy="What stands before is read. Fetch the file again and ingest it whole: what is in already counts once.",
    )
    return Refused(piece.line, piece.beginning, problem)
