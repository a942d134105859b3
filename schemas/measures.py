"""The measures that a plan document asks for: what is taken from the log, for each manager.

``over`` says of which days a measure is taken: those of the settled period itself (nothing said); of the period before
it; the same days a year earlier; or the month, two months, quarter, half-year or year (of the plan) that the period
lies in, up to the last day counted (so ``over: year`` is the year to date). Several such words are steps, one after the
other: ``[two-months, previous]`` is the two-month cycle before the one that a month lies in.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import BeforeValidator, Discriminator, Field, Tag, model_validator

from schemas.period import Cycle
from schemas.reading import Unreadable
from schemas.rules import Document, Label, Name, Rule

EARLIER = ("previous", "year-ago")
AVERAGES = ("average", "avg", "mean", "daily-average", "average-balance")
"""What people look for first where they are to say how balances are gathered."""
Step = Literal["previous", "year-ago", "month", "two-months", "quarter", "half-year", "year"]


def _steps(value: object) -> object:
    return [value] if isinstance(value, str) else value


Over = Annotated[
    Annotated[tuple[Step, ...], Field(max_length=4)],
    BeforeValidator(_steps, json_schema_input_type=Step | tuple[Step, ...]),
    Field(description="of which other days: previous, year-ago, month … year, or steps one after another"),
]
Whose = Literal["manager", "unit"]
Taken = Literal["last", "sum", "mean", "min", "max", "count"]


Words = Annotated[tuple[str, ...], BeforeValidator(_steps, json_schema_input_type=str | tuple[str, ...])]


class WhereDocument(Document):
    """A filter on a field: ``only`` these (a path of the catalogue includes what lies below it), ``not`` those."""

    only: Words = Field(default=(), description="these alone; a path of the catalogue with all below it")
    never: Words = Field(default=(), alias="not", description="all but these")


def _where(value: object) -> object:
    if isinstance(value, str):
        return {"only": [value]}
    if isinstance(value, list):
        return {"only": value}
    if isinstance(value, Mapping):
        return dict(value)
    return value


Where = Annotated[WhereDocument, BeforeValidator(_where, json_schema_input_type=str | tuple[str, ...] | WhereDocument)]


def _no_average(value: object) -> object:
    if value in AVERAGES:
        raise Unreadable(
            f"{value!r} is not known here.",
            "An average daily balance is product-days divided by days: take 'product-days' here, and divide them in a "
            "line by a measure {of: calendar, field: days}.",
        )
    return value


class CreditDocument(Rule):
    """A measure of credited business: a balance's product-days or closing balance, or the flows of one event type.

    ``each: transaction`` takes a flow event by event: ``table`` is read for the amount (or quantity) of each and what
    it gives is added up; ``share: full`` credits everybody of a team with all of it, whatever their shares.
    """

    of: str = Field(description="balance, or the event type whose flows are measured")
    aggregate: Annotated[
        Literal["product-days", "closing-balance", "sum", "count", "quantity"], BeforeValidator(_no_average)
    ] = Field(description="how they are gathered")
    where: dict[str, Where] = Field(default={}, description="a filter by fields, such as {product: loan.*}")
    times: Name | None = Field(default=None, description="a factor of each day: rate (the account's), or a parameter")
    needs_rate: bool = Field(default=False, description="leave out what has no known rate")
    accrue: Literal["year-end", "calendar-year-end"] | None = Field(
        default=None,
        description="a flow that earns every day to the end of its year; calendar-year-end where that is the plan's",
    )
    each: Literal["transaction"] | None = Field(default=None, description="take the flows event by event")
    table: Name | None = Field(default=None, description="a table that is read for each transaction's own figure")
    share: Literal["split", "full"] = Field(
        default="split", description="by the team's shares, or everybody of the team with all of it"
    )
    until_class: Name | None = Field(
        default=None, description="a parameter: 0 never, 1 special-mention … 4 loss: accrual stops on days classed so"
    )
    over: Over = ()

    @model_validator(mode="after")
    def _balances_run(self) -> CreditDocument:
        running = self.aggregate in {"product-days", "closing-balance"}
        if (self.of == "balance" or self.accrue is not None) != running:
            raise ValueError("Balances and accruing flows are gathered by product-days, other flows are not")
        if self.aggregate == "closing-balance" and (self.of != "balance" or self.times is not None):
            raise ValueError("Only a plain balance has a closing balance")
        return self

    @model_validator(mode="after")
    def _one_by_one(self) -> CreditDocument:
        if self.each is None:
            if self.table is not None or self.share != "split":
                raise ValueError("'table' and 'share' are for measures with 'each: transaction'")
        elif self.aggregate not in {"sum", "quantity"} or self.accrue is not None or self.times == "rate":
            raise ValueError("A plain sum or quantity of flows is taken transaction by transaction")
        return self


class RatingDocument(Rule):
    """The mean of ratings given for exactly the period: items of rater groups of ratings, on a scale of 100."""

    of: Literal["rating"] = Field(description="where the figure comes from")
    items: dict[str, Name] = Field(description="item → the parameter that weighs it")
    groups: dict[str, Name] = Field(description="rater group → the parameter that weighs it")
    labels: dict[str, Label] = Field(default_factory=dict, description="item → what readers see it called")
    unless: Name | None = Field(
        default=None, description="a measure above; where it has a value, no rating is asked for"
    )
    over: Over = ()


class DecisionDocument(Rule):
    """What was decided for a manager or a unit.

    ``last``: the value of the decision for exactly the period; of several the highest position stands. ``sum`` and
    ``count``: of all decisions of the kind that are for exactly the period or, naming none, were made on a day of it.
    """

    of: Literal["decision"] = Field(description="where the figure comes from")
    decision: str = Field(description="the kind of decision")
    whose: Whose = Field(default="manager", description="of the manager, or of the manager's unit")
    take: Literal["last", "sum", "count"] = Field(default="last", description="the one that stands, or all of them")
    over: Over = ()


class StandingDocument(Rule):
    """1 in the year of a decision and in later ones until the manager is appointed again, else 0."""

    of: Literal["standing"] = Field(description="where the figure comes from")
    decision: str = Field(description="the kind of decision")


class PostDocument(Rule):
    """A word of the manager's post on the last day counted, or when the manager left."""

    of: Literal["post"] = Field(description="where the figure comes from")
    field: Literal["grade", "position", "org_unit"] = Field(description="which word of the post")


class ServiceDocument(Rule):
    """Full years or months of service at the end of the last day counted, or before the first one (``at: start``).

    Service runs from the first appointment, or from the one that brought the present position or unit; none before it.
    """

    of: Literal["service"] = Field(description="where the figure comes from")
    unit: Literal["years", "months"] = Field(description="full ones of these")
    since: Literal["appointment", "position", "org_unit"] = Field(
        default="appointment", description="the first appointment, or the one to the present position or unit"
    )
    at: Literal["end", "start"] = Field(default="end", description="up to the last day counted, or before the first")
    over: Over = ()


class FigureDocument(Rule):
    """A figure measured elsewhere, or a target that was set, for the manager or the manager's unit.

    It is for exactly the period. With ``each`` those of the shorter cycles inside the period are taken together.
    """

    of: Literal["figure", "target"] = Field(description="where the figure comes from")
    measure: str = Field(description="the name that reports, or targets, give it")
    whose: Whose = Field(default="manager", description="of the manager, or of the manager's unit")
    each: Cycle | None = Field(default=None, description="the shorter cycles inside the period that are taken together")
    take: Taken = Field(default="last", description="how they are taken together")
    over: Over = ()

    @model_validator(mode="after")
    def _taken_together(self) -> FigureDocument:
        if (self.each is None) != (self.take == "last"):
            raise ValueError("'each' says of which shorter cycles 'take' takes the sum, mean, min, max or count")
        return self


class CalendarDocument(Rule):
    """A figure of the calendar: the days counted, the months of the period, its number, or the days of its year."""

    of: Literal["calendar"] = Field(description="where the figure comes from")
    field: Literal["days", "months", "number", "year-days"] = Field(description="which figure of the calendar")


class InheritedDocument(Rule):
    """A linear line of this plan, earned in the year before by the customers whom the manager serves now."""

    of: Literal["inherited"] = Field(description="where the figure comes from")
    line: Name = Field(description="the line that customers hand on")


class SettledDocument(Rule):
    """A line of this plan's earlier settlements: paid by those of the year so far, or withheld and now due."""

    of: Literal["settled"] = Field(description="where the figure comes from")
    line: Name = Field(description="the line of the earlier settlements")
    take: Literal["paid-in-year", "held-and-due"] = Field(description="what of them is taken")
    years_held: int | None = Field(default=None, ge=1, le=50, description="how many years it is held")
    set_off: str | None = Field(default=None, description="the kind of decision whose value is set off against it")

    @model_validator(mode="after")
    def _holding_has_a_term(self) -> SettledDocument:
        if (self.take == "held-and-due") != (self.years_held is not None):
            raise ValueError("'years_held' belongs to 'take: held-and-due', and is needed there")
        return self


class CorrectionsDocument(Rule):
    """What the lines of earlier settlements would show by now, less what they showed: paid later, or taken back.

    Counted once: as far as no settlement that shows an adjustment has been closed since. Where a line has no value, 0.
    """

    of: Literal["corrections"] = Field(description="where the figure comes from")
    lines: tuple[Name, ...] = Field(min_length=1, description="the lines that are paid out, of whatever cycle")


class LineDocument(Rule):
    """A line of this plan in another period, made again from the log: what is carried from cycle to cycle.

    ``over``: in the cycle before, or a year earlier, but not before the plan is effective nor before anybody was
    appointed; its last step leads to days before, so that no line waits for itself. ``each``: in all the shorter cycles
    inside the period, taken together.
    """

    of: Literal["line"] = Field(description="where the figure comes from")
    line: Name = Field(description="the line that is carried")
    over: Over = ()
    each: Cycle | None = Field(default=None, description="the shorter cycles inside the period that are taken together")
    take: Taken = Field(default="last", description="how they are taken together")

    @model_validator(mode="after")
    def _one_way(self) -> LineDocument:
        if bool(self.over) == (self.each is not None):
            raise ValueError("Give either 'over' or 'each'")
        if self.over and self.over[-1] not in EARLIER:
            raise ValueError("A line is carried over from days before: 'over' ends with previous or year-ago")
        return self


SOURCES = {
    "rating": "rating",
    "decision": "decision",
    "standing": "standing",
    "post": "post",
    "service": "service",
    "figure": "figure",
    "target": "figure",
    "calendar": "calendar",
    "inherited": "inherited",
    "settled": "settled",
    "corrections": "corrections",
    "line": "line",
}


def _measure_tag(value: object) -> str:
    of = value.get("of") if isinstance(value, Mapping) else getattr(value, "of", None)
    return SOURCES.get(of, "credit") if isinstance(of, str) else "credit"


AnyMeasure = Annotated[
    Annotated[CreditDocument, Tag("credit")]
    | Annotated[RatingDocument, Tag("rating")]
    | Annotated[DecisionDocument, Tag("decision")]
    | Annotated[StandingDocument, Tag("standing")]
    | Annotated[PostDocument, Tag("post")]
    | Annotated[ServiceDocument, Tag("service")]
    | Annotated[FigureDocument, Tag("figure")]
    | Annotated[CalendarDocument, Tag("calendar")]
    | Annotated[InheritedDocument, Tag("inherited")]
    | Annotated[SettledDocument, Tag("settled")]
    | Annotated[CorrectionsDocument, Tag("corrections")]
    | Annotated[LineDocument, Tag("line")],
    Discriminator(_measure_tag),
]
