"""``meritlog audit``: a closed settlement made again, and what has come in since."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from meritlog.cli.comparing import ComparedOutOption, TracedOption, checked
from meritlog.cli.failures import Exit
from meritlog.cli.session import Session
from meritlog.show.comparison import audit as audit_shown
from meritlog.show.labels import Labels
from schemas.comparison import TRACED_MAX


def audit(
    session: Session,
    settlement: Annotated[
        str,
        typer.Argument(
            metavar="SETTLEMENT",
            help="The settlement's id, as close printed it, such as bank-contribution/2025",
            show_default=False,
        ),
    ],
    statement: Annotated[
        Path | None,
        typer.Option(
            "--statement",
            metavar="FILE",
            help="Compare it line by line with the statement that was handed out: a .json of settle. "
            "Example: --statement statement.json",
            show_default=False,
        ),
    ] = None,
    plan: Annotated[
        str | None,
        typer.Option(
            "--plan",
            metavar="PLAN",
            help="The plan file as it was worded then, for a settlement whose wording is not in the log's folder. "
            "Example: --plan ./our-plan-2024.yaml",
            show_default=False,
        ),
    ] = None,
    traced: TracedOption = TRACED_MAX,
    out: ComparedOutOption = None,
) -> None:
    """Make a closed settlement again from the log and compare every line with what was closed; then tell what came in
    since would change. Exit code 1 if it is not what was closed.

    $ meritlog audit bank-contribution/2025
    $ meritlog audit bank-contribution/2025 --statement statement.json --json
    """
    from engine.log import Log
    from engine.people import names
    from engine.plan.library import load
    from meritlog.exports.compared import export_compared
    from replay.audit import audit as audited
    from replay.closings import closing_of
    from replay.compare import read_statement

    checked(out)
    shown = None if statement is None else read_statement(statement)
    at_hand = None if plan is None else load(plan)
    log = Log.open(session.log)
    with session.counting():
        closing = closing_of(log, settlement)
        worded = closing.worded(log, at_hand)
        found = audited(log, closing, worded, shown=shown, traced=traced)
    labels = Labels(worded.plan, session.words, names(log.path))
    session.tell(found, out, lambda file: export_compared(found, file, labels), lambda: audit_shown(found, labels))
    if not found.equal:
        raise typer.Exit(Exit.CHECK_FAILED)
