"""What a server is made of, and how it is: the hub, the plans, the lag, the verifications, and what they add up to."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec

from engine.people import PEOPLE_NAME, names
from engine.stream.connection import Connection
from meritlog.web.channel import Channel, Subject
from meritlog.web.health import Health, Status
from meritlog.web.hub import Hub
from meritlog.web.message import Message
from meritlog.web.past import Past
from meritlog.web.plans import Plans
from meritlog.web.refusals import Full
from meritlog.web.topic_lag import Lag, TopicLag
from meritlog.web.verifying import Verifying
from replay.checked import Noted
from schemas.statement import Finding

FOLLOWERS_MAX = 1_000
PULSE_SECONDS = 15.0
LOOK_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class Settings:
    """How a server was started: whose log, with which plans, brokers and token, and whether it tells names."""

    log: Path
    plans: Plans
    connection: Connection | None = None
    topic: str = "meritlog.events"
    token: str = ""
    names: bool = True
    verify_every: timedelta | None = None
    hosts: tuple[str, ...] | None = None
    """The names by which it may be asked for, beside addresses and localhost; None: any name."""
    pulse: float = PULSE_SECONDS


class Service:
    """The parts of a running server; lives in one event loop."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.plans = settings.plans
        self.hub = Hub(settings.log)
        self.past = Past(settings.log)
        self.verifying = Verifying(settings.log, settings.verify_every)
        self.checked = Noted(settings.log)
        self.topic = None
        if settings.connection is not None:
            self.topic = TopicLag(settings.connection, settings.topic, settings.log)
        self.served: Counter[str] = Counter()
        self.followers: Counter[str] = Counter()
        self._said: tuple[Status, list[Finding]] = (Status.STARTING, [])
        self._names: tuple[int, dict[str, str]] = (-1, {})
        self.hub.on_state = self._say
        self.hub.on_broken = self._say_broken

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Follow the log, look at the lag and verify, as long as it lasts."""
        self.hub.start()
        if self.topic is not None:
            self.topic.start()
        tasks = [asyncio.create_task(self.verifying.run()), asyncio.create_task(self._watch())]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            if self.topic is not None:
                self.topic.stop()
            await self.hub.stop()

    # -- how it is -----------------------------------------------------------------------------------------------

    def lag(self) -> Lag:
        """What the boards lack: what is admitted and not folded yet, and what waits in Kafka."""
        state = self.hub.state
        waits = state.behind_since
        seconds = 0 if waits is None else max(0, int((datetime.now(UTC) - waits).total_seconds()))
        own = Lag(state.head - state.events, seconds if state.head > state.events else 0)
        if self.topic is None:
            return own
        far = self.topic.now
        if far.events is None or own.events is None:
            return far
        return Lag(own.events + far.events, None if far.seconds is None else max(own.seconds or 0, far.seconds))

    def health(self) -> Health:
        """How the server is, as ``GET /health`` says."""
        state, lag, verified, checked = self.hub.state, self.lag(), self.verifying.last, self.checked.last
        findings = [*state.findings]
        if lag.finding is not None:
            findings.append(lag.finding)
        if verified is not None and not verified.ok:
            findings.extend(verified.findings)
        if checked is not None:
            findings.extend(checked.findings)
        status = state.status
        if status is not Status.FAILING and findings:
            status = Status.STARTING if all(one.id == "waiting" for one in findings) else Status.FAILING
        through = None if state.days is None else state.days[1].isoformat()
        return Health(status, state.position, lag.events, lag.seconds, through, findings)

    async def _watch(self) -> None:
        """Tell followers of what changes outside of the hub: brokers that are gone, damage that was found."""
        while True:
            self._say()
            await asyncio.sleep(LOOK_SECONDS)

    def _say(self) -> None:
        health = self.health()
        said = health.status, health.findings
        if said != self._said:
            self._said = said
            for channel in self.hub.channels.values():
                channel.say(msgspec.json.encode(health), well=health.status is Status.OK)

    def _say_broken(self, channel: Channel, broken: Finding) -> None:
        health = msgspec.structs.replace(self.health(), status=Status.FAILING, findings=[broken])
        channel.say(msgspec.json.encode(health), well=False)

    # -- what it gives -------------------------------------------------------------------------------------------

    async def follow(self, subject: Subject, last_id: str | None, transport: str) -> AsyncIterator[Message]:
        """One follower's messages.

        Raises:
            Full: too many follow already.
        """
        if self.followers.total() >= FOLLOWERS_MAX:
            raise Full(f"{FOLLOWERS_MAX} clients follow boards already.", remedy="Ask again later.")
        channel = self.hub.channel(subject)
        health = self.health()
        if not channel.status:
            channel.say(msgspec.json.encode(health), well=health.status is Status.OK)
        return self._followed(channel, last_id, transport)

    async def _followed(self, channel: Channel, last_id: str | None, transport: str) -> AsyncIterator[Message]:
        self.followers[transport] += 1
        channel.followers += 1
        try:
            async for message in channel.follow(last_id, self.settings.pulse):
                self.served[message.event] += 1
                yield message
        finally:
            channel.followers -= 1
            channel.idle_since = time.monotonic()
            self.followers[transport] -= 1

    def people(self) -> dict[str, str]:
        """The names of managers, where they may be told; read again when the table has changed."""
        path = self.settings.log / PEOPLE_NAME
        if not self.settings.names or not path.exists():
            return {}
        changed = path.stat().st_mtime_ns
        if changed != self._names[0]:
            self._names = changed, names(self.settings.log)
        return self._names[1]
