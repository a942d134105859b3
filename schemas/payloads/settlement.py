"""Settlement: what was closed, paid and disputed (contract §1)."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from schemas.fields import WORD, Id, PeriodName, Position, Text, Word
from schemas.payloads.base import Payload


class SettlementClosed(Payload):
    """A settlement is closed: nothing changes it any more."""

    type: ClassVar[str] = "settlement.closed"
    settlement_id: Id = Field(description="The settlement.")
    plan: Word = Field(description="The plan's name.")
    plan_digest: Text = Field(description="Digest of the plan document.")
    period: PeriodName = Field(description="The period settled.")
    position: Position = Field(description="The position of the log it was computed at; on Kafka a vector.")
    log_head: Text = Field(description="Merkle root of the log at that position.")
    result_digest: Text = Field(description="Digest of the statement.")


class SettlementPaid(Payload):
    """A settlement was paid out."""

    type: ClassVar[str] = "settlement.paid"
    settlement_id: Id = Field(description="The settlement.")


class DisputeOpened(Payload):
    """A manager disputes a settlement, or one line of it."""

    type: ClassVar[str] = "dispute.opened"
    dispute_id: Id = Field(description="The dispute.")
    settlement_id: Id = Field(description="The settlement.")
    manager_id: Id = Field(description="Who disputes.")
    line: Word | None = Field(default=None, description="The line disputed.")
    claim: Text = Field(description="What is claimed.")


class DisputeResolved(Payload):
    """A dispute was decided; it takes effect when the dispute itself is known."""

    type: ClassVar[str] = "dispute.resolved"
    dispute_id: Id = Field(description="The dispute.")
    outcome: Annotated[Literal["upheld", "partly", "rejected"], WORD] = Field(description="What was decided.")
    reason: Text = Field(description="Why.")
    decided_by: Id = Field(description="Who decided.")


MODELS: tuple[type[Payload], ...] = (SettlementClosed, SettlementPaid, DisputeOpened, DisputeResolved)
