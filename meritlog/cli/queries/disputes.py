"""What managers dispute of their settlements, and what customers complain of."""

from __future__ import annotations

from typing import Annotated

import typer

from meritlog.cli.arguments import AsOfOption, OutOption, as_of, day
from meritlog.cli.queries.asking import tell
from meritlog.cli.session import Session


def disputes(
    session: Session,
    still_open: Annotated[bool, typer.Option("--open", help="Those alone that are not decided yet.")] = False,
    manager: Annotated[
        str | None,
        typer.Option(
            "--manager",
            metavar="ID",
            help="Those alone that concern this manager; - for complaints that concern nobody.",
            show_default=False,
        ),
    ] = None,
    on: Annotated[
        str | None,
        typer.Option(
            "--on",
            metavar="DATE",
            help="As they stood on this day. Default: the latest day that the log speaks of. Example: --on 2025-06-30",
            show_default=False,
        ),
    ] = None,
    as_of_text: AsOfOption = None,
    out: OutOption = None,
) -> None:
    """List the disputes of settlements and the complaints of customers: since when, how long, how they were decided.

    A dispute names the settlement with its plan, period and position, and maybe one line of it: what explain and audit
    are to be asked for. A complaint that names no manager concerns those who serve the customer.

    $ meritlog query disputes
    $ meritlog query disputes --open --manager M-017
    $ meritlog query disputes --on 2025-12-31 --out disputes.xlsx
    """
    from projections.book import ProjectedBook
    from replay.queries.disputes import disputes as asked

    known_on = day(on, "--on")
    tell(
        session,
        out,
        lambda log: asked(
            ProjectedBook.of(log, as_of(as_of_text, log)), known_on, manager=manager, still_open=still_open
        ),
    )
