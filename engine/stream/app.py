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
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

import faust

from engine.content import Content
from engine.interpreter import Cycles, set_up
from engine.log import Log
from engine.plan.library import LoadedPlan
from engine.stream.admitting import Admitted, Admitting, Refused
from engine.stream.connection import Connection
from engine.stream.faust_app import faust_app
from engine.stream.publishing import Windows
from engine.stream.reaching import reaching
from engine.stream.reading import Reading
from engine.stream.sending import Sender
from engine.stream.showing import Showing, ShowingPace, Shown
from engine.stream.telling import Telling
from engine.stream.topics import Topics
from engine.stream.waiting import given_time, in_thread
from schemas.statement import Board, BoardRow, Finding
from schemas.vector import Vector

BATCHES_AHEAD_MAX = 4
FAUST_FOLDER = "faust"
LOOK_MS = 200
STOP_LOOK_MS = 20
STOP_SECONDS = 10
"""So long a worker that is to stop waits for brokers that do not answer; what they miss the next one tells them."""
WORTH_KEEPING = 1_000_000
"""So many events are folded in some ten seconds: while it lives, a worker keeps a state when more have come."""
Handed = TypeVar("Handed")


class Live(Shown, Protocol):
    """The fold of the log and its boards (``replay.live.LiveFold``), handed in from the face."""

    @property
    def findings(self) -> Sequence[Finding]:
        """The events that the fold had to set aside."""

    def take(
        self, first: int, content: Content, bodies: Sequence[bytes], label: int | str, places: Sequence[int]
    ) -> None:
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
        self._live, self._pace = live, pace
        self._check = check
        self._differing: Sequence[Finding] = ()
        self._beginning = admitting.nothing(refused)
        self.app = faust_app(connection, topics, log.cache / FAUST_FOLDER)
        self._channels = [self.app.channel(maxsize=BATCHES_AHEAD_MAX) for _ in range(2)]
        self._cuts = {name: self.app.channel(maxsize=1) for name in ("boards", "credits")}
        self._topics = topics
        self.reading = self._reader(admitting, accepted)
        out = {name: Sender(self.app, name, count) for name, count in partitions.items()}
        self._telling = Telling(log, topics, out, told, self.reading.mark)
        self._showing = Showing(
            live,
            plans,
            log.institution.currency,
            self.state,
            self.reading.abreast,
            pace.showing,
            (out[topics.board], out[topics.credits]),
            shown,
            credited,
        )
        self._failure: Exception | None = None
        self._failed = asyncio.Event()
        self._cycles = Cycles()
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
        self._agent("telling", self._channels[1], self._tell)
        self._agent("boards", self._cuts["boards"], self._boards)
        self._agent("credits", self._cuts["credits"], self._credits)
        self._timer("keeping", self._pace.keeping_seconds, self._keeping)
        self._timer("checking", self._pace.checking_seconds, self._checking)

    async def start(self) -> None:
        """Start agents and producer, show the boards as they are, and begin to read.

        Raises:
            EnvironmentProblem: the brokers cannot be reached.
        """
        set_up()
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
        async with self.state:
            with self._cycles.around(len(admitted.bodies)):
                self._live.take(admitted.first, admitted.content, admitted.bodies, admitted.label, admitted.places)
        self.progress.credited = admitted.label
        self._look()
        await self._cut(admitted.label)

    async def _cut(self, label: str) -> None:
        """Have boards and credits shown, unless they are about to be: crediting never waits for them."""
        for name, channel in self._cuts.items():
            if name not in self._waiting:
                self._waiting.add(name)
                await channel.send(value=label)

    async def _tell(self, admitted: Admitted) -> None:
        """Let the topics know what was admitted and what was not."""
        await self._telling.tell(admitted)
        self.progress.told = admitted.label

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
