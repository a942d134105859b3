"""The plan document: an appraisal scheme written as data.

Who may write one: anybody who has a scheme on paper. A plan names dated **parameters**, **tables** (rate tables,
grades), **measures** (what is taken from the log) and **lines** (what is computed from them, in print order), each with
the clause of its source, the reading where the source is silent, and labels in English and Chinese.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Literal

from pydantic import Field, field_validator

from schemas.exact import NUMBER_DIGITS
from schemas.lines import Line
from schemas.measures import AnyMeasure
from schemas.rules import Document, Label, Name, Number, PlanName, Rule
from schemas.tables import Table


class Parameter(Rule):
    """A figure that the adopter sets: a value from each of its dates on; the first also holds before its date."""

    values: dict[date, Number] = Field(description="the figure from each of these days on; none: it is not set yet")
    unit: Literal["money", "points", "count", "ratio", "days"] | None = Field(
        default=None, description="what kind of figure it is; `plan check` then sees where units are mixed up"
    )
    open: bool = Field(default=False, description="the source leaves the figure to the adopter")

    @field_validator("values")
    @classmethod
    def _six_digits(cls, values: dict[date, Decimal]) -> dict[date, Decimal]:
        for value in values.values():
            exponent = value.as_tuple().exponent
            if isinstance(exponent, int) and -exponent > NUMBER_DIGITS:
                raise ValueError(f"A parameter has at most {NUMBER_DIGITS} digits after the point")
        return dict(sorted(values.items()))


class Plan(Document):
    """An appraisal scheme as data."""

    plan: PlanName
    title: Label
    source: Label = Field(description="the document that the clauses refer to")
    effective: date
    board: Name = Field(description="the line that the leaderboard is ordered by")
    parameters: dict[Name, Parameter] = Field(default={})
    tables: dict[Name, Table] = Field(default={})
    measures: dict[Name, AnyMeasure] = Field(default={})
    lines: tuple[Line, ...] = Field(min_length=1)

    def line(self, line_id: str) -> Line | None:
        """The line of that id."""
        return next((line for line in self.lines if line.id == line_id), None)
