"""Tables of a plan: rate tables, score curves, grades, figures beside words, and tables of two dimensions."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

from pydantic import Field

from schemas.rules import Document, Label, Number, Rule


class TableKind(StrEnum):
    """How a table is read (the field's terms).

    ``steps``: the value of the row that the argument falls in. ``marginal``: each row's rate on the part of the
    argument inside the row. ``whole``: the row's rate on the whole argument. ``curve``: between two rows the value on
    the straight line between theirs, outside them the first or the last one's. ``words``: the value beside a word.
    ``grid``: the value of the row that one argument falls in (or is) and the column that the other falls in.
    """

    STEPS = "steps"
    MARGINAL = "marginal"
    WHOLE = "whole"
    CURVE = "curve"
    WORDS = "words"
    GRID = "grid"


class Row(Document):
    """A row: from its lower bound (absent: from minus infinity) to the next row's, or beside a word."""

    above: Number | None = Field(default=None, alias="from")
    word: str | None = Field(default=None, alias="is")
    value: Number | None = None
    values: tuple[Number, ...] = Field(default=(), description="of a grid: a value for each of its columns")
    name: str | None = Field(default=None, description="a word instead of a value: a grade, a class")
    label: Label | None = None
    needs: dict[str, Number] = Field(default={}, description="figures reported at least so high, else a finding")


class Table(Rule):
    """A rate table, a score curve, a table of grades, figures beside words, or a grid."""

    kind: TableKind
    boundary: Literal["upper", "lower"] = Field(
        default="upper", description="which row a bound belongs to: the row that starts there, or the one that ends"
    )
    columns: tuple[Number, ...] = Field(default=(), description="of a grid: the lower bounds of its columns, ascending")
    rows: tuple[Row, ...] = Field(default=(), description="ascending; none: the adopter has not set the table yet")
