"""``meritlog ingest``: admits events from files or standard input into the log."""

from __future__ import annotations

import os
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from meritlog.cli.failures import Exit
from meritlog.cli.session import Session
from meritlog.cli.streams import PrefixOption, connection
from meritlog.show.figures import Count
from schemas.institution import Institution
from schemas.problems import Place, Problem

if TYPE_CHECKING:
    from engine.ingest import Ingested
    from engine.log.log import Log
    from engine.sources.batch import Source

STANDARD_INPUT = "-"
TOLD_REJECTIONS = 10

FilesArgument = Annotated[
    list[str],
    typer.Argument(
        metavar="FILE|-",
        help="Events as .jsonl (plain, .gz or .zst) or .parquet; with --mapping any CSV or Parquet table; - is "
        "standard input.",
        show_default=False,
    ),
]
MappingOption = Annotated[
    Path | None,
    typer.Option(
        "--mapping",
        metavar="FILE",
        help="How the rows of a table become events (YAML). Example: --mapping postings.yaml",
        show_default=False,
    ),
]
SendOption = Annotated[
    str | None,
    typer.Option(
        "--brokers",
        metavar="HOST:PORT[,…]",
        help="Send the events to Kafka instead, for a worker to admit. Example: --brokers kafka-1:9092,kafka-2:9092",
        show_default=False,
    ),
]
RateOption = Annotated[
    float | None,
    typer.Option(
        "--rate",
        metavar="N",
        min=0.001,
        help="With --brokers: send so many events a second, to watch them come. Default: as fast as they go.",
        show_default=False,
    ),
]


def ingest(
    session: Session,
    files: FilesArgument,
    mapping: MappingOption = None,
    brokers: SendOption = None,
    prefix: PrefixOption = "meritlog",
    rate: RateOption = None,
) -> None:
    """Admit events into the log. What cannot be admitted does not stop the rest: it is kept with its reason.

    The exit code is 0 where nothing was rejected, else 2. The first ingest makes the log. With --brokers events are
    only sent to Kafka: a worker admits them.

    $ meritlog ingest events.jsonl more.jsonl.gz
    $ meritlog ingest postings.csv --mapping postings.yaml
    $ zcat events.jsonl.gz | meritlog ingest - --json
    $ meritlog ingest events.jsonl --brokers localhost:9092
    """
    if brokers is not None:
        _send(session, files, mapping, brokers, prefix, rate)
        return
    if rate is not None:
        raise Problem("--rate has no effect here.", remedy="It paces what is sent to Kafka: name --brokers, too.")
    from engine.ingest import ingest as admitted
    from engine.log.log import Log

    present = (session.log / "log.json").exists()
    institution = Log.open(session.log).institution if present else Institution()
    sources = _sources(files, mapping, institution)
    log = Log.open(session.log) if present else Log.create(session.log, institution, datetime.now(UTC))
    if log.partitions is not None:
        raise Problem(
            "This log is fed by Kafka: a worker admits into it.",
            place=Place(file=str(log.path)),
            remedy="Send the events instead: meritlog ingest FILE --brokers HOST:PORT",
        )
    with _Telling(session) as telling:
        done = admitted(log, sources, now=_now, holder=f"meritlog ingest, process {os.getpid()}", watcher=telling)
    telling.end(log, done)
    session.warn(done.mended)
    if session.json:
        session.document(
            {
                "admitted": done.admitted,
                "duplicates": done.duplicates,
                "rejected": done.rejected,
                "position": done.position,
                "head": done.head,
                "skipped": done.skipped.total(),
            }
        )
    else:
        _say(session, done)
    if done.rejected or done.unread:
        raise typer.Exit(Exit.BAD_INPUT)


def _send(
    session: Session, files: list[str], mapping: Path | None, brokers: str, prefix: str, rate: float | None
) -> None:
    """Send the events to Kafka; what is no line of JSON of its own is told, and the exit code is 2 then."""
    from engine.log.log import Log
    from engine.stream.producing import produce
    from engine.stream.topics import Topics

    present = (session.log / "log.json").exists()
    sources = _sources(files, mapping, Log.open(session.log).institution if present else Institution())
    pace = None if rate is None else _Pace(rate).wait
    with session.counting() as counted:
        done = produce(
            connection(brokers), Topics(prefix).events, sources, pace, lambda _, so_far: counted(so_far.sent)
        )
    for problem in [*done.refused, *done.unread]:
        session.progress.print(session.words.problem(problem), soft_wrap=True)
    if session.json:
        session.document({"sent": done.sent})
    else:
        session.say("{sent} sent; a worker admits them.", sent=Count(done.sent))
    if done.refused or done.unread:
        raise typer.Exit(Exit.BAD_INPUT)


class _Pace:
    """Lets so many events a second pass."""

    def __init__(self, rate: float) -> None:
        self._interval, self._next = 1 / rate, time.monotonic()

    def wait(self) -> None:
        """Wait until the next event may go."""
        self._next += self._interval
        time.sleep(max(0.0, self._next - time.monotonic()))


def _now() -> datetime:
    return datetime.now(UTC)


def _sources(files: list[str], mapping: Path | None, institution: Institution) -> list[Source]:
    """The sources that the arguments name; every mistake in them shows before the log is touched."""
    from engine.sources.choice import source_at, source_of
    from schemas.mapping_file import load

    if files.count(STANDARD_INPUT) > 1:
        raise Problem("Standard input (-) is named twice.", remedy="It can be read once.")
    rules = None if mapping is None else load(mapping)
    return [
        source_of(sys.stdin.buffer, rules, institution.zone)
        if file == STANDARD_INPUT
        else source_at(Path(file), rules, institution.zone)
        for file in files
    ]


class _Telling:
    """Tells of an ingest on standard error: how far it is, on a terminal only, and the first rejections."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._console = session.progress
        self._told = 0
        self._bar = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            TimeElapsedColumn(),
            console=self._console,
            transient=True,
            disable=not self._console.is_terminal,
        )
        self._task = self._bar.add_task(session.words("Reading"), total=None)

    def __enter__(self) -> _Telling:
        self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.stop()

    def rejected(self, problem: Problem) -> None:
        """Tell of a rejection, while they are few."""
        self._told += 1
        if self._told <= TOLD_REJECTIONS:
            self._tell(self._session.words.problem(problem))

    def progress(self, source: str, so_far: Ingested) -> None:
        """Show how many events are in."""
        text = self._session.words("{source}: {events:event/events}", source=source, events=Count(so_far.came_in))
        self._bar.update(self._task, description=text)

    def end(self, log: Log, done: Ingested) -> None:
        """Tell of what is left: further rejections, and files that could not be read."""
        more = self._told - TOLD_REJECTIONS
        kept = log.path / "rejected"
        if more > 0:
            self._tell(self._session.words("and {more} more, kept under {kept}", more=Count(more), kept=kept))
        elif self._told:
            self._tell(self._session.words("Kept under {kept}", kept=kept))
        for problem in done.unread:
            words = self._session.words
            self._tell(words("error") + words.colon + words.problem(problem))

    def _tell(self, text: str) -> None:
        self._console.print(text, soft_wrap=True)


def _say(session: Session, done: Ingested) -> None:
    session.say(
        "{admitted} admitted, {duplicates:duplicate/duplicates}, {rejected} rejected.",
        admitted=Count(done.admitted),
        duplicates=Count(done.duplicates),
        rejected=Count(done.rejected),
    )
    session.say(
        "The log holds {position:event/events}, head {head}.",
        position=Count(done.position),
        head=done.head,
    )
    for reason, count in sorted(done.skipped.items()):
        session.say("{count:row/rows} skipped: {reason}", count=Count(count), reason=session.words.told(reason))
