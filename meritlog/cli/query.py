"""``meritlog query``: a bank's everyday questions, each answered from the log as tables, as JSON or as a file."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from meritlog.cli.arguments import AsOfOption, OutOption, PeriodArgument, ThroughOption, as_of, day
from meritlog.cli.session import Session
from schemas.period import Period
from schemas.problems import Place, Problem

if TYPE_CHECKING:
    from pathlib import Path

    from engine.log import Log
    from replay.queries.question import Question
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


def answer(
    session: Session,
    period: str,
    as_of_text: str | None,
    through: str | None,
    out: Path | None,
    ask: Callable[[Question, Log], Report],
) -> None:
    """Ask a question of the log and show, print or write what it answers."""
    from replay.queries.question import Question

    wanted = Period.parse(period)

    def put(log: Log) -> AnyReport:
        known, last = as_of(as_of_text, log), day(through, "--through")
        return ask(Question.of(log, wanted, as_of=known, through=last), log)

    tell(session, out, put)


def tell(session: Session, out: Path | None, ask: Callable[[Log], AnyReport]) -> None:
    """Show, print or write a report of the log."""
    from engine.log import Log
    from engine.people import names
    from meritlog.exports import check_target, write
    from meritlog.exports.tables import REPORT_FORMATS
    from meritlog.show.labels import Labels
    from meritlog.show.reports import about, sections, shown, to_json

    if out is not None:
        check_target(out, [".json", *REPORT_FORMATS])
    log = Log.open(session.log)
    with session.counting():
        report = ask(log)
    labels = Labels(None, session.words, names(log.path))
    if out is not None:
        ending = out.suffix.lower()
        told = about(report, labels)
        body = (
            to_json(report) + b"\n"
            if ending == ".json"
            else REPORT_FORMATS[ending](sections(report, labels), told, session.words)
        )
        write(out, body)
    if session.json:
        session.document(to_json(report))
    elif out is not None:
        session.say("Written: {file}", file=out)
    else:
        session.print(*shown(report, labels))


def products(
    session: Session,
    period: PeriodArgument,
    path: Annotated[
        str | None,
        typer.Argument(
            metavar="[PRODUCT]",
            help="A path of the catalogue, with all below it: loan, loan.discount, deposit.savings, settlement, "
            "ebank.corporate. Default: everything.",
            show_default=False,
        ),
    ] = None,
    by: Annotated[
        Literal["product", "unit", "manager", "customer", "account", "event"],
        typer.Option("--by", help="One row a product, a unit, a manager, a customer, an account or an event."),
    ] = "product",
    unit: UnitOption = None,
    manager: ManagerOption = None,
    customer: Annotated[
        str | None, typer.Option("--customer", metavar="ID", help="Of this customer alone.", show_default=False)
    ] = None,
    account: Annotated[
        str | None, typer.Option("--account", metavar="ID", help="Of this account alone.", show_default=False)
    ] = None,
    as_of_text: AsOfOption = None,
    through: ThroughOption = None,
    out: OutOption = None,
) -> None:
    """Show the business of any product line in any period, from the bank down to single events.

    Balances at the beginning and at the end, their daily average and product-days; fees, sales, payments and other
    flows with their number. Drill down with --by, and narrow with --unit, --manager, --customer and --account. What
    managers are credited with and what nobody is adds up to the whole bank, as in settle. A period still running counts
    the days up to the latest business date among the log's transactions.

    $ meritlog query products 2025Q1
    $ meritlog query products 2025 loan --by unit
    $ meritlog query products 2025 deposit.savings --by customer --manager M-017
    $ meritlog query products 2025 loan --by event --account L-101
    $ meritlog query products 2025 --by customer --manager - --out unserved.xlsx
    """
    from replay.queries.products import By
    from replay.queries.products import products as asked

    answer(
        session,
        period,
        as_of_text,
        through,
        out,
        lambda question, _: asked(
            question, path, By(by), unit=unit, manager=manager, customer=customer, account=account
        ),
    )


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
    through: ThroughOption = None,
    out: OutOption = None,
) -> None:
    """Show how each unit's target is broken down to units below it and to managers, and what they reach together.

    What is left over was given to nobody yet; below 0, more was given out than the unit has. Targets are those set
    (target.set) for exactly this period.

    $ meritlog query targets 2025
    $ meritlog query targets 2025 --plan bank-contribution --actual deposits=deposit_spread
    $ meritlog query targets 2025Q1 --out targets.xlsx
    """
    from engine.plan.evaluate import evaluate
    from engine.plan.library import load
    from replay.queries.targets import targets as asked
    from replay.settle import earlier_settlements, scope_of

    named = pairs(actual or [], "--actual", "deposits=m_deposits")
    loaded = load(plan) if plan is not None else None

    def ask(question: Question, log: Log) -> Report:
        if loaded is None:
            return asked(question, None, named)
        scope = scope_of(log, loaded, question.period, question.last)
        evaluation = evaluate(scope, question.book, earlier_settlements(log, loaded, question.book))
        return asked(question, evaluation, named)

    answer(session, period, as_of_text, through, out, ask)


def pairs(given: list[str], option: str, example: str) -> dict[str, str]:
    """What ``NAME=VALUE`` options say.

    Raises:
        Problem: one has no ``=``.
    """
    for one in given:
        if not all(one.partition("=")):
            raise Problem(f"{one!r} says no pair.", place=Place(field=option), remedy=f"Write it as {example}.")
    return {name: value for name, _, value in (one.partition("=") for one in given)}
