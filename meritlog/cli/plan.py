"""``meritlog plan``: the bundled plans, one of them, what is wrong in a plan file, and its cases."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from meritlog.cli.arguments import PlanArgument
from meritlog.cli.failures import Exit, as_document
from meritlog.cli.session import Session
from meritlog.exports import check_target, export_plan, write
from meritlog.show.figures import Count
from meritlog.show.labels import Labels
from meritlog.show.plan import plan_list, plan_page
from schemas.business_year import BusinessYear
from schemas.problems import Place, Problem, Problems


def list_plans(session: Session) -> None:
    """List the bundled plans: name, title and the document that each comes from.

    $ meritlog plan list
    """
    from engine.plan.library import bundled, inspect

    plans = [inspect(name) for name in bundled()]
    if session.json:
        listed = [
            {
                "plan": loaded.plan.plan,
                "title": loaded.plan.title.model_dump(),
                "source": loaded.plan.source.model_dump(),
                "digest": loaded.digest,
            }
            for loaded in plans
        ]
        session.document({"plans": listed})
    else:
        session.print(plan_list([loaded.plan for loaded in plans], session.words))


def show(
    session: Session,
    plan: PlanArgument,
    source: Annotated[
        bool, typer.Option("--source", help="Print the plan file itself: to copy it and make it your own.")
    ] = False,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            metavar="FILE",
            help="Write the plan as a document for the staff it binds, .pdf or .html. Example: --out plan.pdf",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Show a plan as a document: whom it covers, what is settled when, every rule with its clause, tables, parameters.

    $ meritlog plan show bank-contribution
    $ meritlog plan show bank-contribution --lang zh --out plan.pdf
    $ meritlog plan show bank-contribution --source > our-plan.yaml
    """
    from engine.plan.library import inspect, text_of

    if source:
        session.document(text_of(plan).encode())
        return
    loaded = inspect(plan)
    labels = Labels(loaded.plan, session.words)
    if out is not None:
        export_plan(loaded.plan, loaded.digest, out, labels)
        session.say("Written: {file}", file=out)
    elif session.json:
        content = loaded.plan.model_dump(mode="json", by_alias=True, exclude_none=True)
        session.document({**content, "digest": loaded.digest})
    else:
        session.print(*plan_page(loaded.plan, loaded.digest, labels))


def new(
    session: Session,
    name: Annotated[
        str, typer.Argument(metavar="NAME", help="The new plan's name, such as our-plan", show_default=False)
    ],
    origin: Annotated[
        str,
        typer.Option("--from", metavar="PLAN", help="The plan that it begins as. Example: --from piece-rate"),
    ],
    year_begins: Annotated[
        str | None,
        typer.Option(
            "--year-begins",
            metavar="MM-DD",
            help="Month and day on which its year begins, and its months, quarters and half-years with it. "
            "Default: as in the other plan. Example: --year-begins 04-01",
            show_default=False,
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="FILE", help="The file to write. Default: ./NAME.yaml", show_default=False),
    ] = None,
) -> None:
    """Begin a plan of your own as a copy of another: its rules, comments and clauses, under a new name.

    $ meritlog plan new our-plan --from piece-rate
    $ meritlog plan new our-plan --from bank-contribution --year-begins 04-01
    """
    from engine.plan.copy import copied

    target = out or Path(f"{name}.yaml")
    check_target(target, (".yaml", ".yml"), "a plan")
    if target.exists():
        raise Problem("This file is there already.", place=Place(file=str(target)), remedy="Name another with --out.")
    write(target, copied(name, origin, _year(year_begins)).encode())
    if session.json:
        session.document({"plan": name, "from": origin, "file": str(target)})
    else:
        session.say("Written: {file}", file=target)


def _year(text: str | None) -> BusinessYear | None:
    try:
        return None if text is None else BusinessYear.parse(text)
    except Problem as problem:
        raise problem.at(Place(field="--year-begins")) from None


def check(session: Session, plan: PlanArgument) -> None:
    """Check a plan before any money is computed: every mistake is named with its line. Exit code 1 where it cannot run.

    $ meritlog plan check ./our-plan.yaml
    """
    faults, warnings = _complaints(plan)
    if session.json:
        told = {"errors": [as_document(one) for one in faults], "warnings": [as_document(one) for one in warnings]}
        session.document({"plan": plan, "ok": not faults, **told})
    else:
        for heading, style, problems in (("error", "bold red", faults), ("warning", "yellow", warnings)):
            for problem in problems:
                session.print(
                    Text.assemble((session.words(heading) + session.words.colon, style), session.words.problem(problem))
                )
        session.say("{plan} cannot run as it stands." if faults else "{plan} can run.", plan=plan)
    if faults:
        raise typer.Exit(Exit.CHECK_FAILED)


def test(session: Session, plan: PlanArgument) -> None:
    """Try a plan's cases: what happened, and what its statement must then say. Exit code 1 where one fails.

    A bundled plan brings its cases along; those of ./our-plan.yaml are the files in ./our-plan.cases.

    $ meritlog plan test bank-contribution
    $ meritlog plan test ./our-plan.yaml
    """
    from engine.plan.library import load
    from replay.cases import cases_of
    from replay.trial import tried

    loaded, failed, told = load(plan), 0, []
    for one in tried(loaded, cases_of(plan), datetime.now(UTC)):
        failed += bool(one.failures)
        told.append({"file": one.case.file, "rule": one.case.rule, "ok": not one.failures, "failures": one.failures})
        if not session.json:
            mark = ("✗ ", "bold red") if one.failures else ("✓ ", "green")
            session.print(Text.assemble(mark, one.case.rule, (f"  {one.case.file}", "dim")))
            session.print(*(Text(f"    {session.words.told(failure)}") for failure in one.failures))
    if session.json:
        session.document({"plan": plan, "ok": not failed, "cases": told})
    elif failed:
        session.say("{failed:case fails/cases fail}, of {count}.", failed=Count(failed), count=len(told))
    else:
        session.say("The one case holds." if len(told) == 1 else "All {count} cases hold.", count=len(told))
    if failed:
        raise typer.Exit(Exit.CHECK_FAILED)


def _complaints(plan: str) -> tuple[list[Problem], list[Problem]]:
    """What keeps a plan from running, and what does not; a file that cannot be read at all is a problem of its own."""
    from engine.plan.library import inspect

    try:
        loaded = inspect(plan)
    except Problem as problem:
        if problem.place.line is None:
            raise
        return (list(problem.each) if isinstance(problem, Problems) else [problem]), []
    return (
        [complaint.problem for complaint in loaded.complaints if complaint.fatal],
        [complaint.problem for complaint in loaded.complaints if not complaint.fatal],
    )
