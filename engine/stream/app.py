"""The worker's Faust app: thin agents around the pure parts, one after the other as an event flows.

    meritlog.events → Reading → crediting → boards → meritlog.credits, meritlog.board
                              ↘ telling → meritlog.log, meritlog.rejected

``Reading`` admits and archives: when it hands a batch on, the batch is durable. ``crediting`` folds it into the rolling
aggregates by manager, ``boards`` evaluates the running windows at whole cuts between two batches, ``telling`` lets the
topics know. The agents hand batches on through Faust's channels, inside the process that holds the log's lock: a log
has one order, so one worker admits, and nothing that it hands on can be lost that is not in the log already.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol

import faust
from faust.app.base import BootStrategy

from engine.book import Book
from engine.log import Log
from engine.plan.library import LoadedPlan
from engine.stream.admitting import Admitted, Admitting
from engine.stream.connection import Connection
from engine.stream.marks import spelled, untold
from engine.stream.publishing import BoardFeed, CreditFeed, log_messages, rejected_message
from engine.stream.reading import Reading
from engine.stream.sending import Sender
from engine.stream.topics import Topics
from engine.stream.windows import rolling_measures, running
from schemas.event import Event
from schemas.period import Period
from schemas.problems import Problem
from schemas.statement import Board, BoardRow
from schemas.vector import Vector

BATCHES_AHEAD_MAX = 4
MESSAGE_BYTES_MAX = 16 << 20
STOP_LOOK_MS = 20


class Live(Protocol):
    """The fold of the log and its boards (``replay.live.LiveFold``), handed in from the face."""

    @property
    def label(self) -> int | str:
        """The fold's position as documents print it."""

    @property
    def book(self) -> Book:
        """The fold's answers."""

    def take(self, first: int, events: Sequence[Event], label: int | str) -> None:
        """Take in events just admitted, from position ``first`` on, after which the log stands at ``label``."""

    def board(self, loaded: LoadedPlan, period: Period, through: date | None = None) -> Board:
        """The board of a plan's period at the fold's position."""

    def keep(self, unless_fewer: int = 0) -> None:
        """Keep the state beside the log."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How often things happen; after boards comes a pause of twice the time that they took, and at least the least."""

    boards_ms_least: int = 100
    keeping_seconds: int = 60
    checking_seconds: int = 3600


@dataclass(slots=True)
class Progress:
    """How far each part has come, as positions, and what went wrong on the way."""

    archived: str = ""
    credited: str = ""
    told: str = ""
    shown: str = ""
    findings: list[str] = field(default_factory=list)


Check = Callable[[Sequence[Board]], Sequence[str]]
"""Compares boards with what the log gives at their positions, and says what differs; run in a thread."""


class _NoConsumer(BootStrategy):
    """Starts agents and producer; what is read is read by ``Reading``."""

    enable_kafka_consumer = False
    enable_web = False


class Streams:
    """The app of one log, its agents and services. ``start`` and ``stop`` it on an event loop."""

    def __init__(
        self,
        connection: Connection,
        topics: Topics,
        log: Log,
        live: Live,
        admitting: Admitting,
        plans: Sequence[LoadedPlan],
        *,
        check: Check,
        told: Vector,
        shown: Mapping[str, Mapping[str, BoardRow]],
        accepted: Mapping[int, int],
        partitions: Mapping[str, int],
        pace: Pace,
    ) -> None:
        """The streams of a log.

        ``partitions`` says how many each topic has, ``told`` up to which position the topics know the log, ``shown``
        which rows of boards they have, and ``accepted`` where to go on if messages are lost.
        """
        self.progress = Progress(archived=str(live.label), credited=str(live.label), told=str(live.label))
        self.state = asyncio.Lock()
        """Held by whoever moves or reads the fold."""
        self._live, self._log, self._plans, self._pace = live, log, plans, pace
        self._check = check
        self._before = told
        self._feeds = {board: BoardFeed(rows) for board, rows in shown.items()}
        self._credit_feed = CreditFeed()
        self.app = _app(connection, topics)
        self._channels = [self.app.channel(maxsize=BATCHES_AHEAD_MAX) for _ in range(2)]
        self._cuts = self.app.channel(maxsize=1)
        self._out = {name: Sender(self.app, name, count) for name, count in partitions.items()}
        self._topics = topics
        self.reading = Reading(
            connection,
            topics.events,
            admitting,
            accepted,
            self._hand_on,
            topics.group,
            loop=self.app.loop,
            beacon=self.app.beacon,
        )
        self.app.agent(self._channels[0], name="crediting")(self._crediting)
        self.app.agent(self._channels[1], name="telling")(self._telling)
        self.app.agent(self._cuts, name="boards")(self._boards)
        self.app.timer(pace.keeping_seconds, name="keeping")(self._keeping)
        self.app.timer(pace.checking_seconds, name="checking")(self._checking)

    async def start(self) -> None:
        """Start agents and producer, show the boards as they are, and begin to read."""
        await self.app.start()
        self.app.flow_control.resume()  # what a consumer does after its first assignment
        for before, admitted in untold(self._log, self._before):
            await self._tell(before, admitted)
        await self._cuts.send(value=self.progress.credited)
        await self.app.add_runtime_dependency(self.reading)

    async def stop(self) -> None:
        """Read no more, let what is archived come through, and end."""
        await self.reading.stop()
        while not self.reading.crashed and {self.progress.credited, self.progress.told} != {self.progress.archived}:
            await asyncio.sleep(STOP_LOOK_MS / 1000)
        await self.app.stop()

    async def _hand_on(self, admitted: Admitted) -> None:
        self.progress.archived = admitted.label
        for channel in self._channels:
            await channel.send(value=admitted)

    async def _crediting(self, stream: faust.StreamT[Admitted]) -> None:
        """Fold what was admitted into the rolling aggregates of the managers."""
        async for admitted in stream:
            async with self.state:
                self._live.take(admitted.first, admitted.events, admitted.label)
            self.progress.credited = admitted.label
            if self._cuts.queue.empty():
                await self._cuts.send(value=admitted.label)

    async def _telling(self, stream: faust.StreamT[Admitted]) -> None:
        """Let the topics know what was admitted and what was not."""
        async for admitted in stream:
            refused = [rejected_message(one, self._topics.events) for one in admitted.refused]
            await self._out[self._topics.rejected].send(refused)
            await self._tell(self._before, admitted)
            await self.reading.mark(admitted.offsets, spelled(self._log.identity, admitted.label))

    async def _tell(self, before: Vector, admitted: Admitted) -> None:
        await self._out[self._topics.log].send(log_messages(admitted, self._log.identity, before))
        self._before = Vector.parse(admitted.label) or before
        self.progress.told = admitted.label

    async def _boards(self, stream: faust.StreamT[str]) -> None:
        """Show the boards of the running windows, all at one cut: the fold stands still meanwhile."""
        async for _ in stream:
            began = self.app.loop.time()
            async with self.state:
                boards, measures, through, label = await asyncio.to_thread(self._evaluate)
            for board in boards:
                feed = self._feeds.setdefault(f"{board.plan}/{board.period}", BoardFeed())
                await self._out[self._topics.board].send(feed.changes(board))
            if through is not None:
                changes = self._credit_feed.changes(measures, through.isoformat(), label)
                await self._out[self._topics.credits].send(changes)
            self.progress.shown = str(label)
            await asyncio.sleep(max(self._pace.boards_ms_least / 1000, 2 * (self.app.loop.time() - began)))

    def _evaluate(self) -> tuple[list[Board], dict[str, Any], date | None, int | str]:
        days = self._live.book.transaction_days()
        if days is None:
            return [], {}, None, self._live.label
        windows = running(self._plans, days[1])
        boards = [self._live.board(loaded, period) for loaded, period in windows]
        currency = self._log.institution.currency
        return boards, rolling_measures(self._live.book, windows, days[1], currency), days[1], self._live.label

    async def _keeping(self) -> None:
        async with self.state:
            await asyncio.to_thread(self._live.keep, WORTH_KEEPING)

    async def _checking(self) -> None:
        async with self.state:
            boards, *_ = await asyncio.to_thread(self._evaluate)
        try:
            self.progress.findings = list(await asyncio.to_thread(self._check, boards))
        except Problem as problem:
            self.progress.findings = [str(problem)]
        for finding in self.progress.findings:
            self.app.log.critical("%s", finding)


WORTH_KEEPING = 1_000_000
"""So many events are folded in some ten seconds: a state is kept when more have come."""


def _app(connection: Connection, topics: Topics) -> faust.App:
    app = faust.App(
        f"{topics.prefix}-worker",
        **connection.for_faust(),
        store="memory://",
        producer_acks=-1,
        producer_max_request_size=MESSAGE_BYTES_MAX,
        producer_compression_type=None,
        topic_allow_declare=False,
        topic_disable_leader=True,
        web_enabled=False,
    )
    app.boot_strategy = _NoConsumer(app)
    return app
