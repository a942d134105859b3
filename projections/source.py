"""Source: a snapshot of the log as ``events``, without what was reversed."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pyarrow as pa

from engine.log.snapshot import Snapshot
from projections.database import open_database
from projections.records import NOT_SAID, Names, Records
from schemas.event import identity_key


def names_of(snapshot: Snapshot) -> Names:
    """The names of a snapshot."""

    def code(text: str) -> int:
        found = snapshot.code(text)
        return NOT_SAID if found is None else found

    return Names(code, snapshot.text)


def records_of(snapshot: Snapshot, spill: Path | None = None, threads: int | None = None) -> Records:
    """The standing events of a snapshot."""
    connection = open_database(spill, threads)
    names = names_of(snapshot)
    connection.register("tail", snapshot.tail)
    parts = ["SELECT * FROM tail"]
    if snapshot.segments:
        files = ", ".join(f"'{str(segment.path).replace(chr(39), chr(39) * 2)}'" for segment in snapshot.segments)
        parts.append(f"SELECT * FROM read_parquet([{files}]) WHERE position <= {snapshot.position}")
    said = " UNION ALL BY NAME ".join(parts)
    connection.execute(f'CREATE VIEW said AS SELECT * EXCLUDE ("on"), "on" AS day FROM ({said})')
    _reversals(connection, snapshot, names)
    return Records(connection, names, snapshot.institution.currency)


def _reversals(connection: duckdb.DuckDBPyConnection, snapshot: Snapshot, names: Names) -> None:
    """Make ``reversed``, the positions that never happened, and ``events`` without them.

    A target is looked up by its identity key; what has that key must also be the event meant.
    """
    reversal = names.code("event.reversed")
    targets = connection.execute(
        f"SELECT DISTINCT event_source, event_id FROM said WHERE type = {reversal} ORDER BY ALL"
    ).fetchall()
    meant = {(names.text(source), names.text(event_id)) for source, event_id in targets}
    keys = {identity_key(*identity) for identity in meant}
    signed = pa.array([key - (1 << 64) if key >= 1 << 63 else key for key in sorted(keys)], pa.int64())
    connection.register("keys", pa.table({"key": signed}))
    hits = (
        connection.execute(f"SELECT position FROM said SEMI JOIN keys USING (key) WHERE type <> {reversal}").fetchall()
        if keys
        else []
    )
    found = snapshot.events(position for (position,) in hits)
    positions = pa.array([position for position, event in found if event.identity in meant], pa.int64())
    connection.register("found", pa.table({"position": positions}))
    connection.execute("CREATE TABLE reversed AS SELECT position FROM found")
    connection.unregister("keys")
    connection.unregister("found")
    standing = "ANTI JOIN reversed USING (position)" if len(positions) else ""
    connection.execute(f"CREATE VIEW events AS SELECT * FROM said {standing}")
