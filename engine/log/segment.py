"""Sealed segments: Parquet that never changes.

A segment is three files. ``N.parquet`` has the columns that calculations read, in large row groups.
``N.bodies.parquet`` has the events themselves, canonical JSON, in row groups of 1,024: one event is fetched without
reading the others; in a partitioned log the place of each stands beside it. ``N.names.parquet`` has the names (code and
text) that first appear in the segment. All are written aside and made durable before the manifest's entry gives them a
meaning.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from engine.log.digest import RESTORE, Damage, digest_of
from engine.log.disk import Disk, told
from engine.log.manifest import FileEntry, SegmentPaths
from schemas.problems import Place

COLUMN_ROWS = 1 << 15
BODY_ROWS = 1 << 10
SCAN_ROWS = 1 << 14
NAMES_SCHEMA = pa.schema([pa.field("code", pa.int32(), nullable=False), pa.field("text", pa.string(), nullable=False)])
BODY_SCHEMA = pa.schema([pa.field("body", pa.binary(), nullable=False)])
PLACE_FIELD = pa.field("place", pa.int16(), nullable=False)
_ASCENDING = ("position", "admitted", "time")
_DICTIONARY = ("type", "source")
_RANDOM = ("key",)


class Draft:
    """A segment in the making, in memory: coded and compressed as it grows, so that little is left to do at its end."""

    def __init__(self) -> None:
        ascending = dict.fromkeys(_ASCENDING, "DELTA_BINARY_PACKED")
        self._columns = _Growing(COLUMN_ROWS, use_dictionary=list(_DICTIONARY), column_encoding=ascending)
        self._bodies = _Growing(BODY_ROWS, use_dictionary=False, write_statistics=False)

    def add_columns(self, columns: pa.Table) -> None:
        """Take in the columns of the events that come next."""
        self._columns.add(columns)

    def add_bodies(self, bodies: pa.Table) -> None:
        """Take in the bodies of the events that come next."""
        self._bodies.add(bodies)

    def write(self, disk: Disk, paths: SegmentPaths, names: pa.Table) -> tuple[FileEntry, FileEntry, FileEntry]:
        """Write the three files durably, under their names; they count for nothing until the entry is there."""
        named = _Growing(COLUMN_ROWS, use_dictionary=False)
        named.add(names)
        written = []
        for path, file in ((paths.columns, self._columns), (paths.bodies, self._bodies), (paths.names, named)):
            data = file.finish()
            disk.rename(disk.write_aside(path, data), path)
            written.append(FileEntry(len(data), digest_of(data)))
        disk.sync_directory(paths.entry.parent)
        return written[0], written[1], written[2]


class _Growing:
    """A Parquet file in the making: its bytes so far, and the rows that do not fill a row group yet."""

    def __init__(self, rows: int, **encoding: Any) -> None:
        self._rows = rows
        self._encoding = encoding
        self._sink = pa.BufferOutputStream()
        self._writer: Any = None
        self._waiting: list[pa.Table] = []
        self._count = 0

    def add(self, table: pa.Table) -> None:
        """Take in the rows that come next; the same rows in the same steps make the same bytes."""
        self._waiting.append(table)
        self._count += len(table)
        whole = self._count - self._count % self._rows
        if whole:
            waiting = pa.concat_tables(self._waiting)
            self._write(waiting.slice(0, whole))
            self._count -= whole
            self._waiting = [waiting.slice(whole)] if self._count else []

    def finish(self) -> bytes:
        """The whole file."""
        if self._count or self._writer is None:
            self._write(pa.concat_tables(self._waiting))
        self._writer.close()
        return memoryview(self._sink.getvalue())  # type: ignore[return-value] # hashing and writing take any buffer

    def _write(self, table: pa.Table) -> None:
        if self._writer is None:
            compression = {name: "none" if name in _RANDOM else "zstd" for name in table.column_names}
            self._writer = pq.ParquetWriter(self._sink, table.schema, compression=compression, **self._encoding)
        self._writer.write_table(table, row_group_size=self._rows)


class BodyFile:
    """The events of one segment."""

    def __init__(self, path: Path, count: int) -> None:
        self._path = path
        with parquet_of(path):
            self._file = pq.ParquetFile(path)
            if self._file.metadata.num_rows != count:
                there = self._file.metadata.num_rows
                raise ValueError(f"another number of events than was sealed: {there} instead of {count}")

    def rows(self, group: int) -> list[bytes]:
        """The bodies of one row group."""
        with parquet_of(self._path):
            return _whole(self._file.read_row_group(group, columns=["body"], use_threads=False).column(0))

    def scan(self) -> Iterator[list[bytes]]:
        """All bodies, a stretch at a time."""
        batches = self._file.iter_batches(SCAN_ROWS, columns=["body"], use_threads=False)
        while True:
            with parquet_of(self._path):
                batch = next(batches, None)
                if batch is None:
                    return
                bodies = _whole(batch.column(0))
            yield bodies


def _whole(column: Any) -> list[bytes]:
    if column.null_count:
        raise ValueError("an event is absent")
    bodies: list[bytes] = column.to_pylist()
    return bodies


@contextmanager
def parquet_of(path: Path) -> Iterator[None]:
    """Turn what Arrow says of a damaged file of the log into Damage, and what the system says into its problem."""
    try:
        yield
    except OSError as error:
        if error.errno is None or isinstance(error, FileNotFoundError):
            raise _damaged(path, error) from None
        with told(path, "read the file"):
            raise
    except Exception as error:  # what a reader of Parquet raises over damaged bytes is anything
        raise _damaged(path, error) from None


def _damaged(path: Path, why: object) -> Damage:
    reason = " ".join(str(why).split())
    return Damage(f"The file is damaged: {reason}.", place=Place(file=str(path)), remedy=RESTORE)


def read_columns(path: Path, names: Sequence[str]) -> pa.Table:
    """Some columns of a segment."""
    with parquet_of(path):
        return pq.read_table(path, columns=list(names))


def read_places(path: Path) -> npt.NDArray[np.int16]:
    """The partition of each event of a segment, from its file of bodies."""
    with parquet_of(path):
        return np.asarray(pq.read_table(path, columns=[PLACE_FIELD.name]).column(0).to_numpy(), np.int16)


def read_names(path: Path) -> pa.Table:
    """The names that first appear in a segment."""
    with parquet_of(path):
        return pq.read_table(path, schema=NAMES_SCHEMA)
