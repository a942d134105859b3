"""``meritlog board``: the leaderboard of a period."""

from __future__ import annotations

from typing import Annotated

import typer

from meritlog.cli.arguments import AsOfOption, PeriodArgument, PlanArgument, ThroughOption, as_of, day
from meritlog.cli.session import Session
from meritlog.show.board import board as shown
from meritlog.show.labels import Labels
from meritlog.show.units import units
from schemas.period import Period
from schemas.problems import Place, Problem
from schemas.statement import Board, UnitBoard, to_json

UnitOption = Annotated[
    str | None,
    typer.Option(
        "--unit",
        metavar="ID",
        help="The managers of this unit and of all units below it, ranked among themselves.",
        show_default=False,
    ),
]

ByUnitOption = Annotated[
    bool,
    typer.Option("--by-unit", help="Compare the units instead: each with all below it, by the mean of a manager."),
]


def board(
    session: Session,
    plan: PlanArgument,
    period: PeriodArgument,
    as_of_text: AsOfOption = None,
    through: ThroughOption = None,
    unit: UnitOption = None,
    by_unit: ByUnitOption = False,
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
    $ meritlog board bank-contribution 2025 --unit U-EAST
    $ meritlog board bank-contribution 2025 --by-unit
    $ meritlog board bank-contribution 2025 --watch
    """
    from engine.log import Log
    from engine.people import names
    from engine.plan.library import load
    from replay.live import WORTH_KEEPING, LiveFold
    from replay.units import unit_board

    wanted = Period.parse(period)
    loaded = load(plan)
    if watch:
        from meritlog.cli.watching import watch as watched

        for option, given, shows in (
            ("--as-of", as_of_text is not None, "what the log knows now"),
            ("--by-unit", by_unit, "the board of managers"),
        ):
            if given:
                raise Problem(f"--watch shows {shows}.", place=Place(field=option), remedy="Leave one out.")
        watched(session, loaded, wanted, day(through, "--through"), unit)
        return
    log = Log.open(session.log)
    known, last = as_of(as_of_text, log), day(through, "--through")
    document: Board | UnitBoard
    with session.counting() as counted:
        if by_unit:
            document = unit_board(log, loaded, wanted, as_of=known, through=last, unit=unit)
        else:
            fold = LiveFold(log, known, progress=counted)
            fold.keep(unless_fewer=WORTH_KEEPING)
            document = fold.board(loaded, wanted, last, unit)
    _tell(session, document, Labels(loaded.plan, session.words, names(log.path)), loaded.plan.board)


def _tell(session: Session, document: Board | UnitBoard, labels: Labels, score: str) -> None:
    if session.json:
        session.document(to_json(document))
    elif isinstance(document, UnitBoard):
        session.print(*units(document, labels, score))
    else:
        session.print(*shown(document, labels, score))
