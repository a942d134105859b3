"""Tables of a plan: rate tables, score curves, grades, figures beside words, and tables of two dimensions."""

from __future__ import annotations

from enum import StrEnum
from itertools import pairwise
from typing import Literal

from pydantic import Field, model_validator

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

    @model_validator(mode="after")
    def _rows_fit(self) -> Table:
        if (self.kind is TableKind.GRID) != bool(self.columns):
            raise ValueError("A grid, and no other table, has columns")
        beside_words = self._is_beside_words()
        for row in self.rows:
            self._row_fits(row, beside_words)
        if beside_words:
            if len({row.word for row in self.rows}) < len(self.rows):
                raise ValueError("A word stands in one row only")
            return self
        bounds = [row.above for row in self.rows]
        if None in bounds[1:]:
            raise ValueError("Only the first row may leave out 'from'")
        if self.kind is TableKind.CURVE and None in bounds:
            raise ValueError("Each row of a curve says 'from': the place of its point")
        for ascending, what in ((bounds, "Rows ascend by 'from'"), (self.columns, "Columns ascend")):
            known = [bound for bound in ascending if bound is not None]
            if any(later <= earlier for earlier, later in pairwise(known)):
                raise ValueError(f"{what}, without overlap")
        return self

    def _is_beside_words(self) -> bool:
        return self.kind is TableKind.WORDS or (
            self.kind is TableKind.GRID and any(row.word is not None for row in self.rows)
        )

    def _row_fits(self, row: Row, beside_words: bool) -> None:
        if (row.word is not None) != beside_words:
            raise ValueError("Rows of a table of words say 'is', rows of the others do not")
        if self.kind is TableKind.GRID:
            if row.value is not None or row.name is not None or len(row.values) != len(self.columns):
                raise ValueError(f"Each row of this grid has {len(self.columns)} 'values', one for each column")
            return
        if row.values:
            raise ValueError("Only the rows of a grid have 'values'")
        if (row.value is None) == (row.name is None):
            raise ValueError("Each row has either a value or a name")
        if row.name is not None and self.kind in {TableKind.MARGINAL, TableKind.WHOLE, TableKind.CURVE}:
            raise ValueError("The rows of a rate table have rates")
