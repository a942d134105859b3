"""Parquet files: as tables for a mapping, or, without one, as events.

Without a mapping a row is an event: either a column ``event`` holds its JSON, or the columns are the attributes of the
envelope (``id, source, type, time, data …``), ``data`` being JSON text or a structure whose nulls are absent fields.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from engine.sources.batch import EVENTS_A_BATCH, Batch, Refused
from engine.sources.files import opened
from engine.sources.table import Header, Row, header_of
from schemas.document import nearest
from schemas.exact import plain
from schemas.problems import Place, Problem

MAGIC = b"PAR1"
ROWS_A_READ = 8_192
_NEEDED = ("id", "source", "type", "time", "data")


@contextmanager
def _file(path: Path, name: str) -> Iterator[Any]:
    with opened(path) as stream:
        try:
            yield pq.ParquetFile(stream)
        except pa.ArrowException as error:
            raise Problem(f"It is no Parquet file: {error}.", place=Place(file=name)) from None


def _batches(file: Any, rows: int) -> Iterator[Any]:
    """The file's rows; what its times say beyond microseconds is cut off, as an event's are."""
    schema = file.schema_arrow
    kept = pa.schema([field.with_type(_to_microseconds(field.type)) for field in schema])
    for batch in file.iter_batches(batch_size=rows):
        yield batch if kept == schema else batch.cast(kept, safe=False)


def _to_microseconds(kind: Any) -> Any:
    if pa.types.is_timestamp(kind) and kind.unit == "ns":
        return pa.timestamp("us", kind.tz)
    if pa.types.is_struct(kind):
        return pa.struct([member.with_type(_to_microseconds(member.type)) for member in kind])
    return kind


@dataclass(frozen=True, slots=True)
class ParquetTable:
    """A Parquet file as a table of texts: dates in ISO, decimals plain, nulls empty."""

    name: str
    path: Path

    @contextmanager
    def opened(self) -> Iterator[tuple[Header, Iterator[Row | Refused]]]:
        """The columns by name, and the rows."""
        with _file(self.path, self.name) as file:
            yield header_of(file.schema_arrow.names, self.name), self._rows(file)

    def _rows(self, file: Any) -> Iterator[Row | Refused]:
        line = 0
        for batch in _batches(file, ROWS_A_READ):
            columns = [[spelled(value) for value in column.to_pylist()] for column in batch.columns]
            for fields in zip(*columns, strict=True):
                line += 1
                yield Row(line, list(fields), msgspec.json.encode(fields))


def spelled(value: Any) -> str:
    """A value of a Parquet column as text. A binary float is taken as the shortest decimal that names it."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, float):
        return plain(Decimal(repr(value))) if math.isfinite(value) else repr(value)
    if isinstance(value, Decimal):
        return plain(value)
    if isinstance(value, bytes):
        return value.decode("utf-8", "backslashreplace").strip()
    return str(value)


@dataclass(frozen=True, slots=True)
class ParquetEvents:
    """A Parquet file that holds one event a row."""

    name: str
    path: Path

    def batches(self) -> Iterator[Batch]:
        """The file's events; the line is the row's number, from 1."""
        with _file(self.path, self.name) as file:
            names = file.schema_arrow.names
            if "event" not in names and (absent := [name for name in _NEEDED if name not in names]):
                raise Problem(
                    f"It holds no events: there is no column {absent[0]!r}.",
                    place=Place(file=self.name),
                    remedy=nearest(absent[0], set(names)) + " Or say with --mapping how its rows become events.",
                )
            line = 1
            for batch in _batches(file, EVENTS_A_BATCH):
                rows = batch.column("event").to_pylist() if "event" in names else batch.to_pylist()
                yield Batch(range(line, line + len(rows)), [_event(row) for row in rows])
                line += len(rows)


def _event(row: Any) -> bytes:
    if isinstance(row, bytes):
        return row
    if isinstance(row, str):
        return row.encode()
    if row is None:
        return b"null"
    members = {"specversion": "1.0", **{name: _json(value) for name, value in row.items() if value is not None}}
    if isinstance(row["data"], str | bytes):
        members["data"] = msgspec.Raw(row["data"].encode() if isinstance(row["data"], str) else row["data"])
    return msgspec.json.encode(members)


def _json(value: Any) -> Any:
    """A structure without its nulls, its numbers and dates as texts."""
    if isinstance(value, dict):
        return {name: _json(member) for name, member in value.items() if member is not None}
    if isinstance(value, list):
        return [_json(member) for member in value]
    return value if isinstance(value, bool | int | str) else spelled(value)
