"""Tables: files of rows with named columns, each row with the line (in Parquet, the row's number) it stands in.

Fields are texts; blanks around one are no part of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from engine.sources.batch import Refused
from schemas.problems import Place, Problem

Header = Mapping[str, int]


@dataclass(slots=True)
class Row:
    """The fields of a row, where it stands and how the file spells it."""

    line: int
    fields: list[str]
    raw: bytes


class Table(Protocol):
    """A file of rows with named columns."""

    @property
    def name(self) -> str:
        """What messages call it."""

    def opened(self) -> AbstractContextManager[tuple[Header, Iterator[Row | Refused]]]:
        """The columns by name, and the rows.

        Raises:
            Problem: the file is missing, no table, or its header names a column twice.
        """


def header_of(names: Sequence[str], file: str, line: int | None = None) -> Header:
    """Column names with their places; a column without a name cannot be asked for."""
    header: dict[str, int] = {}
    for place, name in enumerate(names):
        if name in header:
            raise Problem(
                f"The column {name!r} stands twice in the header.",
                place=Place(file=file, line=line),
                remedy="Rename one of them.",
            )
        if name:
            header[name] = place
    return header
