"""Staffing and decisions: who serves whom, and what people decide (contract §1)."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any, ClassVar

from pydantic import Field

from schemas.fields import Column, Flag, Id, Number, Outcome, Path, PeriodName, Share, Text, Word
from schemas.payloads.base import Broken, Part, Payload, Rule
from schemas.payloads.service import manager_or_unit

BRANCH_LED_LIMIT = Decimal("0.8")
"""The shares of a project led by the branch sum to more than this only with approval."""

SCORE_DECISION = "qualitative-score"
NUMERIC_DECISIONS = frozenset({SCORE_DECISION, "base-contribution"})
"""Decisions that put a figure in the place of a computed one, for one manager and one period."""


class UnitOpened(Payload):
    """A unit of the institution begins."""

    type: ClassVar[str] = "unit.opened"
    org_unit: Id = Field(description="The unit.")
    parent: Id | None = Field(default=None, description="The unit it belongs to.")


class ManagerAppointed(Payload):
    """A manager comes, moves or is promoted; what is not said again stays as it was."""

    type: ClassVar[str] = "manager.appointed"
    personal: ClassVar[frozenset[str]] = frozenset({"name"})
    manager_id: Id = Field(description="The manager.")
    org_unit: Id | None = Field(default=None, description="The unit; the first appointment names it.")
    position: Annotated[Word, Column("job_position")] | None = Field(default=None, description="The post held.")
    grade: Word | None = Field(default=None, description="The grade held.")
    name: Text | None = Field(
        default=None, description="The person's name: kept in a side table that can be erased, never in the log."
    )


class ManagerLeft(Payload):
    """From this day on the manager is credited with nothing, unless appointed again."""

    type: ClassVar[str] = "manager.left"
    manager_id: Id = Field(description="The manager.")


class TeamMember(Part):
    """One manager of a team, with the share of the credit."""

    manager_id: Id = Field(description="The manager.")
    share: Share = Field(description="The share of the credit, 0 to 1.")
    role: Word | None = Field(default=None, description="The part played in the team.")


def team_adds_up(data: Any) -> None:
    """Shares sum to at most 1; nobody is in a team twice; a branch-led team above 0.8 was approved."""
    seen: set[str] = set()
    total = Decimal(0)
    for place, member in enumerate(data.team):
        if member.manager_id in seen:
            raise Broken(
                f"team[{place}].manager_id", f"{member.manager_id} is in the team twice.", "Add the two shares up."
            )
        seen.add(member.manager_id)
        total += member.share
    if total > 1:
        raise Broken("team", f"The shares sum to {total}, more than 1.", "Lower them.")
    if data.branch_led and total > BRANCH_LED_LIMIT and data.approved_by is None:
        raise Broken(
            "approved_by",
            f"The shares of a branch-led team sum to {total}, more than {BRANCH_LED_LIMIT}, without approval.",
            "Name who approved it in approved_by, or lower the shares.",
        )


class CustomerAssigned(Payload):
    """The whole team of a customer, an account or a product from this day on, replacing the one before."""

    type: ClassVar[str] = "customer.assigned"
    rules: ClassVar[tuple[Rule, ...]] = (team_adds_up,)
    customer_id: Id = Field(description="The customer.")
    account_id: Id | None = Field(default=None, description="For this account alone.")
    product: Path | None = Field(default=None, description="For what carries this path of the catalogue alone.")
    team: list[TeamMember] = Field(description="The whole team; an empty one credits nobody.")
    branch_led: Flag | None = Field(default=None, description="Whether the branch leads the project.")
    approved_by: Id | None = Field(default=None, description="Who approved shares above 0.8 of a branch-led project.")


class TargetSet(Payload):
    """A target for a period."""

    type: ClassVar[str] = "target.set"
    rules: ClassVar[tuple[Rule, ...]] = (manager_or_unit,)
    manager_id: Id | None = Field(default=None, description="Whose target, where it is a manager's.")
    org_unit: Id | None = Field(default=None, description="Whose target, where it is a unit's.")
    measure: Word = Field(description="What is to be reached.")
    period: PeriodName = Field(description="Exactly the period it is set for.")
    value: Number = Field(description="The target.")


def decided_figure_is_complete(data: Any) -> None:
    """A decision that replaces a computed figure says whose, for which period, and the figure; a score is 0 to 100."""
    if data.kind not in NUMERIC_DECISIONS:
        return
    for name in ("manager_id", "period", "value"):
        if getattr(data, name) is None:
            raise Broken(name, f"A decision {data.kind} has no {name}.", f"Give the {name}.")
    if not isinstance(data.value, Decimal):
        raise Broken("value", f"A decision {data.kind} is a number.", 'Write a decimal string such as "90".')
    if data.kind == SCORE_DECISION and not 0 <= data.value <= 100:
        raise Broken("value", f"The score {data.value} lies outside 0 to 100.", "Give it in points of 100.")


class DecisionMade(Payload):
    """What people decided, who and why: exemptions, vetoes, approved figures, grades."""

    type: ClassVar[str] = "decision.made"
    rules: ClassVar[tuple[Rule, ...]] = (decided_figure_is_complete,)
    manager_id: Id | None = Field(default=None, description="The manager concerned.")
    org_unit: Id | None = Field(default=None, description="The unit concerned.")
    period: PeriodName | None = Field(default=None, description="Exactly the period it is for.")
    kind: Word = Field(description="What was decided, such as base-contribution or disqualified.")
    value: Outcome | None = Field(
        default=None, description="The figure, or the word, decided; a qualitative-score is 0 to 100."
    )
    reason: Text = Field(description="Why.")
    decided_by: Id = Field(description="Who decided.")


class EventReversed(Payload):
    """An earlier (or later) event never happened. A reversal cannot be reversed."""

    type: ClassVar[str] = "event.reversed"
    event_id: Id = Field(description="The id of the event.")
    event_source: Id = Field(description="The source of the event.")
    reason: Text = Field(description="Why.")


MODELS: tuple[type[Payload], ...] = (
    UnitOpened,
    ManagerAppointed,
    ManagerLeft,
    CustomerAssigned,
    TargetSet,
    DecisionMade,
    EventReversed,
)
