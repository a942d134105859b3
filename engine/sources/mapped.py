"""A table with its mapping as a source: each row becomes its events, in JSON, for the one admission.

A row that gives no event and is not skipped is refused: nothing of a table is lost in silence.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import tzinfo
from pathlib import Path

import msgspec

from engine.sources.batch import EVENTS_A_BATCH, Batch, Refused
from engine.sources.lookup import read_lookups
from engine.sources.rows import RowReader, Skipped, WrongRow
from engine.sources.table import Row, Table
from schemas.mapping import zone_named
from schemas.mapping_file import MappingFile
from schemas.problems import Place, Problem

_encode = msgspec.json.Encoder().encode


@dataclass(frozen=True, slots=True)
class Mapped:
    """A table and the mapping that reads it; ``zone`` stands where the mapping names none."""

    table: Table
    mapping: MappingFile
    zone: tzinfo
    beside: Path

    @property
    def name(self) -> str:
        """The table's name."""
        return self.table.name

    def batches(self) -> Iterator[Batch]:
        """The table's events, each with the line of its row.

        Raises:
            Problem: the table is missing, or the mapping names a column or lookup file that is not there.
        """
        rules = self.mapping.rules
        zone = self.zone if rules.zone is None else zone_named(rules.zone)
        with self.table.opened() as (header, rows):
            reader = RowReader(self.mapping, header, self.name, read_lookups(self.mapping, self.beside), zone)
            gathering = _Gathering(self.name)
            for row in rows:
                gathering.add(row, reader)
                if gathering.is_full:
                    yield gathering.batch()
                    gathering = _Gathering(self.name)
            yield gathering.batch()


class _Gathering:
    """A batch in the making."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._lines: list[int] = []
        self._events: list[bytes] = []
        self._refused: list[Refused] = []
        self._skipped: Counter[str] = Counter()
        self._rows = 0

    @property
    def is_full(self) -> bool:
        return self._rows >= EVENTS_A_BATCH

    def batch(self) -> Batch:
        return Batch(self._lines, self._events, self._refused, dict(self._skipped))

    def add(self, row: Row | Refused, reader: RowReader) -> None:
        """Take in what ``reader`` makes of a row."""
        self._rows += 1
        if isinstance(row, Refused):
            self._refused.append(row)
            return
        try:
            for event in reader.events(row.fields):
                if isinstance(event, WrongRow):
                    self._refuse(row, event)
                else:
                    self._lines.append(row.line)
                    self._events.append(_encode(event))
        except Skipped as skipped:
            self._skipped[str(skipped)] += 1
        except WrongRow as wrong:
            self._refuse(row, wrong)

    def _refuse(self, row: Row, wrong: WrongRow) -> None:
        what = str(wrong)
        sentence = what[:1].upper() + what[1:] + ("" if what.endswith(("?", ".")) else ".")
        place = Place(file=self._name, line=row.line, field=wrong.field)
        self._refused.append(Refused(row.line, row.raw, Problem(sentence, place=place)))
