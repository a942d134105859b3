"""``meritlog board``: the leaderboard of a period."""

from __future__ import annotations

from typing import Annotated

import typer

from meritlog.cli.arguments import AsOfOption, PeriodArgument, PlanArgument, ThroughOption, as_of, day
from meritlog.cli.session import Session
from meritlog.show.board import board as shown
from meritlog.show.labels import Labels
from schemas.period import Period
from schemas.problems import Place, Problem
from schemas.statement import to_json


def board(
    session: Session,
    plan: PlanArgument,
    period: PeriodArgument,
    as_of_text: AsOfOption = None,
    through: ThroughOption = None,
    watch: Annotated[
        bool,
        typer.Option(
            "--watch",
            help="Follow the log and show the board whenever it changes, with --json a line each; Ctrl-C ends it.",
        ),
    ] = False,
) -> None:
    """Show the leaderboard of a period, with the ranks won and lost since the day before.

    A period still running counts the days up to the latest business date among the log's transactions.

    $ meritlog board bank-contribution 2025
    $ meritlog board bank-contribution 2025Q3 --through 2025-08-15
    $ meritlog board bank-contribution 2025 --watch
    """
    from engine.log import Log
    from engine.people import names
    from engine.plan.library import load
    from replay.live import WORTH_KEEPING, LiveFold

    wanted = Period.parse(period)
    loaded = load(plan)
    if watch:
        from meritlog.cli.watching import watch as watched

        if as_of_text is not None:
            raise Problem(
                "--watch shows what the log knows now.", place=Place(field="--as-of"), remedy="Leave one out."
            )
        watched(session, loaded, wanted, day(through, "--through"))
        return
    log = Log.open(session.log)
    with session.counting() as counted:
        fold = LiveFold(log, as_of(as_of_text, log), progress=counted)
        fold.keep(unless_fewer=WORTH_KEEPING)
        document = fold.board(loaded, wanted, day(through, "--through"))
    if session.json:
        session.document(to_json(document))
    else:
        session.print(*shown(document, Labels(loaded.plan, session.words, names(log.path)), loaded.plan.board))
