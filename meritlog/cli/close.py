"""``meritlog close``: a period made final by an event of its own."""

from __future__ import annotations

import os
import socket
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from meritlog.cli.arguments import PeriodArgument, PlanArgument
from meritlog.cli.session import Session
from meritlog.cli.streams import PrefixOption, connection
from schemas.period import Period
from schemas.problems import EnvironmentProblem, Place

if TYPE_CHECKING:
    from engine.log import Log
    from engine.plan.library import LoadedPlan
    from replay.close import Closed

CloseBrokersOption = Annotated[
    str | None,
    typer.Option(
        "--brokers",
        metavar="HOST:PORT[,…]",
        help="Close a log that a worker writes: the closing goes through Kafka, like every event. "
        "Example: --brokers localhost:9092",
        show_default=False,
    ),
]


SEEN_SECONDS = 30.0
LOOK_SECONDS = 0.2


def close(
    session: Session,
    plan: PlanArgument,
    period: PeriodArgument,
    brokers: CloseBrokersOption = None,
    prefix: PrefixOption = "meritlog",
) -> None:
    """Settle a whole period and make it final: what arrives later changes it no more. A second close is refused.

    $ meritlog close bank-contribution 2025
    $ meritlog close bank-contribution 2025 --brokers localhost:9092 --log /data/log
    """
    from engine.log import Log
    from engine.plan.library import load
    from replay.close import close as closed

    wanted = Period.parse(period)
    loaded = load(plan)
    log = Log.open(session.log)
    now = datetime.now(UTC)
    if brokers is None:
        holder = f"meritlog close, process {os.getpid()} on {socket.gethostname()}"
        done = closed(log, loaded, wanted, at=now, holder=holder)
    else:
        done = _sent(log, loaded, wanted, now, brokers, prefix)
    session.warn(done.mended)
    statement = done.settlement.statement
    if session.json:
        session.document(
            {
                "settlement_id": done.settlement_id,
                "position": log.snapshot().place(done.position),
                "log_head": statement.log_head,
                "plan_digest": statement.plan_digest,
                "result_digest": statement.digest,
            }
        )
    else:
        session.say("Closed: {id}, result {digest}.", id=done.settlement_id, digest=statement.digest)


def _sent(log: Log, loaded: LoadedPlan, period: Period, at: datetime, brokers: str, prefix: str) -> Closed:
    """Close by an event that the worker admits, and wait until it has."""
    from engine.stream.producing import send
    from engine.stream.topics import Topics
    from replay.close import Closed, closing
    from schemas.codec import canonical

    settlement, event = closing(log, loaded, period, at)
    send(connection(brokers), Topics(prefix).events, canonical(event))
    until = time.monotonic() + SEEN_SECONDS
    while time.monotonic() < until:
        position = log.snapshot().find(event.source, event.id)
        if position is not None:
            return Closed(event.id, settlement, position)
        time.sleep(LOOK_SECONDS)
    raise EnvironmentProblem(
        f"The closing of {event.id} was sent, but no worker has admitted it in {SEEN_SECONDS:g} seconds.",
        place=Place(file=str(log.path)),
        remedy="See that the worker of this log runs; it will admit it when it does. A second close is refused then.",
    )
