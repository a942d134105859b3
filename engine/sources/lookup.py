"""Lookups: a second table held in memory, by the column that a mapping calls its key."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from engine.sources.kinds import table_at
from engine.sources.table import Header, Row
from schemas.document import nearest
from schemas.mapping import Lookup
from schemas.mapping_file import MappingFile
from schemas.problems import Place, Problem

_COMPRESSED = (".gz", ".zst")


@dataclass(frozen=True, slots=True)
class Index:
    """The rows of a second table by key."""

    file: str
    key: str
    header: Header
    rows: Mapping[str, tuple[str, ...]]


def read_lookups(mapping: MappingFile, beside: Path) -> dict[str, Index]:
    """Every lookup of a mapping, read; a file is looked for in ``beside``, then in the mapping's own folder.

    Raises:
        Problem: a file or column is missing, a row is cut, or a key stands twice.
    """
    return {name: _read(mapping, name, lookup, beside) for name, lookup in mapping.rules.lookups.items()}


def _read(mapping: MappingFile, name: str, lookup: Lookup, beside: Path) -> Index:
    declared = mapping.document.place(("lookups", name, "file"))
    places = [folder / (lookup.file + ending) for folder in (beside, mapping.folder) for ending in ("", *_COMPRESSED)]
    found = next((path for path in places if path.exists()), None)
    if found is None:
        raise Problem(
            f"The lookup's file {lookup.file} is neither in {beside} nor in {mapping.folder}.",
            place=declared,
            remedy="Put it beside the table.",
        )
    table = table_at(found, str(found), lookup.table or mapping.rules.table)
    rows: dict[str, tuple[str, ...]] = {}
    lines: dict[str, int] = {}
    with table.opened() as (header, content):
        for column in (lookup.key, *lookup.where):
            if column not in header:
                raise missing_column(column, header, found.name, mapping.document.place(("lookups", name)))
        key, asked = header[lookup.key], [(header[column], test) for column, test in lookup.where.items()]
        for row in content:
            if not isinstance(row, Row):
                raise row.problem
            if not all(test.met(row.fields[place]) for place, test in asked):
                continue
            text = row.fields[key]
            if text in rows:
                raise Problem(
                    f"{lookup.key} {text!r} stands in line {lines[text]} and again here.",
                    place=Place(file=str(found), line=row.line),
                    remedy=f"A key leads to one row: narrow the lookup {name!r} with `where`.",
                )
            rows[text], lines[text] = tuple(row.fields), row.line
    return Index(found.name, lookup.key, header, rows)


def missing_column(column: str, header: Header, file: str, place: Place) -> Problem:
    """The complaint about a column that a table does not have."""
    return Problem(f"{file} has no column {column!r}.", place=place, remedy=nearest(column, set(header)))
