"""The plan document: an appraisal scheme written as data.

Who may write one: anybody who has a scheme on paper. A plan names dated **parameters**, **tables** (rate tables,
grades), **measures** (what is taken from the log) and **lines** (what is computed from them, in print order), each with
the clause of its source, the reading where the source is silent, and labels in English and Chinese.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, InstanceOf, PlainSerializer, WithJsonSchema, field_validator

from schemas.business_year import CALENDAR, PATTERN, BusinessYear
from schemas.exact import NUMBER_DIGITS
from schemas.lines import Line
from schemas.measures import AnyMeasure, RatingDocument
from schemas.problems import Problem
from schemas.rules import Document, Label, Name, Number, PlanName, Rule
from schemas.tables import Table


def _year(value: object) -> BusinessYear:
    try:
        return value if isinstance(value, BusinessYear) else BusinessYear.parse(str(value))
    except Problem as problem:
        raise ValueError(str(problem)) from None


Year = Annotated[
    InstanceOf[BusinessYear],
    BeforeValidator(_year),
    PlainSerializer(str),
    WithJsonSchema({"type": "string", "pattern": PATTERN, "examples": ["04-01", "12-21"]}),
]


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

    plan: PlanName = Field(description="the plan's name: lower-case letters, digits and dashes")
    title: Label = Field(description="what the plan is called")
    source: Label = Field(description="the document that the clauses refer to")
    effective: date = Field(description="the day it begins to hold, as 2025-01-01")
    year: Year = Field(
        default=CALENDAR,
        alias="year_begins",
        description="month and day on which its year begins, and its months, quarters and half-years with it",
    )
    board: Name = Field(description="the line that the leaderboard is ordered by")
    parameters: dict[Name, Parameter] = Field(default={}, description="figures that change without changing a rule")
    tables: dict[Name, Table] = Field(default={}, description="rate tables, score curves, grades, figures beside words")
    measures: dict[Name, AnyMeasure] = Field(default={}, description="what is taken from the log, for each manager")
    lines: tuple[Line, ...] = Field(min_length=1, description="what is computed, in the order of the statement")

    def line(self, line_id: str) -> Line | None:
        """The line of that id."""
        return next((line for line in self.lines if line.id == line_id), None)

    @property
    def item_labels(self) -> dict[str, Label]:
        """What readers see the items of ratings called."""
        ratings = (one for one in self.measures.values() if isinstance(one, RatingDocument))
        return {item: label for one in ratings for item, label in one.labels.items()}
