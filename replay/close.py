"""Closing: a settled period made final by an event of its own (contract §1, Settlement).

``settlement.closed`` names plan, period, position, log head and the statement's digest: all that is needed to make the
statement again and to prove that it is the same. The wording of the plan is kept in the log's folder, because a plan is
a file that changes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from engine.admission import candidates
from engine.log import Log, Snapshot
from engine.plan.library import LoadedPlan, content_of
from replay.settle import Settlement, settle
from schemas.codec import event_of
from schemas.event import Event
from schemas.period import Period
from schemas.problems import Problem

SOURCE = "urn:meritlog:settlement"


@dataclass(frozen=True, slots=True)
class Closed:
    """A closed settlement and the position of its event; ``mended`` says what a crash had left in the log."""

    settlement_id: str
    settlement: Settlement
    position: int
    mended: Sequence[str] = ()


def close(log: Log, loaded: LoadedPlan, period: Period, *, at: datetime, holder: str) -> Closed:
    """Settle the whole period and append ``settlement.closed``.

    Raises:
        Problem: this plan's period is closed already, or has not begun, or is part of a closed one that would have had
            to set off what it pays.
    """
    with log.writer(holder) as writer:
        settlement, event = closing(log, loaded, period, at)
        appended = writer.append(candidates([event]), at)
    return Closed(event.id, settlement, appended.admitted[0], writer.mended)


def closing(log: Log, loaded: LoadedPlan, period: Period, at: datetime) -> tuple[Settlement, Event]:
    """The settlement of the whole period, and the event that closes it once it is in the log; the wording is kept.

    Raises:
        Problem: this plan's period is closed already; or neither ``at`` nor a transaction has reached its first day; or
            it is part of a closed one that would have had to set off what it pays.
    """
    settlement = settle(log, loaded, period)
    _refuse(settlement, at.astimezone(log.institution.zone).date())
    log.wordings.keep(content_of(loaded.plan))
    settlement_id = _unused(settlement.book.snapshot, f"{loaded.plan.plan}/{settlement.statement.period}")
    attributes = {
        "specversion": "1.0",
        "id": settlement_id,
        "source": SOURCE,
        "type": "settlement.closed",
        "time": at.isoformat(),
        "data": {
            "settlement_id": settlement_id,
            "plan": loaded.plan.plan,
            "plan_digest": loaded.digest,
            "period": settlement.statement.period,
            "position": settlement.statement.position,
            "log_head": settlement.statement.log_head,
            "result_digest": settlement.statement.digest,
        },
    }
    return settlement, event_of(attributes, log.institution).event


def _refuse(settlement: Settlement, today: date) -> None:
    """Refuse to close what has not begun, what is closed, and a part of what is closed and sets off what it pays."""
    plan, part = settlement.statement.plan, settlement.evaluation.scope.period
    reached = settlement.book.transaction_days() or (date.min, date.min)
    if max(reached[1], today) < part.start:
        raise Problem(
            f"{part} begins on {part.start}; it cannot be closed before.",
            remedy="Close it when it is over; `meritlog settle` computes it at any time.",
        )
    if settlement.statement.status == "closed":
        raise Problem(
            f"{plan} is already closed for {part}.",
            remedy="What arrived later belongs to the next settlement.",
        )
    whole = settlement.earlier.closed_around(part, settlement.evaluation.lines.keys())
    if whole is not None:
        raise Problem(
            f"{plan} is closed for {whole}, which sets off what {part} pays; closed now, that would be paid twice.",
            remedy=f"All that is due for these days is paid by {whole}. If {part} was paid, too, reverse the closings "
            "from that of the whole on, the last one first, and close them in order, the part first.",
        )


def _unused(snapshot: Snapshot, name: str) -> str:
    """The id of a closing: its name, numbered from 2 on where a closing of that name was reversed."""
    found, number = name, 1
    while snapshot.find(SOURCE, found) is not None:
        number += 1
        found = f"{name}/{number}"
    return found
