"""Auditing a closed settlement: made again from the log at its own position, and compared with what is known today."""

from __future__ import annotations

from msgspec import UNSET

from engine.log import Log
from engine.plan.library import LoadedPlan
from replay.closings import Closing
from replay.compare import Compared, compare, manager_changes
from replay.settle import settle
from schemas.comparison import TRACED_MAX, Audit
from schemas.statement import Statement


def audit(
    log: Log,
    closing: Closing,
    loaded: LoadedPlan,
    *,
    shown: Statement | None = None,
    traced: int = TRACED_MAX,
) -> Audit:
    """The closed settlement made again, and what a settlement of today would show otherwise.

    ``loaded`` is the plan as it was worded; ``shown`` the statement that was handed out, to be compared line by line.

    Raises:
        Problem: its position is none of this log.
    """
    closed = closing.fact.event.data
    again = closing.again(log, loaded)
    made = Compared("made again", again.statement, again)
    differences = UNSET if shown is None else list(manager_changes(shown, again.statement))
    today = settle(log, loaded, closing.period(loaded))
    later = compare(made, Compared("today", today.statement, today), log.institution.currency, traced)
    same = (again.statement.digest, again.statement.log_head) == (closed.result_digest, closed.log_head)
    return Audit(
        settlement_id=closing.settlement_id,
        plan=closed.plan,
        plan_digest=closed.plan_digest,
        period=again.statement.period,
        position=closed.position,
        log_head=closed.log_head,
        result_digest=closed.result_digest,
        closed_at=today.book.snapshot.place(closing.fact.position),
        paid=closing.paid,
        equal=same and not differences,
        made_again=made.side,
        differences=differences,
        later=later,
    )
