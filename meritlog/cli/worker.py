"""``meritlog worker``: the live side on Kafka, one process that admits, archives, folds and shows."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer
from rich.text import Text

from meritlog.cli import logs, streams
from meritlog.cli.patience import Patience, Stopped
from meritlog.cli.session import Session
from schemas.institution import Institution
from schemas.problems import Place, Problem

if TYPE_CHECKING:
    from engine.log import Log
    from engine.log.writer import Writer
    from engine.plan.library import LoadedPlan
    from engine.stream.app import Streams
    from engine.stream.connection import Connection
    from engine.stream.topics import Topics
    from schemas.vector import Vector

PARTITIONS_DEFAULT = 4
PARTITIONS_MAX = 1024
BROKERS_WAIT_SECONDS = 60
LOCK_LOOK_SECONDS = 0.5
TOPICS_LOOK_SECONDS = 0.2
CLAIM_SECONDS = 1
"""Who saw topics without an owner a moment ago has claimed them by then."""
WORTH_KEEPING = 10_000
"""A worker that ends keeps its state when more events have come: the next one is to be ready at once."""

PartitionsOption = Annotated[
    int | None,
    typer.Option(
        "--partitions",
        metavar="N",
        min=1,
        max=PARTITIONS_MAX,
        help="How many partitions a new log and missing topics get; a log keeps its own. Default: as many as the "
        "topic of the log has, else 4.",
        show_default=False,
    ),
]
GapOption = Annotated[
    list[str] | None,
    typer.Option(
        "--accept-gap",
        metavar="PARTITION:OFFSET",
        help="Go on from this offset of the topic of events though messages before it are lost; without it a gap "
        "stops the worker. Example: --accept-gap 2:1500",
        show_default=False,
    ),
]

WaitOption = Annotated[
    int,
    typer.Option(
        "--wait",
        metavar="SECONDS",
        min=0,
        help="How long to wait at the start for brokers that do not answer yet.",
    ),
]


def worker(
    session: Session,
    brokers: streams.BrokersOption = None,
    partitions: PartitionsOption = None,
    prefix: streams.PrefixOption = "meritlog",
    plan: streams.KeptPlansOption = None,
    accept_gap: GapOption = None,
    wait: WaitOption = BROKERS_WAIT_SECONDS,
) -> None:
    """Run the live side on Kafka: admit events, archive them into the log, keep aggregates and boards up to date.

    Prints "ready" when it reads. A second worker of the same log stands by and takes over when the first one ends.

    $ meritlog worker --brokers localhost:9092
    $ meritlog worker --brokers kafka-1:9092,kafka-2:9092 --log /data/log --partitions 12
    """
    from engine.stream.topics import Topics

    logs.begin()
    run = _Run(
        session,
        streams.connection(brokers),
        Topics(prefix),
        partitions,
        streams.plans(plan or [streams.FIRST]),
        dict(_gap(text) for text in accept_gap or ()),
        wait,
    )
    asyncio.run(run())


def _gap(text: str) -> tuple[int, int]:
    partition, colon, offset = text.partition(":")
    if not (colon and partition.isascii() and partition.isdigit() and offset.isascii() and offset.isdigit()):
        raise Problem(
            f"{text!r} names no gap.",
            place=Place(field="--accept-gap"),
            remedy="Write PARTITION:OFFSET, such as 2:1500.",
        )
    return int(partition), int(offset)


class _Run:
    """One run of a worker, from the brokers to a clean end."""

    def __init__(
        self,
        session: Session,
        connection: Connection,
        topics: Topics,
        partitions: int | None,
        plans: dict[str, LoadedPlan],
        accepted: dict[int, int],
        wait: int,
    ) -> None:
        self._session = session
        self._connection = connection
        self._topics = topics
        self._partitions = partitions
        self._plans = plans
        self._accepted = accepted
        self._patience = Patience(wait)

    async def __call__(self) -> None:
        loop = asyncio.get_running_loop()
        for signalled in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(signalled, self._patience.stopping.set)
        with suppress(Stopped):
            log = await self._log()
            writer = await self._lock(log)
            try:
                await self._work(log, writer)
            finally:
                writer.close()

    async def _work(self, log: Log, writer: Writer) -> None:
        from engine.stream.administration import marks_of
        from engine.stream.admitting import Admitting
        from engine.stream.app import Pace, Streams
        from engine.stream.marks import told_so_far, untold_refused
        from engine.stream.shown import shown_credits, shown_rows
        from meritlog.checking import check_of
        from replay.live import LiveFold

        partitions = await self._topics_there(log)
        marks = await self._patience.answered(lambda: marks_of(self._connection, self._topics))
        told = told_so_far(marks, self._topics, log)
        if not marks:
            await self._claim(log, told, partitions[self._topics.events])
        live = LiveFold(log, find=writer.find)
        admitting = Admitting(log, writer, self._topics.events, lambda: datetime.now(UTC))
        app = Streams(
            self._connection,
            self._topics,
            log,
            live,
            admitting,
            list(self._plans.values()),
            check=check_of(log, self._plans),
            told=told,
            refused=untold_refused(log, self._topics, marks, told),
            accepted=self._accepted,
            partitions=partitions,
            shown=await self._patience.unless_stopped(shown_rows(self._connection, self._topics)),
            credited=await self._patience.unless_stopped(shown_credits(self._connection, self._topics)),
            pace=Pace(),
        )
        ready = asyncio.create_task(self._say_ready(app, log))
        try:
            await app.start()
            await app.until(self._patience.stopping)
        finally:
            ready.cancel()
            if await app.stop():
                live.keep(unless_fewer=WORTH_KEEPING)

    async def _say_ready(self, app: Streams, log: Log) -> None:
        await app.reading.begun.wait()
        words = self._session.words
        position, prefix = app.progress.archived, self._topics.prefix
        self._say(
            words("log {log}, position {position}, topics {prefix}.…", log=log.path, position=position, prefix=prefix)
        )

    def _say(self, about: str) -> None:
        """Say that the worker is ready: it reads, or will as soon as another ends. The word is for programs, too."""
        if self._session.json:
            self._session.document({"state": "ready", "about": about})
        else:
            self._session.print(Text(f"ready: {about}"))
        sys.stdout.flush()

    async def _log(self) -> Log:
        """The log, made where there is none; another worker may be making it just now."""
        from engine.log import Log
        from engine.log.lock import Held
        from engine.stream.administration import partitions_of

        log = self._opened()
        there = await self._patience.answered(lambda: partitions_of(self._connection, [self._topics.log]))
        wanted = self._partitions or there.get(self._topics.log) or PARTITIONS_DEFAULT
        while log is None:
            try:
                log = Log.create(self._session.log, Institution(), datetime.now(UTC), partitions=wanted)
            except Held:
                await self._patience.pause(LOCK_LOOK_SECONDS)
                log = self._opened()
        return log

    def _opened(self) -> Log | None:
        from engine.log import Log

        if not (self._session.log / "log.json").exists():
            return None
        log = Log.open(self._session.log)
        _check_partitioned(log, self._partitions)
        return log

    async def _claim(self, log: Log, told: Vector, partitions: int) -> None:
        """Note that the topics are this log's. Of several that do so at once the last one gets them.

        Raises:
            EnvironmentProblem: another log has got them.
        """
        from engine.stream.administration import claim, marks_of
        from engine.stream.marks import spelled, told_so_far

        ours = spelled(log.identity, str(told))
        await self._patience.answered(lambda: claim(self._connection, self._topics, partitions, ours))
        await self._patience.pause(CLAIM_SECONDS)
        told_so_far(await self._patience.answered(lambda: marks_of(self._connection, self._topics)), self._topics, log)

    async def _topics_there(self, log: Log) -> dict[str, int]:
        """How many partitions each topic has; those that are missing are made."""
        from engine.stream.administration import make_missing, partitions_of

        wanted = self._topics.settings()
        await self._patience.answered(
            lambda: make_missing(self._connection, self._topics, log.partitions or PARTITIONS_DEFAULT)
        )
        while True:
            there = await self._patience.answered(lambda: partitions_of(self._connection, wanted))
            if there.keys() == wanted.keys():
                return there
            await self._patience.pause(TOPICS_LOOK_SECONDS)

    async def _lock(self, log: Log) -> Writer:
        """The log's writer, when it is free."""
        from engine.log.lock import Held

        told = False
        while True:
            try:
                writer = log.writer(f"meritlog worker, process {os.getpid()} on {socket.gethostname()}")
                self._session.warn(writer.mended)
                return writer
            except Held as held:
                if not told:
                    self._say(self._session.words("standing by. {why}", why=self._session.words.told(held.what)))
                    told = True
            await self._patience.pause(LOCK_LOOK_SECONDS)


def _check_partitioned(log: Log, partitions: int | None) -> None:
    if log.partitions is None:
        raise Problem(
            "This log is one that files are ingested into; Kafka needs one with partitions.",
            place=Place(file=str(log.path)),
            remedy="Name another folder with --log, and send it the same events: meritlog ingest FILE --brokers …",
        )
    if partitions is not None and partitions != log.partitions:
        raise Problem(
            f"The log was made with another number of partitions, {log.partitions}, and keeps it.",
            place=Place(file=str(log.path), field="--partitions"),
            remedy="Leave --partitions out.",
        )
