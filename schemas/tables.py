"""Tables of a plan: rate tables, score curves, grades, figures beside words, and tables of two dimensions."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Literal

from pydantic import Field, model_validator

from schemas.reading import Unreadable
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


ENDS = ("to", "until", "upto", "up_to", "below")
"""Where people look for the end of a row."""


class Row(Document):
    """A row: from its lower bound (absent: from minus infinity) to the next row's, or beside a word."""

    above: Number | None = Field(
        default=None, alias="from", description="where the row begins; the first may be without"
    )
    word: str | None = Field(default=None, alias="is", description="the word that the row stands beside")
    value: Number | None = Field(default=None, description="the figure, or the rate, of the row")
    values: tuple[Number, ...] = Field(default=(), description="of a grid: a value for each of its columns")
    name: str | None = Field(default=None, description="a word instead of a value: a grade, a class")
    label: Label | None = Field(default=None, description="what readers see the row called")
    needs: dict[str, Number] = Field(default={}, description="figures reported at least so high, else a finding")

    @model_validator(mode="before")
    @classmethod
    def _no_end(cls, value: object) -> object:
        found = [name for name in ENDS if name in value] if isinstance(value, Mapping) else []
        if found:
            raise Unreadable(
                f"{found[0]!r} is not known here.",
                "A row ends where the next one begins: leave it out, and let a last row say what holds beyond.",
            )
        return value


class Table(Rule):
    """A rate table, a score curve, a table of grades, figures beside words, or a grid."""

    kind: TableKind = Field(description="how it is read: steps, marginal, whole, curve, words or grid")
    boundary: Literal["upper", "lower"] = Field(
        default="upper", description="which row a bound belongs to: the row that starts there, or the one that ends"
    )
    columns: tuple[Number, ...] = Field(default=(), description="of a grid: the lower bounds of its columns, ascending")
    rows: tuple[Row, ...] = Field(default=(), description="ascending; none: the adopter has not set the table yet")
