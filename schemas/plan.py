"""The plan document: an appraisal scheme written as data.

Who may write one: anybody who has a scheme on paper. A plan names dated **parameters**, **tables** (rate tables,
grades),
**measures** (what is taken from the log) and **lines** (what is computed from them, in print order), each with the
clause of its source, the reading where the source is silent, and labels in English and Chinese.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise
from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    Tag,
    field_validator,
    model_validator,
)

from schemas.exact import NUMBER_DIGITS, plain
from schemas.period import Cycle

NAME = r"[a-z][a-z0-9_]{0,63}"
Name = Annotated[str, Field(pattern=f"^{NAME}$", description="lower-case letters, digits and underscores")]
PlanName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,63}$")]


def _plain_number(value: object) -> object:
    if isinstance(value, str) and not value.strip().lstrip("-").replace(".", "", 1).isdigit():
        raise ValueError("A plain decimal number is expected, such as 0.05 or 1200")
    return value


def _shortest(value: Decimal) -> Decimal:
    return Decimal(plain(value))


Number = Annotated[Decimal, BeforeValidator(_plain_number), AfterValidator(_shortest)]


class Document(BaseModel):
    """What all parts of a plan share: no unknown field, nothing changed after reading."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Label(Document):
    """A text in the two languages that plans speak."""

    en: str = Field(min_length=1)
    zh: str = Field(min_length=1)

    def text(self, language: str) -> str:
        """The text in ``language`` (``zh`` or, for everything else, English)."""
        return self.zh if language == "zh" else self.en


class Rule(Document):
    """Where a rule comes from: its clause in the source, and our reading where the source is silent or damaged."""

    label: Label
    clause: str | None = None
    reading: Label | None = None


class Parameter(Rule):
    """A figure that the adopter sets: a value from each of its dates on; the first also holds before its date."""

    values: dict[date, Number] = Field(min_length=1)
    open: bool = Field(default=False, description="the source leaves the figure to the adopter")

    @field_validator("values")
    @classmethod
    def _six_digits(cls, values: dict[date, Decimal]) -> dict[date, Decimal]:
        for value in values.values():
            exponent = value.as_tuple().exponent
            if isinstance(exponent, int) and -exponent > NUMBER_DIGITS:
                raise ValueError(f"A parameter has at most {NUMBER_DIGITS} digits after the point")
        return dict(sorted(values.items()))


class WhereDocument(Document):
    """A filter on a field: ``only`` these (a path of the catalogue includes what lies below it), ``not`` those."""

    only: tuple[str, ...] = ()
    never: tuple[str, ...] = Field(default=(), alias="not")


def _where(value: object) -> object:
    if isinstance(value, str):
        return {"only": [value]}
    if isinstance(value, list):
        return {"only": value}
    if isinstance(value, Mapping):
        return {key: [entry] if isinstance(entry, str) else entry for key, entry in value.items()}
    return value


class CreditDocument(Rule):
    """A measure of credited business: a balance's product-days, or the flows of one event type."""

    of: str
    aggregate: Literal["product-days", "sum", "count", "quantity"]
    where: dict[str, Annotated[WhereDocument, BeforeValidator(_where)]] = {}
    times: Name | None = None
    needs_rate: bool = False
    accrue: Literal["calendar-year-end"] | None = None
    until_class: Name | None = Field(
        default=None, description="a parameter: 0 never, 1 special-mention … 4 loss: accrual stops on days classed so"
    )

    @model_validator(mode="after")
    def _balances_run(self) -> CreditDocument:
        if (self.of == "balance" or self.accrue is not None) != (self.aggregate == "product-days"):
            raise ValueError("Balances and accruing flows are gathered by product-days, other flows are not")
        return self


class RatingDocument(Rule):
    """The mean of ratings given for exactly the settled period: items of rater groups of ratings, on a scale of 100."""

    of: Literal["rating"]
    items: dict[str, Name] = Field(description="item → the parameter that weighs it")
    groups: dict[str, Name] = Field(description="rater group → the parameter that weighs it")
    unless: Name | None = Field(
        default=None, description="a measure above; where it has a value, no rating is asked for"
    )


class DecisionDocument(Rule):
    """The value of the decision of one kind that stands for the manager and exactly the settled period."""

    of: Literal["decision"]
    decision: str


class StandingDocument(Rule):
    """1 in the calendar year of a decision and in later ones until the manager is appointed again, else 0."""

    of: Literal["standing"]
    decision: str


class PostDocument(Rule):
    """A word of the manager's post on the last day counted, or when the manager left."""

    of: Literal["post"]
    field: Literal["grade", "position", "org_unit"]


class FigureDocument(Rule):
    """A figure measured elsewhere, reported for the manager and exactly the settled period."""

    of: Literal["figure"]
    measure: str


class InheritedDocument(Rule):
    """A linear line of this plan, earned in the calendar year before by the customers whom the manager serves now."""

    of: Literal["inherited"]
    line: Name


class SettledDocument(Rule):
    """A line of this plan's earlier settlements: paid in the half-years of the year, or withheld and now due."""

    of: Literal["settled"]
    line: Name
    take: Literal["paid-in-year", "held-and-due"]
    years_held: int | None = Field(default=None, ge=1, le=50)
    set_off: str | None = Field(default=None, description="the kind of decision whose value is set off against it")

    @model_validator(mode="after")
    def _holding_has_a_term(self) -> SettledDocument:
        if (self.take == "held-and-due") != (self.years_held is not None):
            raise ValueError("'years_held' belongs to 'take: held-and-due', and is needed there")
        return self


MeasureDocument = (
    CreditDocument
    | RatingDocument
    | DecisionDocument
    | StandingDocument
    | PostDocument
    | FigureDocument
    | InheritedDocument
    | SettledDocument
)
_MEASURES = {"rating", "decision", "standing", "post", "figure", "inherited", "settled"}


def _measure_tag(value: object) -> str:
    of = value.get("of") if isinstance(value, Mapping) else getattr(value, "of", None)
    return of if of in _MEASURES else "credit"


AnyMeasure = Annotated[
    Annotated[CreditDocument, Tag("credit")]
    | Annotated[RatingDocument, Tag("rating")]
    | Annotated[DecisionDocument, Tag("decision")]
    | Annotated[StandingDocument, Tag("standing")]
    | Annotated[PostDocument, Tag("post")]
    | Annotated[FigureDocument, Tag("figure")]
    | Annotated[InheritedDocument, Tag("inherited")]
    | Annotated[SettledDocument, Tag("settled")],
    Discriminator(_measure_tag),
]


class TableKind(StrEnum):
    """How a table is read (the field's terms).

    ``steps``: the value of the row that the argument falls in. ``marginal``: each row's rate on the part of the
    argument inside the row. ``whole``: the row's rate on the whole argument. ``words``: the value beside a word.
    """

    STEPS = "steps"
    MARGINAL = "marginal"
    WHOLE = "whole"
    WORDS = "words"


class Row(Document):
    """A row: from its lower bound (absent: from minus infinity) to the next row's, or beside a word."""

    above: Number | None = Field(default=None, alias="from")
    word: str | None = Field(default=None, alias="is")
    value: Number | None = None
    name: str | None = Field(default=None, description="a word instead of a value: a grade, a class")
    label: Label | None = None
    needs: dict[str, Number] = Field(default={}, description="figures reported at least so high, else a finding")


class Table(Rule):
    """A rate table, a table of grades, or figures beside words."""

    kind: TableKind
    boundary: Literal["upper", "lower"] = Field(
        default="upper", description="which row a bound belongs to: the row that starts there, or the one that ends"
    )
    rows: tuple[Row, ...] = Field(default=(), description="ascending; none: the adopter has not set the table yet")

    @model_validator(mode="after")
    def _rows_fit(self) -> Table:
        for row in self.rows:
            if (row.word is None) == (self.kind is TableKind.WORDS):
                raise ValueError("Rows of a table of words say 'is', rows of the others do not")
            if (row.value is None) == (row.name is None):
                raise ValueError("Each row has either a value or a name")
            if row.name is not None and self.kind in {TableKind.MARGINAL, TableKind.WHOLE}:
                raise ValueError("The rows of a rate table have rates")
        if self.kind is not TableKind.WORDS:
            bounds = [row.above for row in self.rows]
            if None in bounds[1:]:
                raise ValueError("Only the first row may leave out 'from'")
            known = [bound for bound in bounds if bound is not None]
            if any(later <= earlier for earlier, later in pairwise(known)):
                raise ValueError("Rows ascend by 'from', without overlap")
        elif len({row.word for row in self.rows}) < len(self.rows):
            raise ValueError("A word stands in one row only")
        return self


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


class Ranking(Document):
    """Place among the complete results by a line, ties sharing the better place (1, 2, 2, 4)."""

    by: Name
    order: Literal["descending", "ascending"] = "descending"


class Line(Rule):
    """One line of the statement: a formula over parameters, measures and lines above it, or a ranking."""

    id: Name
    kind: LineKind
    formula: str | None = None
    rank: Ranking | None = None
    unit: Literal["money", "points", "count", "ratio"] | None = None
    cycles: tuple[Cycle, ...] = Field(default=tuple(Cycle), alias="in", description="periods that show the line")
    required: tuple[Cycle, ...] = Field(
        default=(), description="periods in which its absence makes a result incomplete (`missing`)"
    )

    @model_validator(mode="after")
    def _one_way(self) -> Line:
        if (self.formula is None) == (self.rank is None):
            raise ValueError("A line has either a formula or a rank")
        if (self.kind is LineKind.RANK) != (self.rank is not None):
            raise ValueError("A line of kind rank, and no other, has a rank")
        return self


class Plan(Document):
    """An appraisal scheme as data."""

    plan: PlanName
    title: Label
    source: Label = Field(description="the document that the clauses refer to")
    effective: date
    board: Name = Field(description="the line that the leaderboard is ordered by")
    parameters: dict[Name, Parameter] = {}
    tables: dict[Name, Table] = {}
    measures: dict[Name, AnyMeasure] = {}
    lines: tuple[Line, ...] = Field(min_length=1)

    def line(self, line_id: str) -> Line | None:
        """The line of that id."""
        return next((line for line in self.lines if line.id == line_id), None)
