"""Questions of managers: the register, grades, certification, supervision."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from meritlog.cli.arguments import (
    AsOfOption,
    OutOption,
    PeriodArgument,
    PlanArgument,
    ThroughOption,
    as_of,
    day,
    number,
)
from meritlog.cli.queries.asking import LatestOption, ManagerOption, UnitOption, answer, tell
from meritlog.cli.session import Session
from schemas.period import Period

if TYPE_CHECKING:
    pass


def managers(
    session: Session,
    on: Annotated[
        str | None,
        typer.Option(
            "--on",
            metavar="DATE",
            help="As it stood on this day. Default: the latest day that the log speaks of. Example: --on 2025-06-30",
            show_default=False,
        ),
    ] = None,
    unit: UnitOption = None,
    manager: Annotated[
        str | None,
        typer.Option("--manager", metavar="ID", help="This manager alone, with all changes.", show_default=False),
    ] = None,
    history: Annotated[
        str | None,
        typer.Option(
            "--history",
            metavar="PERIOD",
            help="List the changes of a period, too: who came, moved, got another grade, left. Example: --history 2025",
            show_default=False,
        ),
    ] = None,
    as_of_text: AsOfOption = None,
    out: OutOption = None,
) -> None:
    """Show the register of managers on any day, with its history: unit, position, grade, service, customers served.

    Every change says from which day it holds and at which position of the log it came in.

    $ meritlog query managers
    $ meritlog query managers --on 2025-06-30 --unit U-EAST
    $ meritlog query managers --manager M-017
    $ meritlog query managers --history 2025 --out register.xlsx
    """
    from projections.book import ProjectedBook
    from replay.queries.register import register

    during = Period.parse(history) if history is not None else None
    asked = day(on, "--on")
    tell(
        session,
        out,
        lambda log: register(
            ProjectedBook.of(log, as_of(as_of_text, log)), asked, unit=unit, manager=manager, during=during
        ),
    )


def grades(
    session: Session,
    plan: PlanArgument,
    period: PeriodArgument,
    line: Annotated[
        str | None,
        typer.Option(
            "--line",
            metavar="LINE",
            help="The plan's line of grades. Default: grade, else the first.",
            show_default=False,
        ),
    ] = None,
    unit: UnitOption = None,
    manager: ManagerOption = None,
    as_of_text: AsOfOption = None,
    through: ThroughOption = None,
    out: OutOption = None,
) -> None:
    """Show which grade each manager holds and may be appointed to by the result, and which conditions are not met.

    Days count as in settle: all of the period, unless --through says otherwise. The proposal is people's to follow; the
    appointment itself is an event (manager.appointed).

    $ meritlog query grades bank-contribution 2025
    $ meritlog query grades bank-contribution 2025 --unit U-EAST --out grades.xlsx
    """
    from engine.plan.library import load
    from replay.queries.grades import grades as asked

    loaded = load(plan)
    answer(
        session,
        period,
        as_of_text,
        through,
        out,
        lambda question, log: asked(question, log, loaded, line, unit=unit, manager=manager),
        loaded.plan,
        whole=True,
    )


def certification(
    session: Session,
    period: PeriodArgument,
    measure: Annotated[
        str, typer.Option("--measure", metavar="NAME", help="The figure (figure.reported) that certifies a manager.")
    ] = "certified",
    least: Annotated[str, typer.Option("--least", metavar="VALUE", help="Certified is who reaches this.")] = "1",
    new_months: Annotated[
        int, typer.Option("--new-months", metavar="N", min=0, help="New is who has served fewer full months than this.")
    ] = 12,
    skills: Annotated[
        list[str] | None,
        typer.Option(
            "--skill",
            metavar="NAME",
            help="A skill of new managers (figure.reported of at least 1); may be given several times. "
            "Example: --skill lending --skill deposits --skill compliance",
            show_default=False,
        ),
    ] = None,
    needed: Annotated[
        int, typer.Option("--needed", metavar="N", min=1, help="How many of the skills a new manager needs.")
    ] = 2,
    unit: UnitOption = None,
    as_of_text: AsOfOption = None,
    through: LatestOption = None,
    out: OutOption = None,
) -> None:
    """Show which part of each unit's managers is certified; new ones are left out and judged by their skills.

    Figures are those reported for exactly this period.

    $ meritlog query certification 2025
    $ meritlog query certification 2025 --skill lending --skill deposits --skill compliance
    $ meritlog query certification 2025 --measure skill_exam --least 60 --unit U-EAST
    """
    from replay.queries.certification import Terms
    from replay.queries.certification import certification as asked

    terms = Terms(measure, number(least, "--least"), new_months, skills or (), needed)
    answer(session, period, as_of_text, through, out, lambda question, _: asked(question, terms, unit=unit))


def supervision(
    session: Session,
    period: PeriodArgument,
    unit: UnitOption = None,
    manager: ManagerOption = None,
    as_of_text: AsOfOption = None,
    through: LatestOption = None,
    out: OutOption = None,
) -> None:
    """Show the figures by which managers are supervised: ability ratings, feedback from every side, what customers say.

    Ratings are those given for exactly this period, as marks of a hundred; surveys, complaints and incidents count by
    their day.

    $ meritlog query supervision 2025
    $ meritlog query supervision 2025 --unit U-EAST --out supervision.xlsx
    """
    from replay.queries.supervision import supervision as asked

    answer(session, period, as_of_text, through, out, lambda question, _: asked(question, unit=unit, manager=manager))
