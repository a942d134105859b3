"""``meritlog reconcile``: are the live boards what the log gives?"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import msgspec
import typer
from rich.text import Text

from meritlog.cli import streams
from meritlog.cli.failures import Exit
from meritlog.cli.session import Session
from meritlog.show.figures import Count

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.log import Log
    from engine.plan.library import LoadedPlan
    from schemas.statement import Board

DIFFERENCES_TOLD = 20


def reconcile(
    session: Session,
    brokers: streams.BrokersOption = None,
    prefix: streams.PrefixOption = "meritlog",
    plan: streams.PlansOption = None,
) -> None:
    """Compare the live figures with the log's own, manager by manager and line by line; exit code 1 if any differs.

    With brokers the boards that the worker shows are compared, each at its position; without, the fold of this log.
    Nothing is stopped meanwhile.

    $ meritlog reconcile
    $ meritlog reconcile --brokers localhost:9092 --log /data/log --json
    """
    from engine.log import Log
    from replay.reconcile import reconcile as reconciled

    plans = streams.plans(plan)
    log = Log.open(session.log)
    boards = _shown(brokers, prefix) if streams.named(brokers) else _folded(log, list(plans.values()))
    with session.counting():
        found = reconciled(log, plans, boards)
    if session.json:
        session.document(
            {
                "equal": found.equal,
                "position": found.position,
                "managers": len(found.managers),
                "boards": len(boards),
                "differences": [msgspec.to_builtins(one) for one in found.differences],
            }
        )
    elif found.equal:
        session.say(
            "Equal: {boards:board/boards}, {managers:manager/managers}, at position {position}.",
            boards=Count(len(boards)),
            managers=Count(len(found.managers)),
            position=found.position,
        )
    else:
        for difference in found.differences[:DIFFERENCES_TOLD]:
            session.print(Text(str(difference)))
        session.say(
            "{count:figure differs/figures differ}. Rebuild the live side: delete the log's cache folder and start the "
            "worker.",
            count=Count(len(found.differences)),
        )
    if not found.equal:
        raise typer.Exit(Exit.CHECK_FAILED)


def _shown(brokers: str | None, prefix: str) -> Sequence[Board]:
    from engine.stream.shown import shown_boards
    from engine.stream.topics import Topics

    return asyncio.run(shown_boards(streams.connection(brokers), Topics(prefix)))


def _folded(log: Log, plans: Sequence[LoadedPlan]) -> Sequence[Board]:
    from engine.stream.windows import running
    from replay.live import LiveFold

    fold = LiveFold(log)
    days = fold.book.transaction_days()
    return [fold.board(loaded, period) for loaded, period in running(plans, days[1])] if days is not None else []
