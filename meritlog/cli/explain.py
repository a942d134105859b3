"""``meritlog explain``: a figure down to the events that it comes from."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from meritlog.cli.arguments import AsOfOption, PeriodArgument, PlanArgument, ThroughOption, as_of, day
from meritlog.cli.session import Session
from meritlog.exports import EXPLANATIONS, check_target, export_explanation
from meritlog.show.explanation import explanation
from meritlog.show.labels import Labels
from schemas.period import Period

SHOWN = 10


LimitOption = Annotated[
    int | None,
    typer.Option(
        "--limit",
        metavar="N",
        min=0,
        help="Tell the N largest events of each measure and sum up the others in one row. Default: all in --json "
        "and in a file, 10 on the screen.",
        show_default=False,
    ),
]
ReplyOption = Annotated[
    Path | None,
    typer.Option(
        "--out",
        metavar="FILE",
        help="Write the explanation to a file, to hand it out: .pdf, .html or .json. Example: --out reply.pdf",
        show_default=False,
    ),
]


def explain(
    session: Session,
    plan: PlanArgument,
    period: PeriodArgument,
    manager: Annotated[str, typer.Argument(metavar="MANAGER", help="The manager's id.", show_default=False)],
    line: Annotated[
        str | None,
        typer.Argument(metavar="[LINE]", help="The line to explain, such as award. Default: all.", show_default=False),
    ] = None,
    as_of_text: AsOfOption = None,
    through: ThroughOption = None,
    limit: LimitOption = None,
    out: ReplyOption = None,
) -> None:
    """Explain a manager's figures: clause, formula with values, parameters, and every event with its contribution.

    $ meritlog explain bank-contribution 2025 M-017
    $ meritlog explain bank-contribution 2025 M-017 award --limit 3
    $ meritlog explain bank-contribution 2025Q1 M-017 loan_spread --json
    $ meritlog explain bank-contribution 2025 M-017 paid --lang zh --out reply.pdf
    """
    from engine.log import Log
    from engine.people import names
    from engine.plan.library import load
    from replay.explain import explain as explained
    from replay.settle import settle

    wanted = Period.parse(period)
    if out is not None:
        check_target(out, EXPLANATIONS, "an explanation")
    loaded = load(plan)
    log = Log.open(session.log)
    known, last = as_of(as_of_text, log), day(through, "--through")
    most = limit if limit is not None or session.json or out is not None else SHOWN
    with session.counting():
        result = settle(log, loaded, wanted, as_of=known, through=last)
        document = explained(result, log.institution.currency, manager, line, most)
    labels = Labels(loaded.plan, session.words, names(log.path))
    session.tell(
        document,
        out,
        lambda file: export_explanation(document, file, labels),
        lambda: [explanation(document, labels)],
    )
