"""A report as sections: tables of texts that the terminal, a spreadsheet and a CSV file show alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from msgspec import UNSET

from meritlog.words import Words

Cells = Sequence[str | None]


class Column(NamedTuple):
    """A column: its heading in the reader's language, and whether it holds figures, or parts of 1."""

    heading: str
    figure: bool = False
    part: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """A table with its title; ``depths`` say how deep each row stands in a tree."""

    title: str
    columns: Sequence[Column]
    rows: Sequence[Cells]
    depths: Sequence[int] = field(default=())

    def filled(self) -> Section:
        """The section without columns in which nothing stands."""
        kept = [at for at in range(len(self.columns)) if any(row[at] not in {None, ""} for row in self.rows)]
        return Section(
            self.title,
            [self.columns[at] for at in kept],
            [[row[at] for at in kept] for row in self.rows],
            self.depths,
        )


def joined(sections: Sequence[Section], part: str) -> Section:
    """All sections as one table; of several, a first column called ``part`` says which a row is of."""
    if len(sections) == 1:
        return sections[0]
    columns = list(dict.fromkeys(column for section in sections for column in section.columns))
    rows = []
    for section in sections:
        at = {column: place for place, column in enumerate(section.columns)}
        rows += [[section.title, *(row[at[one]] if one in at else None for one in columns)] for row in section.rows]
    return Section("", [Column(part), *columns], rows)


def text_of(value: object) -> str | None:
    """A field of a report as a cell."""
    if value is UNSET or value is None:
        return None
    if isinstance(value, list):
        return ", ".join(map(str, value)) or None
    return str(value)


def product_name(path: str | None, words: Words) -> str | None:
    """What a path of the standard catalogue is called in the reader's language; None where it speaks for itself."""
    return words.catalogue.get(f"catalogue {path}")
