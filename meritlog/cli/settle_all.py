"""``meritlog settle-all``: a period settled by several plans, from one scan of the log, each to files of its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from meritlog.cli.arguments import AsOfOption, PeriodArgument, ThroughOption, as_of, day
from meritlog.cli.failures import Exit, as_document, complain, problem_of
from meritlog.cli.session import Session
from meritlog.exports import FORMATS, export
from meritlog.show.labels import Labels
from meritlog.show.outcomes import Settled, outcomes
from schemas.period import Period
from schemas.problems import Place, Problem

if TYPE_CHECKING:
    from engine.plan.library import LoadedPlan
    from schemas.statement import Statement

PlansArgument = Annotated[
    list[str],
    typer.Argument(
        metavar="PLAN…",
        help="The plans: bundled ones' names, or plan files, such as our-plans/*.yaml",
        show_default=False,
    ),
]
FolderOption = Annotated[
    Path | None,
    typer.Option(
        "--out",
        metavar="FOLDER",
        help="Write each statement to a file in this folder, named after plan and period; it is made if need be. "
        "Example: --out statements",
        show_default=False,
    ),
]
FormatOption = Annotated[
    list[str] | None,
    typer.Option(
        "--format",
        metavar="FORMAT",
        help="The files of --out: json, csv, xlsx, parquet, pdf or html; may be given several times. Default: xlsx.",
        show_default=False,
    ),
]


DEFAULT = "xlsx"


def settle_all(
    session: Session,
    period: PeriodArgument,
    plans: PlansArgument,
    as_of_text: AsOfOption = None,
    through: ThroughOption = None,
    out: FolderOption = None,
    formats: FormatOption = None,
) -> None:
    """Settle a period by several plans: the log is read once for all of them, and all are of one position.

    A plan that cannot be settled is named and takes nothing from the others; the exit code then is what settle's
    would be. Each statement is the one that settle gives.

    $ meritlog settle-all 2025 bank-contribution bank-kpi
    $ meritlog settle-all 2025-06 our-plans/*.yaml --out statements --format xlsx --format pdf
    """
    from engine.log import Log
    from engine.people import names
    from replay.together import settle_all as settled

    wanted, endings = Period.parse(period), _endings(formats, out)
    asked = _loaded(plans)
    log = Log.open(session.log)
    known, last = as_of(as_of_text, log), day(through, "--through")
    usable = [loaded for loaded in asked.values() if not isinstance(loaded, Problem)]
    people, results = names(log.path), dict[str, Settled | Exception]()
    with session.working(len(usable)) as working:
        made = settled(log, usable, wanted, as_of=known, through=last)
        for name, loaded in asked.items():
            if isinstance(loaded, Problem):
                results[name] = loaded
                continue
            working(loaded.plan.plan)
            _, result = next(made)
            if isinstance(result, Exception):
                results[name] = result
                continue
            labels = Labels(loaded.plan, session.words, people)
            files = [] if out is None else list(_written(result.statement, out, endings, labels))
            results[name] = Settled.of(result.statement, files)
    _tell(session, wanted, results)


def _endings(formats: Sequence[str] | None, out: Path | None) -> list[str]:
    """The endings of the files that are asked for.

    Raises:
        Problem: there is no such format, or files are asked for and no folder.
    """
    known = [ending.removeprefix(".") for ending in FORMATS]
    for name in formats or []:
        if name not in known:
            raise Problem(
                f"{name!r} is no format of a statement.",
                place=Place(field="--format"),
                remedy=f"Write one of {', '.join(known)}.",
            )
    if formats and out is None:
        raise Problem("No folder is named for the files.", place=Place(field="--format"), remedy="Add --out FOLDER.")
    if out is not None and out.exists() and not out.is_dir():
        raise Problem("This is a file, not a folder.", place=Place(file=str(out)), remedy="Name a folder.")
    return list(dict.fromkeys(formats or [DEFAULT]))


def _loaded(names: Sequence[str]) -> dict[str, LoadedPlan | Problem]:
    """By what was given, each plan or why it cannot run.

    Raises:
        Problem: two plans have one name, so that their files would have one, too.
    """
    from engine.plan.library import load

    found: dict[str, LoadedPlan | Problem] = {}
    taken: dict[str, str] = {}
    for name in names:
        try:
            loaded = found[name] = load(name)
        except Problem as problem:
            found[name] = problem
            continue
        plan = loaded.plan.plan
        if taken.setdefault(plan, name) != name:
            raise Problem(
                f"{taken[plan]} and {name} are both the plan {plan}.",
                place=Place(field="PLAN"),
                remedy="Rename one of them, or settle them one by one.",
            )
    return found


def _written(statement: Statement, folder: Path, endings: Sequence[str], labels: Labels) -> Iterator[Path]:
    folder.mkdir(parents=True, exist_ok=True)
    for ending in endings:
        target = folder / f"{statement.plan}-{statement.period}.{ending}"
        export(statement, target, labels)
        yield target


def _tell(session: Session, period: Period, results: Mapping[str, Settled | Exception]) -> None:
    """What became of every plan; exits as settle would for the worst of them.

    Raises:
        Exit: a plan could not be settled.
    """
    failed = {name: problem_of(result) for name, result in results.items() if isinstance(result, Exception)}
    for name, problem in failed.items():
        named = problem.place.file is not None and Path(problem.place.file) == Path(name)
        complain(problem, session.words, about="" if named else f"{name}: ")
    if session.json:
        told = [
            {"plan": name, "error": as_document(failed[name])} if name in failed else result
            for name, result in results.items()
        ]
        session.document({"period": period.name, "settlements": told})
    else:
        session.print(*outcomes([one for one in results.values() if isinstance(one, Settled)], session.words))
    if failed:
        is_ours = any(isinstance(one, Exception) and not isinstance(one, Problem) for one in results.values())
        raise typer.Exit(Exit.DEFECT if is_ours else Exit.BAD_INPUT)
