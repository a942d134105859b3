"""What kind of file a path is, by its first bytes."""

from __future__ import annotations

from pathlib import Path

from engine.sources.csv_table import CsvTable
from engine.sources.files import opened
from engine.sources.parquet import MAGIC, ParquetTable
from engine.sources.table import Table
from schemas.mapping import TableFormat


def is_parquet(path: Path) -> bool:
    """Whether ``path`` is a Parquet file. A pipe is none: it cannot be looked into and read again.

    Raises:
        Problem: there is no such file.
    """
    if path.is_fifo() or path.is_char_device():
        return False
    with opened(path) as stream:
        return stream.read(len(MAGIC)) == MAGIC


def table_at(path: Path, name: str, form: TableFormat) -> Table:
    """The file ``path`` as a table: Parquet, or CSV in the format ``form``."""
    return ParquetTable(name, path) if is_parquet(path) else CsvTable(name, path, form)
