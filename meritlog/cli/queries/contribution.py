"""Questions of what is reached: targets of units and managers, contribution by role."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from meritlog.cli.arguments import AsOfOption, OutOption, PeriodArgument, PlanArgument
from meritlog.cli.queries.asking import LatestOption, UnitOption, answer, pairs
from meritlog.cli.session import Session

if TYPE_CHECKING:
    from engine.log import Log
    from replay.queries.question import Question
    from schemas.reports import Report


def targets(
    session: Session,
    period: PeriodArgument,
    plan: Annotated[
        str | None,
        typer.Option(
            "--plan",
            metavar="PLAN",
            help="The plan whose lines say what was reached. Default: what was reported (figure.reported).",
            show_default=False,
        ),
    ] = None,
    actual: Annotated[
        list[str] | None,
        typer.Option(
            "--actual",
            metavar="MEASURE=LINE",
            help="The line or measure of the plan that a target is reached by; may be given several times. Default: "
            "the one of the target's own name. Example: --actual deposits=m_deposits",
            show_default=False,
        ),
    ] = None,
    as_of_text: AsOfOption = None,
    through: LatestOption = None,
    out: OutOption = None,
) -> None:
    """Show how each unit's target is broken down to units below it and to managers, and what they reach together.

    What is left over was given to nobody yet; below 0, more was given out than the unit has. Targets are those set
    (target.set) for exactly this period.

    $ meritlog query targets 2025
    $ meritlog query targets 2025 --plan bank-contribution --actual deposits=deposit_spread
    $ meritlog query targets 2025Q1 --out targets.xlsx
    """
    from engine.plan.library import load
    from replay.queries.targets import targets as asked

    named = pairs(actual or [], "--actual", "deposits=m_deposits")
    loaded = load(plan) if plan is not None else None

    def ask(question: Question, log: Log) -> Report:
        return asked(question, None if loaded is None else question.evaluated(log, loaded), named)

    answer(session, period, as_of_text, through, out, ask)


def roles(
    session: Session,
    plan: PlanArgument,
    period: PeriodArgument,
    unit: UnitOption = None,
    manager: Annotated[
        str | None,
        typer.Option(
            "--manager", metavar="ID", help="Of this manager alone, customer by customer.", show_default=False
        ),
    ] = None,
    customer: Annotated[
        str | None,
        typer.Option("--customer", metavar="ID", help="Of this customer alone: its service team.", show_default=False),
    ] = None,
    as_of_text: AsOfOption = None,
    through: LatestOption = None,
    out: OutOption = None,
) -> None:
    """Show what the members of service teams contributed by role: customer, product, project and risk managers.

    Roles are those that teams say (customer.assigned). All roles of a manager add up to the manager's items in settle.

    $ meritlog query roles bank-contribution 2025
    $ meritlog query roles bank-contribution 2025 --customer C-102
    $ meritlog query roles bank-contribution 2025Q1 --manager M-017 --out roles.xlsx
    """
    from engine.plan.library import load
    from replay.queries.roles import roles as asked

    loaded = load(plan)
    answer(
        session,
        period,
        as_of_text,
        through,
        out,
        lambda question, log: asked(question, log, loaded, unit=unit, manager=manager, customer=customer),
        loaded.plan,
    )
