"""The worker's Faust app: thin agents around the pure parts, one after the other as an event flows.

    meritlog.events → Reading → crediting → boards → meritlog.credits, meritlog.board
                              ↘ telling → meritlog.log, meritlog.rejected

``Reading`` admits and archives: when it hands a batch on, the batch is durable. ``crediting`` folds it into the rolling
aggregates by manager, ``boards`` and ``credits`` evaluate the running windows at whole cuts between two batches,
``telling`` lets the topics know. The agents hand batches on through Faust's channels, inside the process that holds the
log's lock: a log has one order, so one worker admits, and nothing that it hands on can be lost that is not in the log
already.

A part that fails ends them all. It is not started anew in place: a batch folded by half would make boards that no log
gives, and the next worker makes everything again from the log.
"""

from __future__ import annotations

import asyncio
import gc
import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol, TypeVar

import faust
import pyarrow as pa
from faust.app.base import BootStrategy

from engine.log import Log
from engine.plan.library import LoadedPlan
from engine.stream.admitting import Admitted, Admitting, Refused
from engine.stream.connection import Connection
from engine.stream.marks import spelled, untold
from engine.stream.publishing import Windows, log_messages, rejected_message
from engine.stream.reaching import reaching
from engine.stream.reading import Reading
from engine.stream.sending import Sender
from engine.stream.showing import Showing, ShowingPace, Shown
from engine.stream.topics import Topics
from engine.stream.waiting import given_time, in_thread
from schemas.event import Told
from schemas.statement import Board, BoardRow, Finding
from schemas.vector import Vector

BATCHES_AHEAD_MAX = 4
MESSAGE_BYTES_MAX = 16 << 20
BATCH_BYTES = 1 << 19
"""So many bytes go to a partition at once; the next ones wait until the brokers have them."""
YOUNG_OBJECTS = 100_000
"""So many are made before Python looks for cycles among them; few of a batch are in one, and crediting looks itself."""
LOOKED_THROUGH_EVENTS = 1 << 12
"""After so many events crediting looks for cycles, so that hardly any objects are young by the time Python would."""
SWITCH_US = 1000
"""So long a thread goes on while another one waits: what seals segments and the loop wait for each other."""
FAUST_FOLDER = "faust"
LOOK_MS = 200
STOP_LOOK_MS = 20
STOP_SECONDS = 10
"""So long a worker that is to stop waits for brokers that do not answer; what they miss the next one tells them."""
SEND_SECONDS = 8
Handed = TypeVar("Handed")


class Live(Shown, Protocol):
    """The fold of the log and its boards (``replay.live.LiveFold``), handed in from the face."""

    @property
    def findings(self) -> Sequence[Finding]:
        """The events that the fold had to set aside."""

    def take(self, first: int, events: Sequence[Told], label: int | str, places: Sequence[int]) -> None:
        """Take in events just admitted to ``places``, from position ``first`` on; the log then stands at ``label``."""

    def keep(self, unless_fewer: int = 0) -> None:
        """Keep the state beside the log."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How often things happen."""

    showing: ShowingPace = field(default_factory=ShowingPace)
    keeping_seconds: int = 60
    checking_seconds: int = 3600


@dataclass(slots=True)
class Progress:
    """How far each part has come, as positions, and what went wrong on the way."""

    archived: str = ""
    credited: str = ""
    told: str = ""
    findings: list[Finding] = field(default_factory=list)


Check = Callable[[Sequence[Board]], Sequence[Finding]]
"""Compares boards with what the log gives at their positions, and says what is wrong; run in a thread."""


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
        refused: Sequence[Refused],
        shown: Mapping[str, Mapping[str, BoardRow]],
        credited: Mapping[str, Windows],
        accepted: Mapping[int, int],
        partitions: Mapping[str, int],
        pace: Pace,
    ) -> None:
        """The streams of a log.

        ``partitions`` says how many each topic has, ``told`` up to which position the topics know the log, ``refused``
        what they have not been told of that was, ``shown`` which rows of boards they have, ``credited`` which
        measures of managers, and ``accepted`` where to go on if messages are lost.
        """
        self.progress = Progress(archived=str(live.label), credited=str(live.label), told=str(told))
        self.state = asyncio.Lock()
        """Held by whoever moves or reads the fold."""
        self._connection = connection
        self._live, self._log, self._pace = live, log, pace
        self._check = check
        self._differing: Sequence[Finding] = ()
        self._told = told
        self._beginning = admitting.nothing(refused)
        self.app = _app(connection, topics, log.cache / FAUST_FOLDER)
        self._channels = [self.app.channel(maxsize=BATCHES_AHEAD_MAX) for _ in range(2)]
        self._cuts = {name: self.app.channel(maxsize=1) for name in ("boards", "credits")}
        self._out = {name: Sender(self.app, name, count) for name, count in partitions.items()}
        self._topics = topics
        self.reading = self._reader(admitting, accepted)
        self._showing = Showing(
            live,
            plans,
            log.institution.currency,
            self.state,
            self.reading.abreast,
            pace.showing,
            (self._out[topics.board], self._out[topics.credits]),
            shown,
            credited,
        )
        self._failure: Exception | None = None
        self._failed = asyncio.Event()
        self._unlooked = 0
        """Events folded since cycles were looked for."""
        self._waiting: set[str] = set()
        """The parts that show something, of which is known that there is news."""
        self._engage()

    def _reader(self, admitting: Admitting, accepted: Mapping[int, int]) -> Reading:
        """What reads the topic of events and hands on what is admitted."""
        return Reading(
            self._connection,
            self._topics.events,
            admitting,
            accepted,
            self._hand_on,
            self._fail,
            self._topics.group,
            loop=self.app.loop,
            beacon=self.app.beacon,
        )

    def _engage(self) -> None:
        """Give the app its agents and timers."""
        self._agent("crediting", self._channels[0], self._crediting)
        self._agent("telling", self._channels[1], self._telling)
        self._agent("boards", self._cuts["boards"], self._boards)
        self._agent("credits", self._cuts["credits"], self._credits)
        self._timer("keeping", self._pace.keeping_seconds, self._keeping)
        self._timer("checking", self._pace.checking_seconds, self._checking)

    async def start(self) -> None:
        """Start agents and producer, show the boards as they are, and begin to read.

        Raises:
            EnvironmentProblem: the brokers cannot be reached.
        """
        gc.freeze()
        gc.set_threshold(YOUNG_OBJECTS)
        sys.setswitchinterval(SWITCH_US / 1_000_000)
        pa.set_memory_pool(pa.system_memory_pool())  # Arrow's own gives back what the next segment takes again
        with reaching(self._connection):
            await self.app.start()
        self.app.flow_control.resume()  # what a consumer does after its first assignment
        self._look()
        await self._channels[1].send(value=self._beginning)
        await self._cut(self.progress.credited)
        await self.app.add_runtime_dependency(self.reading)

    async def until(self, stopping: asyncio.Event) -> None:
        """Wait until ``stopping`` is set.

        Raises:
            Exception: what one of the parts failed of; the others are of no use without it.
        """
        ends = [asyncio.ensure_future(one.wait()) for one in (stopping, self._failed, self.reading.ended)]
        try:
            while not self.app.crashed and not any(one.done() for one in ends):
                await asyncio.wait(ends, timeout=LOOK_MS / 1000, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for one in ends:
                one.cancel()
        if self._failure is not None:
            raise self._failure
        if self.app.crashed or not stopping.is_set():
            raise self.app.crash_reason or RuntimeError("The worker has ended to read.")

    async def stop(self) -> bool:
        """Read no more, let what is archived come through, and end; whether the fold is what the log gives."""
        self.reading.enough.set()
        until = self.app.loop.time() + STOP_SECONDS
        while self._failure is None and not self._through and self.app.loop.time() < until:
            await asyncio.sleep(STOP_LOOK_MS / 1000)
        await self.reading.stop()
        await given_time(self.app.stop(), STOP_SECONDS)
        return self._failure is None and not self.app.crashed

    @property
    def _through(self) -> bool:
        """Whether all that was read has come through."""
        return self.reading.ended.is_set() and {self.progress.credited, self.progress.told} == {self.progress.archived}

    def _agent(self, name: str, channel: faust.ChannelT[Handed], step: Callable[[Handed], Awaitable[None]]) -> None:
        """An agent that takes a step with whatever comes through the channel, until one fails."""

        async def agent(stream: faust.StreamT[Handed]) -> None:
            async for handed in stream:
                if not await self._stepped(step(handed)):
                    return

        self.app.agent(channel, name=name)(agent)

    def _timer(self, name: str, seconds: int, step: Callable[[], Awaitable[None]]) -> None:
        async def timer() -> None:
            await self._stepped(step())

        self.app.timer(seconds, name=name)(timer)

    async def _stepped(self, step: Awaitable[None]) -> bool:
        try:
            await step
        except Exception as failure:
            self._fail(failure)
        return self._failure is None

    def _fail(self, failure: Exception) -> None:
        """End everything because of ``failure``, the first one."""
        self._failure = self._failure or failure
        self._failed.set()

    async def _hand_on(self, admitted: Admitted) -> None:
        self.progress.archived = admitted.label
        for channel in self._channels:
            await channel.send(value=admitted)

    async def _crediting(self, admitted: Admitted) -> None:
        """Fold what was admitted into the rolling aggregates of the managers."""
        self._unlooked += len(admitted.events)
        looking = self._unlooked >= LOOKED_THROUGH_EVENTS
        async with self.state:
            if looking:
                gc.collect(1)
            self._live.take(admitted.first, admitted.events, admitted.label, admitted.places)
            if looking:
                gc.freeze()  # the state is in no cycle, and looking through it for some takes long
                self._unlooked = 0
        self.progress.credited = admitted.label
        self._look()
        await self._cut(admitted.label)

    async def _cut(self, label: str) -> None:
        """Have boards and credits shown, unless they are about to be: crediting never waits for them."""
        for name, channel in self._cuts.items():
            if name not in self._waiting:
                self._waiting.add(name)
                await channel.send(value=label)

    async def _telling(self, admitted: Admitted) -> None:
        """Let the topics know what was admitted and what was not."""
        refused = [rejected_message(one, self._topics.events) for one in admitted.refused]
        await self._out[self._topics.rejected].send(refused)
        for before, earlier in untold(self._log, self._told, admitted.first - 1):
            await self._tell(before, earlier)
        await self._tell(self._told, admitted)
        await self.reading.mark(admitted.offsets, spelled(self._log.identity, admitted.label))
        self.progress.told = admitted.label

    async def _tell(self, before: Vector, admitted: Admitted) -> None:
        await self._out[self._topics.log].send(log_messages(admitted, self._log.identity, before))
        self._told = before.after(admitted.places)

    async def _boards(self, _: str) -> None:
        self._waiting.discard("boards")
        await self._showing.boards()

    async def _credits(self, _: str) -> None:
        self._waiting.discard("credits")
        await self._showing.credits()

    async def _keeping(self) -> None:
        async with self.state:
            await in_thread(lambda: self._live.keep(WORTH_KEEPING))

    async def _checking(self) -> None:
        async with self.state:
            boards = await in_thread(self._showing.evaluated)
        self._differing = await in_thread(lambda: self._check(boards))
        self._look()

    def _look(self) -> None:
        """Note what is wrong by now, and tell of what was not told yet."""
        known, self.progress.findings = self.progress.findings, [*self._live.findings, *self._differing]
        for finding in self.progress.findings:
            if finding not in known:
                self.app.log.critical("%s", finding.text["en"])


WORTH_KEEPING = 1_000_000
"""So many events are folded in some ten seconds: a state is kept when more have come."""


def _app(connection: Connection, topics: Topics, folder: Path) -> faust.App:
    folder.mkdir(parents=True, exist_ok=True)  # Faust makes its own folder, but none above it
    app = faust.App(
        f"{topics.prefix}-worker",
        **connection.for_faust(),
        store="memory://",
        datadir=str(folder),
        producer_acks=-1,
        producer_request_timeout=SEND_SECONDS,
        producer_max_request_size=MESSAGE_BYTES_MAX,
        producer_max_batch_size=BATCH_BYTES,
        producer_compression_type=None,
        topic_allow_declare=False,
        topic_disable_leader=True,
        web_enabled=False,
    )
    app.boot_strategy = _NoConsumer(app)
    return app
