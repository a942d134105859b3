"""Which source a name on the command line stands for, by what the file is and whether there is a mapping."""

from __future__ import annotations

from datetime import tzinfo
from pathlib import Path
from typing import BinaryIO

from engine.sources.batch import Source
from engine.sources.csv_table import CsvTable
from engine.sources.jsonl import JsonLines
from engine.sources.kinds import is_parquet, table_at
from engine.sources.mapped import Mapped
from engine.sources.parquet import ParquetEvents
from schemas.mapping_file import MappingFile
from schemas.problems import Place, Problem

WORKBOOKS = frozenset({".xlsx", ".xls", ".xlsm", ".ods", ".et"})
STANDARD_INPUT = "standard input"


def source_at(path: Path, mapping: MappingFile | None, zone: tzinfo) -> Source:
    """The file ``path`` as a source; ``zone`` dates what a mapping leaves without a time zone.

    Raises:
        Problem: there is no such file, it is a table without a mapping, or holds no events at all.
    """
    name = str(path)
    if path.suffix.lower() in WORKBOOKS:
        raise Problem(
            "A workbook is no table that is read here.",
            place=Place(file=name),
            remedy="Save its sheet as CSV UTF-8, and give that with --mapping FILE.",
        )
    if mapping is not None:
        return Mapped(table_at(path, name, mapping.rules.table), mapping, zone, beside=path.parent)
    if is_parquet(path):
        return ParquetEvents(name, path)
    if ".csv" in path.suffixes or ".tsv" in path.suffixes:
        raise Problem(
            "A CSV file needs a mapping that says how its rows become events.",
            place=Place(file=name),
            remedy="Write one as docs/recipes/own-csv.md shows, and give it with --mapping FILE.",
        )
    if path.suffix in {".yaml", ".yml"}:
        raise Problem(
            "A YAML file holds no events.",
            place=Place(file=name),
            remedy="Name the table first, and give a mapping with --mapping FILE.",
        )
    return JsonLines(name, path)


def source_of(stream: BinaryIO, mapping: MappingFile | None, zone: tzinfo) -> Source:
    """Standard input as a source: JSON Lines, or with a mapping CSV (lookups beside the mapping)."""
    if mapping is None:
        return JsonLines(STANDARD_INPUT, stream)
    table = CsvTable(STANDARD_INPUT, stream, mapping.rules.table)
    return Mapped(table, mapping, zone, beside=mapping.folder)
