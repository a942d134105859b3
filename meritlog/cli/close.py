"""``meritlog close``: a period made final by an event of its own."""

from __future__ import annotations

import os
import socket
from datetime import UTC, datetime

from meritlog.cli.arguments import PeriodArgument, PlanArgument
from meritlog.cli.session import Session
from schemas.period import Period


def close(session: Session, plan: PlanArgument, period: PeriodArgument) -> None:
    """Settle a whole period and make it final: what arrives later changes it no more. A second close is refused.

    $ meritlog close bank-contribution 2025
    """
    from engine.log import Log
    from engine.plan.library import load
    from replay.close import close as closed

    wanted = Period.parse(period)
    loaded = load(plan)
    log = Log.open(session.log)
    holder = f"meritlog close, process {os.getpid()} on {socket.gethostname()}"
    done = closed(log, loaded, wanted, at=datetime.now(UTC), holder=holder)
    statement = done.settlement.statement
    if session.json:
        session.document(
            {
                "settlement_id": done.settlement_id,
                "position": done.position,
                "log_head": statement.log_head,
                "plan_digest": statement.plan_digest,
                "result_digest": statement.digest,
            }
        )
    else:
        session.say("Closed: {id}, result {digest}.", id=done.settlement_id, digest=statement.digest)
