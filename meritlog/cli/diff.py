"""``meritlog diff``: two settlements, line by line, with the events that account for what differs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from meritlog.cli.arguments import as_of
from meritlog.cli.comparing import ComparedOutOption, TracedOption, checked, tell
from meritlog.cli.session import Session
from meritlog.show.comparison import comparison
from meritlog.show.labels import Labels
from schemas.period import Period
from schemas.problems import Problem

if TYPE_CHECKING:
    from engine.log import Log
    from engine.plan.library import LoadedPlan
    from replay.compare import Compared

Sided = tuple["Compared", "LoadedPlan | None"]

SideArgument = Annotated[
    str,
    typer.Argument(
        metavar="A",
        help="A settlement's id (bank-contribution/2025), a statement file (statement.json), or in quotes a plan, a "
        "period and maybe a moment: 'bank-contribution 2025@48211'",
        show_default=False,
    ),
]
OtherArgument = Annotated[
    str, typer.Argument(metavar="B", help="The one that A is compared with: the same ways.", show_default=False)
]


def diff(
    session: Session,
    before: SideArgument,
    after: OtherArgument,
    traced: TracedOption = None,
    out: ComparedOutOption = None,
) -> None:
    """Compare two settlements line by line, and name the events that account for the difference.

    $ meritlog diff 'bank-contribution 2025@48211' 'bank-contribution 2025'
    $ meritlog diff bank-contribution/2025 'bank-contribution 2025'
    $ meritlog diff statement.json 'bank-contribution 2025' --json
    """
    from engine.log import Log
    from engine.people import names
    from replay.compare import TRACED_MAX, compare

    checked(out)
    log = Log.open(session.log)
    with session.counting():
        (one, plan), (other, other_plan) = _side(log, before), _side(log, after)
        found = compare(one, other, log.institution.currency, TRACED_MAX if traced is None else traced)
    worded = other_plan or plan
    labels = Labels(None if worded is None else worded.plan, session.words, names(log.path))
    tell(session, found, out, labels, comparison)


def _side(log: Log, named: str) -> Sided:
    """What an argument names: a file, ``PLAN PERIOD[@MOMENT]``, or a closed settlement.

    Raises:
        Problem: it names none of them.
    """
    from engine.plan.library import load
    from replay.closings import closing_of
    from replay.compare import Compared, read_statement
    from replay.settle import settle

    if Path(named).is_file():
        return Compared(named, read_statement(Path(named))), None
    plan, blank, rest = named.strip().partition(" ")
    if blank:
        period, _, moment = rest.strip().partition("@")
        loaded = load(plan)
        made = settle(log, loaded, Period.parse(period), as_of=as_of(moment or None, log, "@"))
        return Compared(named, made.statement, made), loaded
    if named.endswith(".json"):
        raise Problem(f"There is no file {named!r}.", remedy="Write one: meritlog settle PLAN PERIOD --out FILE.json")
    loaded, made = closing_of(log, named).again(log, None)
    return Compared(named, made.statement, made), loaded
