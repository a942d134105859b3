"""``meritlog settle``: a period computed from the log, as tables, as JSON or as a file."""

from __future__ import annotations

from typing import Annotated

import msgspec
import typer

from meritlog.cli.arguments import AsOfOption, OutOption, PeriodArgument, PlanArgument, ThroughOption, as_of, day
from meritlog.cli.session import Session
from meritlog.exports import check_target, export
from meritlog.show.labels import Labels
from meritlog.show.statement import statement
from schemas.period import Period
from schemas.problems import Problem
from schemas.statement import Statement, sealed


def settle(
    session: Session,
    plan: PlanArgument,
    period: PeriodArgument,
    as_of_text: AsOfOption = None,
    through: ThroughOption = None,
    manager: Annotated[
        str | None,
        typer.Option("--manager", metavar="ID", help="Show this manager alone, line by line.", show_default=False),
    ] = None,
    out: OutOption = None,
) -> None:
    """Compute a period by a plan: every manager's contribution, scores, rank, grade and pay.

    $ meritlog settle bank-contribution 2025
    $ meritlog settle bank-contribution 2025Q1 --through 2025-02-14
    $ meritlog settle bank-contribution 2025 --as-of 48211 --manager M-017
    $ meritlog settle ./our-plan.yaml 2025 --out statement.xlsx
    """
    # Loaded when it is needed, here and in the other commands: a database takes half a second, help answers at once.
    from engine.log import Log
    from engine.people import names
    from engine.plan.library import load
    from replay.settle import settle as settled

    wanted = Period.parse(period)
    if out is not None:
        check_target(out)
    loaded = load(plan)
    log = Log.open(session.log)
    known, last = as_of(as_of_text, log), day(through, "--through")
    with session.counting():
        result = settled(log, loaded, wanted, as_of=known, through=last)
    document = result.statement if manager is None else only(result.statement, manager)
    labels = Labels(loaded.plan, session.words, names(log.path))
    session.tell(document, out, lambda file: export(document, file, labels), lambda: statement(document, labels))


def only(document: Statement, manager: str) -> Statement:
    """The statement of one manager, with a digest of its own.

    Raises:
        Problem: the statement has no such manager.
    """
    chosen = [one for one in document.managers if one.manager_id == manager]
    if not chosen:
        raise Problem(
            f"{manager!r} is no manager of {document.period}: neither in post on a day of it nor credited in it.",
            remedy="Leave --manager out to see all.",
        )
    return sealed(msgspec.structs.replace(document, managers=chosen))
