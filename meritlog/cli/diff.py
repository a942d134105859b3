"""``meritlog diff``: two settlements, line by line, with the events that account for what differs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from meritlog.cli.arguments import as_of
from meritlog.cli.comparing import ComparedOutOption, TracedOption, checked
from meritlog.cli.session import Session
from meritlog.show.comparison import comparison
from meritlog.show.labels import Labels
from schemas.comparison import TRACED_MAX
from schemas.period import Period
from schemas.problems import Problem

if TYPE_CHECKING:
    from engine.log import Log
    from replay.compare import Compared

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
    traced: TracedOption = TRACED_MAX,
    out: ComparedOutOption = None,
) -> None:
    """Compare two settlements line by line, and name the events that account for the difference.

    $ meritlog diff 'bank-contribution 2025@48211' 'bank-contribution 2025'
    $ meritlog diff bank-contribution/2025 'bank-contribution 2025'
    $ meritlog diff statement.json 'bank-contribution 2025' --json
    """
    from engine.log import Log
    from engine.people import names
    from meritlog.exports.compared import export_compared
    from replay.compare import compare

    checked(out)
    log = Log.open(session.log)
    with session.counting():
        one, other = _side(log, before), _side(log, after)
        found = compare(one, other, log.institution.currency, traced)
    made = other.settlement or one.settlement
    labels = Labels(None if made is None else made.evaluation.scope.plan, session.words, names(log.path))
    session.tell(found, out, lambda file: export_compared(found, file, labels), lambda: comparison(found, labels))


def _side(log: Log, named: str) -> Compared:
    """What an argument names: a file, ``PLAN PERIOD[@MOMENT]``, or a closed settlement.

    Raises:
        Problem: it names none of them.
    """
    from engine.plan.library import load
    from replay.closings import closing_of
    from replay.compare import Compared, read_statement
    from replay.settle import settle

    if Path(named).is_file():
        return Compared(named, read_statement(Path(named)))
    plan, blank, rest = named.strip().partition(" ")
    if blank:
        period, _, moment = rest.strip().partition("@")
        made = settle(log, load(plan), Period.parse(period), as_of=as_of(moment or None, log, "@"))
        return Compared(named, made.statement, made)
    if named.endswith(".json"):
        raise Problem(f"There is no file {named!r}.", remedy="Write one: meritlog settle PLAN PERIOD --out FILE.json")
    closing = closing_of(log, named)
    made = closing.again(log, closing.worded(log, None))
    return Compared(named, made.statement, made)
