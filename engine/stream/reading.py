"""Reading: the loop that takes messages of ``meritlog.events`` to admission, from where the log says it has come.

It is a service of the Faust app rather than an agent of its own topic: one event a message is how foreign producers
write, and a lean loop over whole fetches costs a twentieth of an agent's step a message. Where to begin is never asked
of Kafka: the offsets stand in the log, in one frame with the events they brought, and with the id of the topic that
they are of: one that was deleted and made anew has other messages at these offsets.

Admission runs in the event loop, its waiting for the disk included. In a thread of its own it and the loop would take
turns at the interpreter all the time, each waiting for the other; nothing behind it can begin before it is done.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import (
    AuthenticationFailedError,
    ClusterAuthorizationFailedError,
    KafkaConnectionError,
    KafkaError,
    OffsetOutOfRangeError,
    TopicAuthorizationFailedError,
)
from aiokafka.structs import OffsetAndMetadata
from mode import Service
from msgspec import UNSET

from engine.stream.administration import identity_of
from engine.stream.admitting import Admitted, Admitting
from engine.stream.connection import Connection
from engine.stream.fetching import give_messages
from engine.stream.messages import Message
from engine.stream.reaching import unreachable
from engine.stream.waiting import given_time, in_thread
from schemas.problems import EnvironmentProblem

MESSAGES_MAX = 4096
FETCH_BYTES_MAX = 1 << 22
WAIT_MS = 200
FRESH_MS = 10
LOOK_AGAIN_SECONDS = 10
RETRY_SECONDS = 1
LEAVE_SECONDS = 3
BACKOFF_MS = 500
"""Each look at brokers that are away is told by three lines of the client's."""
Handed = Callable[[Admitted], Awaitable[None]]
Failed = Callable[[Exception], None]
FORBIDDEN = (TopicAuthorizationFailedError, ClusterAuthorizationFailedError, AuthenticationFailedError)
"""What no trying again helps against."""


class Reading(Service):
    """Reads every partition of the topic, admits what comes, and hands on what was admitted."""

    def __init__(
        self,
        connection: Connection,
        topic: str,
        admitting: Admitting,
        accepted: Mapping[int, int],
        handed: Handed,
        failed: Failed,
        group: str,
        **options: Any,
    ) -> None:
        """``accepted`` says by partition where to go on if messages are lost; the marks stand with ``group``."""
        super().__init__(**options)
        self._connection = connection
        self._topic = topic
        self._admitting = admitting
        self._accepted = accepted
        self._handed = handed
        self._failed = failed
        self._group = group
        self._consumer: AIOKafkaConsumer | None = None
        self.begun = asyncio.Event()
        """Set when partitions are being read."""
        self.abreast = asyncio.Event()
        """Set while no more waits to be read than one turn takes."""
        self.enough = asyncio.Event()
        """To be set when no more is to be read."""
        self.ended = asyncio.Event()
        """Set when no more will be read."""

    @Service.task
    async def _read(self) -> None:
        try:
            await self._read_on()
        except (KafkaError, OSError) as failure:
            self._failed(unreachable(self._connection, failure))
        except Exception as failure:
            self._failed(failure)
        finally:
            self.ended.set()

    async def _read_on(self) -> None:
        consumer = self._consumer = AIOKafkaConsumer(
            **self._connection.for_clients(),
            group_id=self._group,
            auto_offset_reset="none",
            enable_auto_commit=False,
            max_partition_fetch_bytes=FETCH_BYTES_MAX,
            fetch_max_bytes=4 * FETCH_BYTES_MAX,
            fetch_max_wait_ms=WAIT_MS,
            retry_backoff_ms=BACKOFF_MS,
        )
        await consumer.start()
        give_messages(consumer)
        look_again = self.loop.time()
        while not (self.should_stop or self.enough.is_set()):
            try:
                if self.loop.time() >= look_again:
                    await self._assign(consumer)
                    look_again = self.loop.time() + (LOOK_AGAIN_SECONDS if self.begun.is_set() else RETRY_SECONDS)
                await self._turn(consumer)
            except FORBIDDEN:
                raise
            except KafkaError as failure:
                self.log.warning("The brokers do not answer as they should, trying again: %r", failure)
                await self.sleep(RETRY_SECONDS)

    async def on_shutdown(self) -> None:
        """Leave the brokers, when all that was read has been marked or never will be."""
        if self._consumer is not None:
            consumer, self._consumer = self._consumer, None
            await given_time(consumer.stop(), LEAVE_SECONDS)

    async def mark(self, offsets: Mapping[int, int], text: str) -> None:
        """Note with the group's offsets what the topics have been told; lost, it is only told again."""
        await self.begun.wait()
        if self._consumer is None or not offsets:
            return
        following = {
            part: OffsetAndMetadata(offsets[part.partition] + 1, text)
            for part in self._consumer.assignment()
            if part.partition in offsets
        }
        try:
            await self._consumer.commit(following)
        except KafkaError as failure:
            self.log.warning("The offsets could not be noted: %r", failure)

    async def _assign(self, consumer: AIOKafkaConsumer) -> None:
        """Take up all partitions there are; topics can grow."""
        there = await self._partitions(consumer)
        found = await self._identity()
        anew = found is not None and self._admitting.topic_id not in {UNSET, found}
        wanted = {TopicPartition(self._topic, partition) for partition in there}
        if gone := consumer.assignment() - wanted:
            self.log.warning("The topic %s has no partition %s any more.", self._topic, min(gone).partition)
        if not anew and not wanted - consumer.assignment():
            return
        first, last = await consumer.beginning_offsets(wanted), await consumer.end_offsets(wanted)
        consumer.assign(sorted(wanted))
        for one in sorted(wanted):
            consumer.seek(one, self._beginning(one.partition, first[one], last[one], anew=anew))
        for partition in self._admitting.offsets.keys() - there:
            self._beginning(partition, 0, 0, anew=anew)  # a topic that was made anew may have fewer
        if found is not None:
            self._admitting.topic_id = found
        self.begun.set()

    def _beginning(self, partition: int, first: int, last: int, *, anew: bool) -> int:
        """Where to read on a partition of offsets from ``first`` to before ``last``, if its topic was made ``anew``."""
        following = self._admitting.following(partition)
        if following is not None and first <= following <= last and not (anew and following):
            return following
        accepted = None if self.begun.is_set() else self._accepted.get(partition)
        if following is None:
            accepted = first
        elif accepted is None or not first <= accepted <= last:
            raise gap(self._topic, partition, following, first, last)
        else:
            self.log.warning("A gap was accepted: partition %s is read from offset %s on.", partition, accepted)
        self._admitting.go_on(partition, accepted)
        return accepted

    async def _identity(self) -> str | None:
        try:
            return await in_thread(lambda: identity_of(self._connection, self._topic))
        except EnvironmentProblem as problem:
            raise KafkaConnectionError(problem.what) from None  # to be tried again, like any other

    async def _partitions(self, consumer: AIOKafkaConsumer) -> set[int]:
        await consumer._client.force_metadata_update()
        return consumer.partitions_for_topic(self._topic) or set()

    async def _turn(self, consumer: AIOKafkaConsumer) -> None:
        try:
            runs = await _fetched(consumer)
        except OffsetOutOfRangeError as failure:
            partition, offset = next(iter(failure.args[0].items()))
            edges = await consumer.beginning_offsets([partition]), await consumer.end_offsets([partition])
            raise gap(self._topic, partition.partition, offset, *(edge[partition] for edge in edges)) from None
        if runs:
            await self._handed(self._admitting.take(runs))
        if self._waiting(consumer) > MESSAGES_MAX:
            self.abreast.clear()
        else:
            self.abreast.set()

    def _waiting(self, consumer: AIOKafkaConsumer) -> int:
        """How many messages wait to be read, as far as the brokers have told."""
        read = self._admitting.offsets
        ends = ((part.partition, consumer.highwater(part)) for part in consumer.assignment())
        return sum(end - 1 - read.get(partition, -1) for partition, end in ends if end is not None)


async def _fetched(consumer: AIOKafkaConsumer) -> list[Sequence[Message]]:
    """What is to be read by now, or soon, in runs of one partition each.

    What came while the last batch was taken waits at the brokers, for the client fetches but one answer ahead: after
    what waits here already that answer is waited for, too. Else every message would wait for two turns.
    """
    runs: list[Sequence[Message]] = [*(await consumer.getmany(max_records=MESSAGES_MAX)).values()]
    room = MESSAGES_MAX - sum(map(len, runs))
    if not runs:
        runs += (await consumer.getmany(timeout_ms=WAIT_MS, max_records=room)).values()
    elif room:
        with suppress(KafkaError):  # a failure comes again, what is here does not
            runs += (await consumer.getmany(timeout_ms=FRESH_MS, max_records=room)).values()
    return runs


def gap(topic: str, partition: int, following: int, first: int, last: int) -> EnvironmentProblem:
    """The problem that a topic no longer holds what comes next: messages are lost, and that is not passed over."""
    so_far = f"has read up to offset {following - 1}" if following else "has read nothing of it"
    if following > last:
        what = f"ends at offset {last}, but the log {so_far}: it was made anew"
    elif following >= first:
        what = f"has other messages than those that the log {so_far}: it was made anew"
    else:
        what = f"begins at offset {first}, but the log {so_far}{' only' if following else ''}"
    return EnvironmentProblem(
        f"A gap: partition {partition} of {topic} {what}.",
        remedy=f"Send again what is lost (what was admitted counts once), then start with "
        f"--accept-gap {partition}:{first} to go on from there.",
    )
