"""``meritlog whatif``: the same period under other parameters, another plan, or with more events."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Annotated

import typer

from meritlog.cli.arguments import AsOfOption, PeriodArgument, PlanArgument, ThroughOption, as_of, day
from meritlog.cli.comparing import ComparedOutOption, TracedOption, checked
from meritlog.cli.session import Session
from meritlog.show.comparison import comparison
from meritlog.show.labels import Labels
from schemas.comparison import TRACED_MAX
from schemas.period import Period
from schemas.problems import Place, Problem

SetOption = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="PARAM=VALUE",
        help="Another value for a parameter of the plan, whatever the day; as often as needed. "
        "Example: --set award_ratio=0.06",
        show_default=False,
    ),
]
InsteadOption = Annotated[
    str | None,
    typer.Option(
        "--plan",
        metavar="PLAN",
        help="Another plan, or the plan worded anew. Example: --plan ./our-plan-2026.yaml",
        show_default=False,
    ),
]
EventsOption = Annotated[
    list[Path] | None,
    typer.Option(
        "--events",
        metavar="FILE",
        help="Events that come on top, as ingest takes them (.jsonl, .parquet); as often as needed. "
        "Example: --events loans-of-december.jsonl",
        show_default=False,
    ),
]


def whatif(
    session: Session,
    plan: PlanArgument,
    period: PeriodArgument,
    set_to: SetOption = None,
    instead: InsteadOption = None,
    events: EventsOption = None,
    as_of_text: AsOfOption = None,
    through: ThroughOption = None,
    traced: TracedOption = TRACED_MAX,
    out: ComparedOutOption = None,
) -> None:
    """Compute a period as it would be under other parameters, another plan or with more events, beside what it is.
    Nothing is appended.

    $ meritlog whatif bank-contribution 2025 --set award_ratio=0.06
    $ meritlog whatif bank-contribution 2025 --plan ./our-plan.yaml
    $ meritlog whatif bank-contribution 2025 --events loans-of-december.jsonl --json
    """
    from engine.log import Log
    from engine.people import names
    from engine.plan.library import load
    from engine.sources.choice import source_at
    from meritlog.exports.compared import export_compared
    from replay.whatif import what_if

    checked(out)
    values = dict(map(_value, set_to or ()))
    wanted = Period.parse(period)
    loaded, other = load(plan), None if instead is None else load(instead)
    if not (values or other or events):
        raise Problem(
            "Nothing is supposed: it would be what it is.",
            remedy="Say what is to be otherwise: --set PARAM=VALUE, --plan FILE or --events FILE.",
        )
    log = Log.open(session.log)
    with session.counting():
        found = what_if(
            log,
            loaded,
            wanted,
            datetime.now(UTC),
            values=values,
            instead=other,
            events=[source_at(file, None, log.institution.zone) for file in events or ()],
            as_of=as_of(as_of_text, log),
            through=day(through, "--through"),
            traced=traced,
        )
    labels = Labels((other or loaded).plan, session.words, names(log.path))
    session.tell(found, out, lambda file: export_compared(found, file, labels), lambda: comparison(found, labels))


def _value(text: str) -> tuple[str, Decimal]:
    """A parameter and its value.

    Raises:
        Problem: it is not written as PARAM=VALUE, or the value is no decimal.
    """
    name, sign, value = text.partition("=")
    try:
        number = Decimal(value.strip())
    except InvalidOperation:
        number = Decimal("NaN")
    if not (name.strip() and sign and number.is_finite()):
        raise Problem(
            f"{text!r} sets no parameter.", place=Place(field="--set"), remedy="Write it as award_ratio=0.06."
        )
    return name.strip(), number
