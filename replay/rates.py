"""What a table gave in an explanation: the rows that a figure fell into, each with its bounds, rate and yield."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from msgspec import UNSET, UnsetType

from engine.plan.tables import RowRead, rows_read
from schemas.exact import plain, print_exact
from schemas.statement import RateRow
from schemas.tables import Table, TableKind


def rows_told(table: Table, way: TableKind, argument: Fraction | str | None) -> list[RateRow] | UnsetType:
    """The rows of ``table`` that ``argument`` was looked up in, read that way; unset where there is none."""
    if argument is None or not table.rows:
        return UNSET
    return [_told(table, way, read) for read in rows_read(table, way, argument)] or UNSET


def _told(table: Table, way: TableKind, read: RowRead) -> RateRow:
    row, after = table.rows[read.index], table.rows[read.index + 1 : read.index + 2]
    is_point = way is TableKind.CURVE
    return RateRow(
        above=UNSET if is_point else _plain(row.above),
        to=_plain(after[0].above) if after and not is_point else UNSET,
        at=_plain(row.above) if is_point else UNSET,
        word=UNSET if row.word is None else row.word,
        value=UNSET if row.value is None and row.name is None else row.name or _plain(row.value),
        label=UNSET if row.label is None else row.label.model_dump(),
        part=_printed(read.part),
        gives=_printed(read.gives),
    )


def _plain(value: Decimal | None) -> str | UnsetType:
    return UNSET if value is None else plain(value)


def _printed(value: Fraction | None) -> str | UnsetType:
    return UNSET if value is None else print_exact(value)
