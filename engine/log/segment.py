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

COLUMN_ROWS = 1 << 17
BODY_ROWS = 1 << 10
SCAN_ROWS = 1 << 14
NAMES_SCHEMA = pa.schema([pa.field("code", pa.int32(), nullable=False), pa.field("text", pa.string(), nullable=False)])
BODY_SCHEMA = pa.schema([pa.field("body", pa.binary(), nullable=False)])
PLACE_FIELD = pa.field("place", pa.int16(), nullable=False)
_ASCENDING = ("position", "admitted", "time")
_DICTIONARY = ("type", "source")
_RANDOM = ("key",)


def write_segment(
    disk: Disk, paths: SegmentPaths, columns: pa.Table, bodies: pa.Table, names: pa.Table
) -> tuple[FileEntry, FileEntry, FileEntry]:
    """Write the three files durably, under their names; they count for nothing until the entry is there."""
    ascending: Any = dict.fromkeys(_ASCENDING, "DELTA_BINARY_PACKED")
    contents = (
        (paths.columns, _parquet(columns, COLUMN_ROWS, use_dictionary=list(_DICTIONARY), column_encoding=ascending)),
        (paths.bodies, _parquet(bodies, BODY_ROWS, use_dictionary=False, write_statistics=False)),
        (paths.names, _parquet(names, COLUMN_ROWS, use_dictionary=False)),
    )
    written = []
    for path, data in contents:
        disk.rename(disk.write_aside(path, data), path)
        written.append(FileEntry(len(data), digest_of(data)))
    disk.sync_directory(paths.entry.parent)
    return written[0], written[1], written[2]


def _parquet(table: pa.Table, rows: int, **encoding: Any) -> bytes:
    sink = pa.BufferOutputStream()
    compression = {name: "none" if name in _RANDOM else "zstd" for name in table.column_names}
    pq.write_table(table, sink, row_group_size=rows, compression=compression, **encoding)
    return memoryview(sink.getvalue())  # type: ignore[return-value] # hashing and writing take any buffer


class BodyFile:
    """The events of one segment."""

    def __init__(self, path: Path, count: int) -> None:
        self._path = path
        with parquet_of(path):
            self._file = pq.ParquetFile(path)
            if self._file.metadata.num_rows != count:
                raise ValueError(f"{self._file.metadata.num_rows} events where {count} were sealed")

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
