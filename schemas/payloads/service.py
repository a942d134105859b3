"""Service: how customers are served, and what is said and measured about it (contract §1)."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from schemas.fields import WORD, Count, Flag, Id, Number, PeriodName, Word
from schemas.payloads.base import Broken, Payload, Rule

_CUSTOMER = "The customer."
_WHOSE = "The manager concerned; who is not known counts for nobody, and shows."


def score_within_full(data: Any) -> None:
    """A score lies between 0 and its full mark, which is above 0."""
    if data.full <= 0:
        raise Broken("full", f"The full mark is {data.full}; it must be above 0.", "Give the highest possible score.")
    if data.score > data.full:
        raise Broken("score", f"The score {data.score} is above the full mark {data.full}.", "Correct one of them.")


class CustomerJoined(Payload):
    """A customer came to the bank."""

    type: ClassVar[str] = "customer.joined"
    customer_id: Id = Field(description=_CUSTOMER)
    segment: Word | None = Field(default=None, description="The kind of customer, in the adopter's words.")


class CustomerLeft(Payload):
    """A customer left the bank."""

    type: ClassVar[str] = "customer.left"
    customer_id: Id = Field(description=_CUSTOMER)
    segment: Word | None = Field(default=None, description="The kind of customer, in the adopter's words.")


class ComplaintReceived(Payload):
    """A customer complained."""

    type: ClassVar[str] = "complaint.received"
    complaint_id: Id = Field(description="The complaint.")
    customer_id: Id | None = Field(default=None, description=_CUSTOMER)
    manager_id: Id | None = Field(default=None, description=_WHOSE)
    severity: Annotated[Literal["minor", "serious"], WORD] = Field(description="How grave it is.")


class ComplaintResolved(Payload):
    """A complaint was decided; it takes effect when the complaint itself is known."""

    type: ClassVar[str] = "complaint.resolved"
    complaint_id: Id = Field(description="The complaint.")
    upheld: Flag = Field(description="Whether it was found right.")


class SurveyAnswered(Payload):
    """A customer answered a survey."""

    type: ClassVar[str] = "survey.answered"
    rules: ClassVar[tuple[Rule, ...]] = (score_within_full,)
    customer_id: Id | None = Field(default=None, description=_CUSTOMER)
    manager_id: Id | None = Field(default=None, description=_WHOSE)
    topic: Word = Field(description="What was asked about.")
    score: Count = Field(description="The score given.")
    full: Count = Field(description="The highest possible score.")


class ServiceHandled(Payload):
    """A piece of service was done."""

    type: ClassVar[str] = "service.handled"
    manager_id: Id | None = Field(default=None, description=_WHOSE)
    customer_id: Id | None = Field(default=None, description=_CUSTOMER)
    kind: Word = Field(description="What kind of service.")
    seconds: Count | None = Field(default=None, description="How long it took.")
    quantity: Count | None = Field(default=None, description="How many.")


class ActivityLogged(Payload):
    """A manager did something for a customer: a visit, a proposal, an offer."""

    type: ClassVar[str] = "activity.logged"
    manager_id: Id | None = Field(default=None, description=_WHOSE)
    customer_id: Id | None = Field(default=None, description=_CUSTOMER)
    kind: Word = Field(description="What kind of activity.")
    quantity: Count | None = Field(default=None, description="How many.")


class RatingGiven(Payload):
    """Somebody rated a manager for a period."""

    type: ClassVar[str] = "rating.given"
    rules: ClassVar[tuple[Rule, ...]] = (score_within_full,)
    manager_id: Id = Field(description="Who is rated.")
    period: PeriodName = Field(description="Exactly the period rated.")
    item: Word = Field(description="What is rated, such as teamwork.")
    group: Word = Field(description="Who rates: self, superior, peer, subordinate, customer, department, …")
    rater_id: Id | None = Field(default=None, description="The rater.")
    score: Count = Field(description="The score given.")
    full: Count = Field(description="The highest possible score.")


class IncidentRecorded(Payload):
    """Something went wrong, and a manager answers for it."""

    type: ClassVar[str] = "incident.recorded"
    manager_id: Id = Field(description="Who answers for it.")
    kind: Word = Field(description="What kind of incident.")
    level: Word | None = Field(default=None, description="How grave, in the adopter's words.")
    count: Count | None = Field(default=None, description="How many; default 1.")


def manager_or_unit(data: Any) -> None:
    """A figure or a target is either a manager's or a unit's."""
    if (data.manager_id is None) == (data.org_unit is None):
        both = (
            "Both manager_id and org_unit are given."
            if data.manager_id
            else "Neither manager_id nor org_unit is given."
        )
        raise Broken("manager_id", both, "Give exactly one of the two.")


class FigureReported(Payload):
    """A figure measured elsewhere: an examination, an inspection, a budget."""

    type: ClassVar[str] = "figure.reported"
    rules: ClassVar[tuple[Rule, ...]] = (manager_or_unit,)
    manager_id: Id | None = Field(default=None, description="Whose figure, where it is a manager's.")
    org_unit: Id | None = Field(default=None, description="Whose figure, where it is a unit's.")
    measure: Word = Field(description="What was measured.")
    period: PeriodName = Field(description="Exactly the period it was measured for.")
    value: Number = Field(description="The figure.")


MODELS: tuple[type[Payload], ...] = (
    CustomerJoined,
    CustomerLeft,
    ComplaintReceived,
    ComplaintResolved,
    SurveyAnswered,
    ServiceHandled,
    ActivityLogged,
    RatingGiven,
    IncidentRecorded,
    FigureReported,
)
