"""CSV files as tables. A row that is cut or cannot be read is refused with its line, and the next one read.

A quote that never closes costs its own line alone: the lines after it are read anew.
"""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Literal

from engine.sources.batch import Refused
from engine.sources.files import Lines, opened, pieces, refusal
from engine.sources.table import Header, Row, header_of
from schemas.mapping import TableFormat
from schemas.problems import Place, Problem


@dataclass(frozen=True, slots=True)
class CsvTable:
    """A CSV file, or a stream that is open already, in a stated format."""

    name: str
    origin: Path | BinaryIO
    format: TableFormat

    @contextmanager
    def opened(self) -> Iterator[tuple[Header, Iterator[Row | Refused]]]:
        """The columns by name, and the rows."""
        if isinstance(self.origin, Path):
            with opened(self.origin) as stream:
                yield self._read(stream)
        else:
            yield self._read(self.origin)

    def _read(self, stream: BinaryIO) -> tuple[Header, Iterator[Row | Refused]]:
        rows = _rows(_Feed(stream, self.name, self.format), self.name, self.format)
        if self.format.columns:
            if self.format.header:
                next(rows, None)
            names, line = list(self.format.columns), None
        else:
            first = next(rows, None)
            if first is None:
                raise Problem("The file is empty.", place=Place(file=self.name), remedy="It needs a header line.")
            if isinstance(first, Refused):
                raise first.problem
            names, line = first.fields, first.line
        return header_of(names, self.name, line), self._whole(rows, len(names))

    def _whole(self, rows: Iterator[Row | Refused], width: int) -> Iterator[Row | Refused]:
        for row in rows:
            if isinstance(row, Row) and len(row.fields) != width:
                few = len(row.fields) < width
                problem = Problem(
                    f"The row has {len(row.fields)} {'field' if len(row.fields) == 1 else 'fields'}, not {width}.",
                    place=Place(file=self.name, line=row.line),
                    remedy="It is cut, or the delimiter is another."
                    if few
                    else "A field with a delimiter needs quotes.",
                )
                yield Refused(row.line, row.raw, problem)
            else:
                yield row


class _Feed:
    """Lines of text for ``csv.reader`` that remembers which of them the row at hand is made of."""

    def __init__(self, stream: BinaryIO, name: str, form: TableFormat) -> None:
        self._pieces = pieces(stream, name)
        self._encoding = form.encoding
        self._skip = form.skip_lines
        self._waiting: deque[tuple[int, bytes]] = deque()
        self._name = name
        self.taken: list[tuple[int, bytes]] = []
        self.refused: deque[Refused] = deque()

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        while not self._waiting:
            piece = next(self._pieces)
            if isinstance(piece, Lines):
                numbered = enumerate(piece.lines, piece.first)
                self._waiting.extend(line for line in numbered if line[0] > self._skip)
            else:
                self.refused.append(refusal(piece, self._name))
        line = self._waiting.popleft()
        self.taken.append(line)
        return line[1].decode(self._encoding) + "\n"

    def give_back(self) -> tuple[int, bytes]:
        """The first line of the row at hand; the others are read anew."""
        self._waiting.extendleft(reversed(self.taken[1:]))
        return self.taken[0]


def _rows(feed: _Feed, name: str, form: TableFormat) -> Iterator[Row | Refused]:
    quoting: Literal[0, 3] = csv.QUOTE_MINIMAL if form.quote else csv.QUOTE_NONE
    reader = csv.reader(feed, delimiter=form.separator, quotechar=form.quote or None, quoting=quoting, strict=True)
    while True:
        feed.taken = []
        try:
            fields = next(reader)
        except StopIteration:
            yield from feed.refused
            return
        except (csv.Error, UnicodeDecodeError) as error:
            line, raw = feed.give_back()
            yield Refused(line, raw, _unreadable(error, form).at(Place(file=name, line=line)))
            continue
        while feed.refused:
            yield feed.refused.popleft()
        if len(feed.taken) > 1 or (fields and any(fields)):
            raw = feed.taken[0][1] if len(feed.taken) == 1 else b"\n".join(raw for _, raw in feed.taken)
            yield Row(feed.taken[0][0], [field.strip() for field in fields], raw)


def _unreadable(error: Exception, form: TableFormat) -> Problem:
    if isinstance(error, UnicodeDecodeError):
        what = f"The row is not {form.encoding} text."
        remedy = (
            "Name the file's encoding in the mapping: `table: {encoding: …}`, such as gb18030 for a file of a Chinese "
            "Excel."
        )
    elif "unexpected end" in str(error) or "field limit" in str(error):
        what, remedy = "A quote opens and does not close.", "The row is cut, or the quote belongs to its text."
    else:
        what, remedy = f"The row cannot be read: {error}.", "A quote inside a quoted field is written twice."
    return Problem(what, remedy=remedy)
