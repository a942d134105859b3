"""Parquet: the long form as a table, each figure as exact text and, where it fits, as DECIMAL(38, 10)."""

from __future__ import annotations

from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq

from meritlog.exports.decimals import WIDEST, fits
from meritlog.exports.rows import Row, rows
from meritlog.show.labels import Labels
from schemas.exact import PRINT_DIGITS
from schemas.statement import Statement

_TEXTS = ("manager_id", "org_unit", "missing", "line", "kind", "value", "unit", "clause")


def encode(document: Statement, _: Labels) -> bytes:
    """The statement as a Parquet file whose metadata name plan, period, position and digests."""
    listed = list(rows(document))
    columns = {name: pa.array([getattr(row, name) for row in listed], pa.string()) for name in _TEXTS}
    columns["complete"] = pa.array([row.complete for row in listed], pa.bool_())
    columns["decimal"] = pa.array([_decimal(row) for row in listed], pa.decimal128(WIDEST, PRINT_DIGITS))
    about = {
        "plan": document.plan,
        "plan_digest": document.plan_digest,
        "period": document.period,
        "through": document.through,
        "position": str(document.position),
        "log_head": document.log_head,
        "digest": document.digest if isinstance(document.digest, str) else "",
    }
    table = pa.table(columns).replace_schema_metadata({f"meritlog.{name}": value for name, value in about.items()})
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink, compression="zstd")
    return bytes(sink.getvalue())


def _decimal(row: Row) -> Decimal | None:
    return Decimal(row.value) if fits(row.value) else None
