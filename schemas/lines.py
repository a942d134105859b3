"""The lines of a plan document: what is computed, in the order of the statement."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

from pydantic import Field, model_validator

from schemas.period import Cycle
from schemas.rules import Document, Name, Number, Rule


class LineKind(StrEnum):
    """What a line is (contract §4)."""

    MEASURE = "measure"
    ITEM = "item"
    SCORE = "score"
    RANK = "rank"
    GRADE = "grade"
    PAY = "pay"
    WITHHELD = "withheld"
    RELEASED = "released"
    ADJUSTMENT = "adjustment"
    TOTAL = "total"


ROUNDED = frozenset({LineKind.PAY, LineKind.WITHHELD, LineKind.RELEASED, LineKind.ADJUSTMENT, LineKind.TOTAL})
"""The kinds that are money to be paid: rounded once, to the currency's digits, a half away from zero."""


class Among(Document):
    """Whom a rule across managers looks at: those who share a word (a unit, a type), and for whom a figure is not 0."""

    within: Name | None = Field(default=None, description="a measure or line of words: each word is a group of its own")
    among: Name | None = Field(default=None, description="a measure or line: whoever has none, or 0, is left out")


class Ranking(Among):
    """Place among the complete results by a line, ties sharing the better place (1, 2, 2, 4)."""

    by: Name = Field(description="the measure or line that is ranked by")
    order: Literal["descending", "ascending"] = Field(default="descending", description="highest first, or lowest")


class Weighted(Document):
    """The weighted mean of measures or lines: Σ weight x part / Σ weight. A part may itself be such a mean: a tree."""

    parts: dict[Name, Name] = Field(min_length=1, description="part → the parameter, measure or line that weighs it")
    total: Number | None = Field(default=None, description="what the weights must add up to, such as 1 or 100")
    absent: Literal["none", "zero", "left-out"] = Field(
        default="none",
        description="where a part has no value: no result at all, 0 in its place, or the mean of the others (a gap)",
    )


class Group(Among):
    """One figure taken over many managers, the same for all of them.

    ``below``: over those in the units below the manager's own, and in that one, other than the manager's own self.
    """

    of: Name = Field(description="the measure or line that is taken together")
    take: Literal["sum", "count", "mean", "min", "max"] = Field(description="how the figures are taken together")
    below: bool = Field(default=False, description="of the others in the own unit and all units below it")

    @model_validator(mode="after")
    def _one_way(self) -> Group:
        if self.below and self.within is not None:
            raise ValueError("'below' groups by the tree of units, so 'within' has no place beside it")
        return self


class Quota(Among):
    """A level by place: the best fill the first level up to its share of all in the group, the next ones the second.

    Whoever finds a level full goes to the next, the last of all to ``otherwise``. Ties that do not fit into a level
    together go to the next together.
    """

    by: Name = Field(description="the measure or line that levels go by")
    order: Literal["descending", "ascending"] = Field(default="descending", description="highest first, or lowest")
    then: Name | None = Field(default=None, description="a measure or line that breaks ties: higher stands before")
    levels: dict[str, Name] = Field(min_length=1, description="level → the parameter that is its share, best first")
    otherwise: str = Field(description="the level of all others")
    rounding: Literal["half-up", "down", "up"] = Field(default="half-up", description="how shares become whole places")


class Allotment(Among):
    """A fixed sum shared out by a figure, to the last cent: the shares of a group add up to the pool exactly.

    ``largest-remainder``: what is left of the whole cents goes to the largest cut-off parts, one each, the first by id
    where they are equal. ``first``: it goes to the first by id. Figures below 0 count as 0.
    """

    pool: Name = Field(description="the sum that is shared out")
    by: Name = Field(description="the measure or line that it is shared by")
    leftover: Literal["largest-remainder", "first"] = Field(
        default="largest-remainder", description="who gets the units that are left"
    )


class Line(Rule):
    """One line of the statement, made in one of six ways."""

    id: Name = Field(description="the line's name: lower-case letters, digits and underscores")
    kind: LineKind = Field(description="what the line is; pay, withheld, released and total are rounded to the cent")
    formula: str | None = Field(default=None, description="arithmetic over parameters, measures and lines above")
    rank: Ranking | None = Field(default=None, description="a place among the complete results")
    weighted: Weighted | None = Field(default=None, description="a weighted mean of parts")
    group: Group | None = Field(default=None, description="one figure taken over many managers")
    quota: Quota | None = Field(default=None, description="levels filled from the best down to their shares")
    allot: Allotment | None = Field(default=None, description="a fixed sum shared out to the last cent")
    unit: Literal["money", "points", "count", "ratio"] | None = Field(
        default=None, description="what kind of figure the line is; money is told with its currency"
    )
    cycles: tuple[Cycle, ...] = Field(default=tuple(Cycle), alias="in", description="periods that show the line")
    required: tuple[Cycle, ...] = Field(
        default=(), description="periods in which its absence makes a result incomplete (`missing`)"
    )

    @model_validator(mode="after")
    def _one_way(self) -> Line:
        ways = (self.formula, self.rank, self.weighted, self.group, self.quota, self.allot)
        if sum(way is not None for way in ways) != 1:
            raise ValueError("A line has one of formula, rank, weighted, group, quota and allot")
        if (self.kind is LineKind.RANK) != (self.rank is not None):
            raise ValueError("A line of kind rank, and no other, has a rank")
        if self.quota is not None and self.kind is not LineKind.GRADE:
            raise ValueError("A quota gives a grade")
        return self
