"""Names: codes of the log's dictionary and the texts they stand for, looked up where they are needed.

A log of ten million events has millions of names, and a calculation asks for some hundreds: they are looked up by
DuckDB in the names of segments and tail, many at a time, and remembered.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from threading import Lock
from typing import Protocol

import duckdb
import numpy as np
import pyarrow as pa

from engine.crediting.classes import CLASSES
from engine.log.names import Codes
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

    def said(self, texts: Iterable[str]) -> bool:
        """Whether the log holds any of these names."""

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

    def said(self, texts: Iterable[str]) -> bool:
        """Whether the log holds any of these names."""
        return any(self.code(text) != NOT_SAID for text in texts)

    def text(self, code: int) -> str:
        """The name that a code stands for."""
        if code not in self._texts:
            self.learn([code])
        return self._texts[code]

    def learn(self, codes: Iterable[int]) -> None:
        """Look up many names at once."""
        unknown = sorted(code for code in set(codes) if code not in self._texts)
        if unknown:
            self._remember("code IN (FROM wanted)", pa.array(unknown, pa.int32()), ())

    def _look_up(self, texts: list[str]) -> None:
        self._remember(SAME_HASH, pa.array(texts, pa.string()), texts)

    def _sealed_codes(self, texts: Sequence[str]) -> Codes:
        codes = np.full(len(texts), NOT_SAID, np.int32)
        wanted = pa.table({"one": pa.array(texts, pa.string()), "nth": np.arange(len(texts))})
        # A condition on the text would have every text of the log read, not only those of the hashes that are found.
        same = "SELECT nth, code, text = one AS same FROM sealed_names JOIN wanted ON hash = hash(one)"
        with self._asking(wanted) as connection:
            found = connection.execute(same).fetchnumpy()
        codes[found["nth"][found["same"]]] = found["code"][found["same"]]
        return codes

    def _remember(self, which: str, wanted: pa.Array, asked: Iterable[str]) -> None:
        with self._asking(pa.table({"one": wanted})) as connection:
            found = connection.execute(f"SELECT code, text FROM names WHERE {which}").fetchall()
        self._texts |= dict(found)
        # At once, so that no other thread takes a name for one not said before it is known.
        self._codes |= dict.fromkeys(asked, NOT_SAID) | {text: code for code, text in found}

    @contextmanager
    def _asking(self, wanted: pa.Table) -> Iterator[duckdb.DuckDBPyConnection]:
        with self._one_at_a_time:
            self._connection.register("wanted", wanted)
            yield self._connection
            self._connection.unregister("wanted")
