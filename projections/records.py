"""Records: the standing events of a log at one position, as DuckDB sees them, and the names behind their codes.

All calculations read one relation, ``events``: the columns of sealed segments and of the tail, ``on`` called ``day``,
without what was reversed. It is the whole log, or an extract of it that holds all events of some businesses; the same
SQL runs over either.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import cached_property
from typing import Any

import duckdb
import pyarrow as pa

from engine.crediting.classes import CLASSES
from engine.crediting.flows import FLOWS
from projections.database import script
from projections.names import Names
from schemas.catalogue import carries
from schemas.exact import WHOLE_SHARE

WHOLE_NUMBERS = ("INTEGER", "BIGINT")
DAWN = "DATE '0001-01-01'"
DUSK = "DATE '9999-12-31'"
FACT_TYPES = (
    "account.opened",
    "rate.changed",
    "loan.classified",
    "customer.assigned",
    "manager.appointed",
    "manager.left",
    "fx.fixed",
    "balance.changed",
    "balance.stated",
    "account.closed",
)
CALCULATED = (
    *("position", "day", "type", "account_id", "customer_id", "manager_id", "team", "currency", "amount", "rate"),
    *("exchange", "org_unit"),
    *sorted(
        {word for kind in FLOWS.values() for word in (*kind.words, kind.quantity) if word}
        | {"product", "service", "channel"}
    ),
)
"""The columns that measures are computed from; all others are costly to carry along."""


def day(value: date) -> str:
    """A day as SQL spells it."""
    return f"DATE '{value.isoformat()}'"


class Records:
    """A database whose ``events`` are loaded; facts, teams and postings are made from them when first needed."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, names: Names, currency: str) -> None:
        self.connection = connection
        self.names = names
        self.currency = currency
        self._made: set[str] = set()

    @cached_property
    def parts(self) -> dict[str, str]:
        """What every statement may mention: codes of types, the dawn and dusk of time, the institution's currency."""
        codes = {name.replace(".", "_"): str(self.names.code(name)) for name in FACT_TYPES}
        on_accounts = ("balance.changed", "balance.stated", *FLOWS)
        return codes | {
            "dawn": DAWN,
            "dusk": DUSK,
            "home": str(self.home),
            "whole_share": str(WHOLE_SHARE),
            "on_accounts": self.names.codes(on_accounts),
        }

    @cached_property
    def home(self) -> int:
        """The code of the institution's currency."""
        return self.names.code(self.currency)

    def text(self, code: int) -> str:
        """A name; the institution's own currency may stand in no event."""
        return self.currency if code == self.home else self.names.text(code)

    def run(self, name: str, **parts: object) -> None:
        """Run all statements of ``NAME.sql``."""
        self.connection.execute(script(name).format(**self.parts, **parts))

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """What a query gives, as Python values: integers stay exact."""
        return self.connection.execute(sql).fetchall()

    def any(self, relation: str) -> bool:
        """Whether a relation has a row."""
        return bool(self.rows(f"SELECT 1 FROM {relation} LIMIT 1"))

    def make(self, name: str) -> bool:
        """Whether the tables called ``name`` are still to be made; says so once."""
        if name in self._made:
            return False
        self._made.add(name)
        return True

    def facts(self) -> None:
        """Openings, rates, exchange rates, presence and teams."""
        if not self.make("facts"):
            return
        self.run("facts")
        self.run("teams")
        if self.any("turns WHERE account_id <> -1 OR product <> -1"):
            self._narrower()
        else:
            self.run("wide")

    def _narrower(self) -> None:
        """Which scopes come before the customer's."""
        self.run("scopes")
        words = {code: self.names.text(code) for (code,) in self.rows("SELECT word FROM narrow_words")}
        scopes = [code for (code,) in self.rows("SELECT DISTINCT product FROM turns WHERE product <> -1")]
        carried = [
            (scope, word, len(words[scope]))
            for scope in scopes
            for word, text in words.items()
            if carries(words[scope], text)
        ]
        self.table("carries", {"path": "INTEGER", "word": "INTEGER", "length": "INTEGER"}, carried)
        self.run("narrow")

    def classes(self) -> None:
        """How each loan is classed from which day on."""
        if self.make("stages"):
            severities = " ".join(f"WHEN {self.names.code(name)} THEN {stage}" for stage, name in enumerate(CLASSES))
            self.run("stages", severities=severities)

    def postings(self) -> None:
        """What each event adds to a balance."""
        if not self.make("postings"):
            return
        self.connection.execute(script("statements").format(**self.parts))
        unstated = "ANTI JOIN stated_accounts USING (account_id)" if self.any("stated_accounts") else ""
        self.run("postings", unstated=unstated)

    def table(self, name: str, kinds: Mapping[str, str], rows: Iterable[Sequence[object]]) -> None:
        """A small table of Python values (``kinds``: name and type of each column), replacing one of that name."""
        self.columns(name, kinds, list(zip(*rows, strict=True)) or [()] * len(kinds))

    def columns(self, name: str, kinds: Mapping[str, str], columns: Sequence[Sequence[object]]) -> None:
        """The same, column by column.

        What is no whole number of 64 bits travels as text: no integer is too long for it.
        """
        arrays = [
            pa.array(values, pa.int64())
            if kind in WHOLE_NUMBERS
            else pa.array([None if value is None else str(value) for value in values], pa.string())
            for kind, values in zip(kinds.values(), columns, strict=True)
        ]
        self.connection.register("arriving", pa.table(arrays, names=list(kinds)))
        casts = ", ".join(f"{column}::{kind} AS {column}" for column, kind in kinds.items())
        self.connection.execute(f"CREATE OR REPLACE TABLE {name} AS SELECT {casts} FROM arriving")
        self.connection.unregister("arriving")
