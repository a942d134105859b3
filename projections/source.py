"""Source: a snapshot of the log as ``events``, without what was reversed."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path

import numpy as np
import pyarrow as pa

from engine.log.snapshot import Snapshot
from projections.database import open_database, parquet
from projections.names import NOT_SAID, LogNames
from projections.records import Records
from projections.sealed import TABLES, SealedFile, stored_columns
from schemas.event import REVERSAL, identity_key
from schemas.payloads import TYPES


class Source:
    """A snapshot in DuckDB: ``said`` is all that it holds, ``reversed`` what never happened, and since when."""

    def __init__(
        self,
        snapshot: Snapshot,
        spill: Path | None = None,
        threads: int | None = None,
        sealed: SealedFile | None = None,
    ) -> None:
        self.snapshot = snapshot
        self.connection = open_database(spill, threads)
        self.covered = sealed.attach(self.connection, snapshot.segments) if sealed is not None else 0
        self.names = LogNames(snapshot, self.connection, self.covered)
        self.connection.register("tail", snapshot.tail)
        read = ", ".join(f'"{column}"' for column in stored_columns(TYPES))
        log = f'SELECT position, "on" AS day, {read}'
        parts = [f"{log} FROM tail"]
        within = f"WHERE position <= {snapshot.position}"
        if self.covered:
            parts += [f"SELECT * FROM sealed.{table} {within}" for table in TABLES]
        if len(snapshot.segments) > self.covered:
            files = parquet(segment.path for segment in snapshot.segments[self.covered :])
            parts.append(f"{log} FROM {files} {within}")
        self.connection.execute(f"CREATE VIEW said AS {' UNION ALL BY NAME '.join(parts)}")
        self._find_reversed()
        reversed_some = self.connection.execute("SELECT 1 FROM reversed LIMIT 1").fetchall()
        standing = "ANTI JOIN reversed USING (position)" if reversed_some else ""
        self.connection.execute(f"CREATE VIEW events AS SELECT * FROM said {standing}")

    @cached_property
    def records(self) -> Records:
        """The standing events of the snapshot."""
        return Records(self.connection, self.names, self.snapshot.institution.currency)

    @cached_property
    def beside(self) -> Records:
        """The same by a connection of its own: small questions are asked while calculations go on."""
        connection = self.connection.cursor()
        connection.register("tail", self.snapshot.tail)
        return Records(connection, self.names, self.snapshot.institution.currency)

    def _find_reversed(self) -> None:
        """Find what reversals name: by its identity key, and what has that key must also be the event meant."""
        reversal, said = self.names.code(REVERSAL), []
        if reversal != NOT_SAID:
            said = self.connection.execute(
                f"SELECT event_source, event_id, min(position) FROM said WHERE type = {reversal} GROUP BY ALL"
            ).fetchall()
        self.names.learn(code for source, event_id, _ in said for code in (source, event_id))
        since = {(self.names.text(source), self.names.text(event_id)): position for source, event_id, position in said}
        found: list[tuple[int, int]] = []
        if since:
            keys = np.array(sorted({identity_key(*identity) for identity in since}), np.uint64).view(np.int64)
            self.connection.register("keys", pa.table({"key": keys}))
            hits = self.connection.execute(
                f"SELECT position FROM said SEMI JOIN keys USING (key) WHERE type <> {reversal}"
            ).fetchall()
            self.connection.unregister("keys")
            events = self.snapshot.events(sorted(position for (position,) in hits))
            found = [(position, since[event.identity]) for position, event in events if event.identity in since]
        positions, sinces = zip(*found, strict=True) if found else ((), ())
        table = {"position": pa.array(positions, pa.int64()), "since": pa.array(sinces, pa.int64())}
        self.connection.register("found", pa.table(table))
        self.connection.execute("CREATE TABLE reversed AS SELECT * FROM found")
        self.connection.unregister("found")
