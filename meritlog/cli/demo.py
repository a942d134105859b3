"""``meritlog demo``: the main job end to end on two small banks, with no server."""

from __future__ import annotations

import shutil
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.rule import Rule
from rich.text import Text

from meritlog.cli.failures import Exit
from meritlog.cli.session import Session
from meritlog.show.board import board
from meritlog.show.explanation import explanation
from meritlog.show.figures import Count
from meritlog.show.labels import Labels
from meritlog.show.statement import statement
from schemas.problems import Place, Problem

if TYPE_CHECKING:
    from engine.plan.library import LoadedPlan
    from meritlog.demo.run import Shown

PLAN = "bank-contribution"
EXPLAINED = ("M-05", "paid")
FOLDER = Path("meritlog-demo")
RATE, PORT = 10, 8000
NEXT = (
    ("Every line of one manager", "meritlog settle bank-contribution 2025 --manager M-01 --log {made}"),
    ("A payout down to its events", "meritlog explain bank-contribution 2025 M-04 paid --log {made}"),
    ("What was known earlier", "meritlog settle bank-contribution 2025 --as-of 400 --log {made}"),
    ("The rules, each with its clause", "meritlog plan show bank-contribution"),
    ("The statement as a spreadsheet", "meritlog settle bank-contribution 2025 --out statement.xlsx --log {made}"),
    ("The board in a browser", "meritlog serve --log {made}"),
    ("The real bank, a quarter", "meritlog board bank-contribution 1993Q4 --log {berka}"),
)


LiveOption = Annotated[
    bool,
    typer.Option(
        "--live",
        help="Show the live side instead: start a real Kafka, a worker and the page, and let the made bank's events "
        "flow until Ctrl-C.",
    ),
]
RateOption = Annotated[
    float | None, typer.Option("--rate", metavar="N", min=0.1, help="With --live: so many events a second, else 10.")
]
PortOption = Annotated[
    int | None,
    typer.Option("--port", metavar="PORT", min=1, max=65_535, help="With --live: where the page is, else 8000."),
]


def demo(session: Session, live: LiveOption = False, rate: RateOption = None, port: PortOption = None) -> None:
    """Show the main job on two small banks: events in, a year settled, a payout explained, the log verified.

    It takes less than a minute, needs no server, and leaves its logs in ./meritlog-demo (or the folder of --log).

    $ meritlog demo
    $ meritlog demo --lang zh
    $ meritlog demo --live --rate 50
    """
    if live:
        _live(session, rate or RATE, port or PORT)
        return
    for option, given in (("--rate", rate), ("--port", port)):
        if given is not None:
            raise Problem(f"{option} is for the live side.", place=Place(field=option), remedy="Add --live.")
    from engine.plan.library import load
    from meritlog.demo.run import BERKA, MADE, Bank, shown

    def watched(bank: Bank) -> Shown:
        with session.counting():
            return shown(bank, folder, loaded)

    folder = session.given_log or FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    loaded = load(PLAN)
    if session.json:
        results = [watched(bank) for bank in (MADE, BERKA)]
        session.document({"banks": [_as_document(result) for result in results]})
    else:
        results = [_made(session, watched(MADE), loaded)]
        results.append(_berka(session, watched(BERKA), loaded))
        suggest(session, folder)
    if not all(result.equal and result.verification.ok for result in results):
        raise typer.Exit(Exit.CHECK_FAILED)


def _live(session: Session, rate: float, port: int) -> None:
    from meritlog.demo.live import flowing

    for signalled in (signal.SIGINT, signal.SIGTERM):  # whoever ends the demonstration, its processes end with it
        signal.signal(signalled, signal.default_int_handler)
    _heading(session, "The live side: events flow through Kafka, the board moves")
    with flowing(
        session.given_log or FOLDER, rate, port, lambda line: session.print(Text(f"  {line}", "cyan"))
    ) as all_:
        session.say("The board: http://127.0.0.1:{port}/ (Ctrl-C ends all)", port=port)
        session.say("Metrics: http://127.0.0.1:{port}/metrics", port=port)
        try:
            for process in all_:
                process.wait()
        except KeyboardInterrupt:
            session.say("Stopping ...")


def _as_document(result: Shown) -> dict[str, object]:
    told = result.settlement.statement
    return {
        "bank": result.bank.name,
        "log": str(result.path),
        "period": told.period,
        "position": told.position,
        "log_head": told.log_head,
        "digest": told.digest,
        "live_equals_settled": result.equal,
        "verified": result.verification.ok,
    }


def _made(session: Session, result: Shown, loaded: LoadedPlan) -> Shown:
    from engine.people import names
    from replay.explain import explain

    labels = Labels(loaded.plan, session.words, names(result.path))
    _heading(session, "A made bank: six customer managers, two years, nothing real")
    _events(session, result)
    _step(session, "The year 2025 is settled by the plan")
    session.print(*statement(result.settlement.statement, labels))
    _board(session, result, labels, loaded)
    manager, line = EXPLAINED
    _step(session, "One payout explains itself, down to the events (the two largest of each measure)")
    session.print(explanation(explain(result.settlement, result.bank.institution.currency, manager, line, 2), labels))
    _verified(session, result)
    return result


def _berka(session: Session, result: Shown, loaded: LoadedPlan) -> Shown:
    _heading(session, "A real bank: Berka, first 15 months of postings, declared managers")
    session.say("Czech postings of 1993 and 1994 (PKDD'99); managers and rates are declared, not in the data.")
    _events(session, result)
    _board(session, result, Labels(loaded.plan, session.words), loaded)
    _verified(session, result)
    return result


def _heading(session: Session, english: str) -> None:
    session.print(Text(""), Rule(session.words(english), style="bold cyan"))


def _step(session: Session, english: str) -> None:
    session.print(Text(f"\n▸ {session.words(english)}", style="bold"))


def _events(session: Session, result: Shown) -> None:
    _step(session, "Events come into the log")
    session.say(
        "{admitted} admitted, {duplicates:duplicate/duplicates}, {rejected} rejected.",
        admitted=Count(result.ingested.admitted),
        duplicates=Count(result.ingested.duplicates),
        rejected=Count(result.ingested.rejected),
    )


def _board(session: Session, result: Shown, labels: Labels, loaded: LoadedPlan) -> None:
    _step(session, "The board, from the live fold of the events")
    session.print(*board(result.board, labels, loaded.plan.board, first=10))
    if result.equal:
        count = len(result.board.rows)
        session.say("Live and settled are equal to the last digit, for all {count} managers.", count=count)
    else:
        session.say("Live and settled differ: this is a defect of meritlog, please report it.")


def _verified(session: Session, result: Shown) -> None:
    _step(session, "The log is verified, bit by bit")
    if result.verification.ok:
        events, head = Count(result.verification.events), result.verification.head
        session.say("The log is whole: {events:event/events}, head {head}.", events=events, head=head)
    for place in result.verification.damage:
        session.say("Damaged: {place}", place=session.words.told(place))


def _callable() -> str:
    """The command as it can be typed here: by its name where the shell finds it, else by the path of this one."""
    called = Path(sys.argv[0])
    return str(called) if called.name == "meritlog" and shutil.which("meritlog") is None else "meritlog"


def suggest(session: Session, folder: Path) -> None:
    """Say what can be tried next on the logs in ``folder``."""
    _heading(session, "What to try next")
    for what, line in NEXT:
        told = line.format(made=folder / "made-bank", berka=folder / "berka")
        told = told.replace("meritlog", _callable(), 1)
        session.print(Text.assemble(f"{session.words(what)}\n", (f"  {told}", "bold cyan")))
    session.say("Your own data in ten minutes: README.md")
