"""What the questions have in common: whom they are narrowed to, and how an answer is shown, printed or written."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

import typer

from meritlog.cli.arguments import as_of, day
from meritlog.cli.session import Session
from schemas.period import Period
from schemas.problems import Place, Problem

if TYPE_CHECKING:
    from pathlib import Path

    from engine.log import Log
    from replay.queries.question import Question
    from schemas.plan import Plan
    from schemas.reports import AnyReport, Report

UnitOption = Annotated[
    str | None,
    typer.Option("--unit", metavar="ID", help="Of this unit and all units below it alone.", show_default=False),
]
ManagerOption = Annotated[
    str | None,
    typer.Option(
        "--manager",
        metavar="ID",
        help="Of this manager alone; - for what no manager is credited with.",
        show_default=False,
    ),
]

LatestOption = Annotated[
    str | None,
    typer.Option(
        "--through",
        metavar="DATE",
        help="Count the days up to and including this one. Default: the latest business date among the log's "
        "transactions. Example: --through 2025-02-14",
        show_default=False,
    ),
]


def answer(
    session: Session,
    period: str,
    as_of_text: str | None,
    through: str | None,
    out: Path | None,
    ask: Callable[[Question, Log], Report],
    plan: Plan | None = None,
    *,
    whole: bool = False,
) -> None:
    """Ask a question of the log and show, print or write what it answers."""
    from replay.queries.question import Question

    wanted = Period.parse(period)

    def put(log: Log) -> AnyReport:
        known, last = as_of(as_of_text, log), day(through, "--through")
        return ask(Question.of(log, wanted, as_of=known, through=last, whole=whole), log)

    tell(session, out, put, plan)


def tell(session: Session, out: Path | None, ask: Callable[[Log], AnyReport], plan: Plan | None = None) -> None:
    """Show, print or write a report of the log; ``plan`` says what its lines are called."""
    from engine.log import Log
    from engine.people import names
    from meritlog.exports import check_target
    from meritlog.exports.tables import SECTION_ENDINGS, export_sections
    from meritlog.show.labels import Labels
    from meritlog.show.reports import about, sections, shown

    if out is not None:
        check_target(out, SECTION_ENDINGS, "a report")
    log = Log.open(session.log)
    with session.counting():
        report = ask(log)
    labels = Labels(plan, session.words, names(log.path))

    def write(file: Path) -> None:
        export_sections(report, sections(report, labels), about(report, labels), file, session.words)

    session.tell(report, out, write, lambda: shown(report, labels))


def pairs(given: list[str], option: str, example: str) -> dict[str, str]:
    """What ``NAME=VALUE`` options say.

    Raises:
        Problem: one has no ``=``.
    """
    for one in given:
        if not all(one.partition("=")):
            raise Problem(f"{one!r} says no pair.", place=Place(field=option), remedy=f"Write it as {example}.")
    return {name: value for name, _, value in (one.partition("=") for one in given)}
