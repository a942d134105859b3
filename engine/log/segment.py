"""Sealed segments: Parquet that never changes.

A segment is three files. ``N.parquet`` has the columns that calculations read, in large row groups.
``N.bodies.parquet`` has the events themselves, canonical JSON, in row groups of 1,024: one event is fetched without
reading the others. ``N.names.parquet`` has the names (code and text) that first appear in the segment. All are written aside and made
durable before the manifest's entry gives them a meaning.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from engine.log.digest import RESTORE, Damage, digest_of
from engine.log.disk import ASIDE, Disk, told
from engine.log.manifest import FileEntry, SegmentPaths
from schemas.problems import Place

COLUMN_ROWS = 1 << 17
BODY_ROWS = 1 << 10
SCAN_ROWS = 1 << 14
NAMES_SCHEMA = pa.schema([pa.field("code", pa.int32(), nullable=False), pa.field("text", pa.string(), nullable=False)])
BODY_SCHEMA = pa.schema([pa.field("body", pa.binary(), nullable=False)])
_ASCENDING = ("position", "admitted", "time")
_DICTIONARY = ("type", "source")


def write_segment(
    disk: Disk, paths: SegmentPaths, columns: pa.Table, bodies: pa.Table, names: pa.Table
) -> tuple[FileEntry, FileEntry, FileEntry]:
    """Write the three files durably, under their names; they count for nothing until the entry is there."""
    ascending: Any = dict.fromkeys(_ASCENDING, "DELTA_BINARY_PACKED")
    contents = (
        (paths.columns, _parquet(columns, COLUMN_ROWS, use_dictionary=list(_DICTIONARY), column_encoding=ascending)),
        (paths.bodies, _parquet(bodies, BODY_ROWS, use_dictionary=False)),
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
    pq.write_table(table, sink, row_group_size=rows, compression="zstd", **encoding)
    return memoryview(sink.getvalue())  # type: ignore[return-value]


def leftovers(partition: Path, segments: int) -> list[Path]:
    """Files under ``segments/`` that no entry of the first ``segments`` names: what a crash while sealing leaves."""
    named = {path.name for number in range(1, segments + 1) for path in SegmentPaths(partition, number).all()}
    directory = SegmentPaths(partition, 1).entry.parent
    return sorted(path for path in directory.iterdir() if path.name not in named)


def explained_by_a_crash(path: Path, segments: int) -> bool:
    """Whether a leftover is one that sealing the next segment could leave."""
    following = {one.name for one in SegmentPaths(path.parent.parent, segments + 1).all()}
    return path.name.removesuffix(ASIDE) in following


class BodyFile:
    """The events of one segment, read by row of the segment from 0."""

    def __init__(self, path: Path, count: int) -> None:
        self._path = path
        try:
            with told(path, "read the segment"):
                self._file = pq.ParquetFile(path)
        except pa.ArrowInvalid as error:
            raise _damaged(path, error) from None
        if self._file.metadata.num_rows != count:
            raise _damaged(path, f"{self._file.metadata.num_rows} events where {count} were sealed")

    def rows(self, group: int) -> list[bytes]:
        """The bodies of one row group."""
        try:
            return self._file.read_row_group(group, columns=["body"]).column(0).to_pylist()  # type: ignore[no-any-return]
        except (pa.ArrowInvalid, OSError) as error:
            raise _damaged(self._path, error) from None

    def scan(self) -> Iterator[list[bytes]]:
        """All bodies, a stretch at a time."""
        try:
            for batch in self._file.iter_batches(SCAN_ROWS, columns=["body"], use_threads=False):
                yield batch.column(0).to_pylist()
        except (pa.ArrowInvalid, OSError) as error:
            raise _damaged(self._path, error) from None


def _damaged(path: Path, why: object) -> Damage:
    return Damage(f"The segment is damaged: {why}.", place=Place(file=str(path)), remedy=RESTORE)


def read_columns(path: Path, names: Sequence[str]) -> pa.Table:
    """Some columns of a segment."""
    try:
        with told(path, "read the segment"):
            return pq.read_table(path, columns=list(names))
    except pa.ArrowInvalid as error:
        raise _damaged(path, error) from None
