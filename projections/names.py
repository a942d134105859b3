"""Names: codes of the log's dictionary and the texts they stand for, looked up where they are needed.

A log of ten million events has millions of names, and a calculation asks for some hundreds: they are looked up by
DuckDB in the names of segments and tail, many at a time, and remembered.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

import duckdb
import pyarrow as pa

from engine.crediting.classes import CLASSES
from engine.log.snapshot import Snapshot
from schemas.payloads import TYPES

NOT_SAID = -1
"""The code of a name that no event says."""


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

    def __init__(self, snapshot: Snapshot, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection.cursor()
        connection.register("tail_names", snapshot.tail_names)
        self._connection.register("tail_names", snapshot.tail_names)
        parts = ["SELECT code, text FROM tail_names"]
        if snapshot.segments:
            files = ", ".join(quoted(str(segment.names_path)) for segment in snapshot.segments)
            parts.append(f"SELECT code, text FROM read_parquet([{files}])")
        connection.execute(f"CREATE VIEW names AS {' UNION ALL '.join(parts)}")
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
        unknown = sorted(set(codes) - self._texts.keys())
        if unknown:
            self._find("code", pa.array(unknown, pa.int32()))

    def _look_up(self, texts: list[str]) -> None:
        self._codes |= dict.fromkeys(texts, NOT_SAID)
        self._find("text", pa.array(texts, pa.string()))

    def _find(self, by: str, wanted: pa.Array) -> None:
        self._connection.register("wanted", pa.table({by: wanted}))
        found = self._connection.execute(f"SELECT code, text FROM names SEMI JOIN wanted USING ({by})").fetchall()
        self._connection.unregister("wanted")
        self._texts |= dict(found)
        self._codes |= {text: code for code, text in found}


def quoted(text: str) -> str:
    """A text as SQL spells it."""
    return "'" + text.replace("'", "''") + "'"
