"""The sealed file: what calculations read of the sealed segments, once more as DuckDB reads it fastest.

Segments never change, so one file stands for the first of them, by their digests: postings, which are most of a log and
have few columns, flows, all other events, and the names. What came later is read from the log itself. The file is
built aside in the first settlement of a long log, and renamed; any number of processes read it, and none writes it
again. Where it does not open, or was made by another version or from another log, it is made anew; where the disk is
full or may not be written, there is none. Deleting it loses nothing but time.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path

import duckdb

from engine.crediting.flows import FLOWS
from engine.log.snapshot import SegmentFile
from projections.database import open_database, parquet, quoted
from projections.records import CALCULATED
from schemas.payloads import TYPES

VERSION = 3
"""To be raised with every change of the file's tables or of what the log's columns mean."""

WORTH_EVENTS = 500_000
"""A file is worth making for so many events that none stands for, if they are one in so many of all:"""
WORTH_PART = 5

POSTED = ("balance.changed", "balance.stated")
TABLES = {
    "postings": POSTED,
    "flows": tuple(FLOWS),
    "facts": tuple(of for of in TYPES if of not in FLOWS and of not in POSTED),
}
"""Which types of events each table holds: what looks for an account's facts need not go through its postings."""

ASKED = ("key", "event_source", "event_id", "item", "group", "full", "score", "period")
"""Columns that are read beside those of measures: to find what was reversed, and for ratings."""


class SealedFile:
    """The file in a directory of the cache, which may be deleted at any time."""

    def __init__(self, directory: Path, spill: Path | None = None, threads: int | None = None) -> None:
        self._path = directory / "sealed.duckdb"
        self._spill, self._threads = spill, threads

    def attach(self, connection: duckdb.DuckDBPyConnection, segments: Sequence[SegmentFile]) -> int:
        """Attach the file as ``sealed``, made where that is worth it; for how many of the segments it stands."""
        covered = self._attach(connection, segments)
        missing = segments[-1].last - (segments[covered - 1].last if covered else 0) if segments else 0
        if missing < WORTH_EVENTS or missing * WORTH_PART < segments[-1].last:
            return covered
        if covered:
            connection.execute("DETACH sealed")
        self._build(segments)
        return self._attach(connection, segments)

    def discard(self) -> None:
        """Delete the file; the next to need one makes it anew."""
        with suppress(OSError):
            self._path.unlink()

    def _attach(self, connection: duckdb.DuckDBPyConnection, segments: Sequence[SegmentFile]) -> int:
        try:
            connection.execute(f"ATTACH {quoted(self._path)} AS sealed (READ_ONLY)")
        except duckdb.Error:
            return 0
        try:
            made_from = connection.execute("SELECT digest FROM sealed.made ORDER BY nth").fetchall()
        except duckdb.Error:
            made_from = []
        known = [_made_by(), *(segment.digest for segment in segments)]
        if made_from and all(digest == mine for (digest,), mine in zip(made_from, known, strict=False)):
            return min(len(made_from), len(known)) - 1
        connection.execute("DETACH sealed")
        return 0

    def _build(self, segments: Sequence[SegmentFile]) -> None:
        aside = self._path.with_suffix(f".{os.getpid()}.new")
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            aside.unlink(missing_ok=True)
            with open_database(self._spill, self._threads, aside) as made:
                _fill(made, segments)
            aside.replace(self._path)
        except (OSError, duckdb.Error):
            for left in self._path.parent.glob(f"{aside.name}*"):
                with suppress(OSError):
                    left.unlink()


def _fill(made: duckdb.DuckDBPyConnection, segments: Sequence[SegmentFile]) -> None:
    names = parquet(segment.names_path for segment in segments)
    made.execute(f"CREATE TABLE names AS SELECT code, text, hash(text) AS hash FROM {names}")
    events = parquet(segment.path for segment in segments)
    for table, types in TABLES.items():
        listed = ", ".join(quoted(of) for of in types)
        found = made.execute(f"SELECT code FROM names WHERE text IN ({listed})").fetchall()
        codes = ", ".join(str(code) for (code,) in found) or "-1"
        columns = ", ".join(f'"{column}"' for column in stored_columns(types))
        made.execute(
            f'CREATE TABLE {table} AS SELECT position, "on" AS day, {columns} FROM {events} WHERE type IN ({codes})'
        )
    made.execute("CREATE TABLE made (nth INTEGER, digest VARCHAR)")
    digests = [_made_by(), *(segment.digest for segment in segments)]
    made.executemany("INSERT INTO made VALUES (?, ?)", list(enumerate(digests)))
    made.execute("CHECKPOINT")


def stored_columns(types: Iterable[str]) -> list[str]:
    """The columns, but position and day, that calculations read of events of these types."""
    stored = {"type", "key"} | {field.column for of in types for field in TYPES[of].fields}
    return sorted(column for column in {*CALCULATED, *ASKED} - {"position", "day"} if column in stored)


def _made_by() -> str:
    return f"{VERSION} {duckdb.__version__} {[(table, stored_columns(types)) for table, types in TABLES.items()]}"
