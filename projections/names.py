"""Names: codes of the log's dictionary and the texts they stand for, looked up where they are needed.

A log of ten million events has millions of names, and a calculation asks for some hundreds: they are looked up by
DuckDB in the names of segments and tail, many at a time, and remembered.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from threading import Lock
from typing import Protocol

import duckdb
import pyarrow as pa

from engine.crediting.classes import CLASSES
from engine.log.snapshot import Snapshot
from projections.database import parquet
from schemas.payloads import TYPES

NOT_SAID = -1
"""The code of a name that no event says."""

SAME_HASH = "hash IN (SELECT hash(one) FROM wanted)"
"""Hashes are found several times faster than texts; another name of the same hash is a name all the same."""


class Names(Protocol):
    """Codes of names, both ways."""

    def code(self, text: str) -> int:
        """The code of a name; -1 where the log does not hold it."""

    def codes(self, texts: Iterable[str]) -> str:
        """Codes as SQL lists them; never empty."""

    def text(self, code: int) -> str:
        """The name that a code stands for."""

    def learn(self, codes: Iterable[int]) -> None:
        """Look up many names at once."""


class LogNames:
    """The names of a snapshot, by way of the view ``names`` that it makes."""

    def __init__(self, snapshot: Snapshot, connection: duckdb.DuckDBPyConnection, covered: int) -> None:
        """``covered`` segments have their names in the attached sealed file."""
        self._connection, self._one_at_a_time = connection.cursor(), Lock()
        parts = ["SELECT code, text, hash FROM sealed.names"] if covered else []
        if len(snapshot.segments) > covered:
            files = parquet(segment.names_path for segment in snapshot.segments[covered:])
            parts.append(f"SELECT code, text, hash(text) AS hash FROM {files}")
        if parts:
            connection.execute(f"CREATE VIEW sealed_names AS {' UNION ALL '.join(parts)}")
            snapshot.read_tail(self._sealed_codes)
        for one in (connection, self._connection):
            one.register("tail_names", snapshot.tail_names)
        tail = "SELECT code, text, hash(text) AS hash FROM tail_names"
        connection.execute(f"CREATE VIEW names AS {tail}" + (" UNION ALL SELECT * FROM sealed_names" if parts else ""))
        self._codes: dict[str, int] = {}
        self._texts: dict[int, str] = {}
        self._look_up([*TYPES, *CLASSES, snapshot.institution.currency])

    def code(self, text: str) -> int:
        """The code of a name; -1 where the log does not hold it."""
        if text not in self._codes:
            self._look_up([text])
        return self._codes[text]

    def codes(self, texts: Iterable[str]) -> str:
        """Codes as SQL lists them; never empty."""
        return ", ".join(str(self.code(text)) for text in texts) or str(NOT_SAID)

    def text(self, code: int) -> str:
        """The name that a code stands for."""
        if code not in self._texts:
            self.learn([code])
        return self._texts[code]

    def learn(self, codes: Iterable[int]) -> None:
        """Look up many names at once."""
        unknown = sorted(code for code in set(codes) if code not in self._texts)
        if unknown:
            self._remember(self._rows("names", "code IN (FROM wanted)", pa.array(unknown, pa.int32())))

    def _look_up(self, texts: list[str]) -> None:
        self._codes |= dict.fromkeys(texts, NOT_SAID)
        self._remember(self._rows("names", SAME_HASH, pa.array(texts, pa.string())))

    def _sealed_codes(self, texts: Sequence[str]) -> list[int | None]:
        found = {text: code for code, text in self._rows("sealed_names", SAME_HASH, pa.array(texts, pa.string()))}
        return [found.get(text) for text in texts]

    def _remember(self, found: list[tuple[int, str]]) -> None:
        self._texts |= dict(found)
        self._codes |= {text: code for code, text in found}

    def _rows(self, names: str, which: str, wanted: pa.Array) -> list[tuple[int, str]]:
        with self._one_at_a_time:
            self._connection.register("wanted", pa.table({"one": wanted}))
            found = self._connection.execute(f"SELECT code, text FROM {names} WHERE {which}").fetchall()
            self._connection.unregister("wanted")
        return found
