"""Reading: the loop that takes messages of ``meritlog.events`` to admission, from where the log says it has come.

It is a service of the Faust app rather than an agent of its own topic: one event a message is how foreign producers
write, and a lean loop over whole fetches costs a twentieth of an agent's step a message. Where to begin is never asked
of Kafka: the offsets stand in the log, in one frame with the events they brought.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError, OffsetOutOfRangeError
from aiokafka.structs import OffsetAndMetadata
from mode import Service

from engine.stream.admitting import Admitted, Admitting
from engine.stream.connection import Connection
from engine.stream.messages import Message
from schemas.problems import EnvironmentProblem

MESSAGES_MAX = 4096
FETCH_BYTES_MAX = 4 << 20
WAIT_MS = 200
LOOK_AGAIN_SECONDS = 10
RETRY_SECONDS = 1
Handed = Callable[[Admitted], Awaitable[None]]


class Reading(Service):
    """Reads every partition of the topic, admits what comes, and hands on what was admitted."""

    def __init__(
        self,
        connection: Connection,
        topic: str,
        admitting: Admitting,
        accepted: Mapping[int, int],
        handed: Handed,
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
        self._group = group
        self._consumer: AIOKafkaConsumer | None = None
        self.begun = asyncio.Event()
        self.ended = asyncio.Event()

    @Service.task
    async def _read(self) -> None:
        consumer = self._consumer = AIOKafkaConsumer(
            **self._connection.for_clients(),
            group_id=self._group,
            auto_offset_reset="none",
            enable_auto_commit=False,
            max_partition_fetch_bytes=FETCH_BYTES_MAX,
            fetch_max_bytes=4 * FETCH_BYTES_MAX,
            fetch_max_wait_ms=WAIT_MS,
        )
        try:
            await consumer.start()
            look_again = self.loop.time()
            while not self.should_stop:
                if self.loop.time() >= look_again:
                    await self._assign(consumer)
                    look_again = self.loop.time() + LOOK_AGAIN_SECONDS
                    self.begun.set()
                await self._turn(consumer)
        finally:
            self.ended.set()
            await consumer.stop()

    async def mark(self, offsets: Mapping[int, int], text: str) -> None:
        """Note with the group's offsets what the topics have been told; lost, it is only told again."""
        if self._consumer is None or self.ended.is_set():
            return
        following = {
            TopicPartition(self._topic, partition): OffsetAndMetadata(offset + 1, text)
            for partition, offset in offsets.items()
        }
        try:
            await self._consumer.commit(following)
        except KafkaError as failure:
            self.log.warning("The offsets could not be noted: %r", failure)

    async def _assign(self, consumer: AIOKafkaConsumer) -> None:
        """Take up all partitions there are; topics can grow."""
        there = sorted(await self._partitions(consumer))
        wanted = {TopicPartition(self._topic, partition) for partition in there}
        new = wanted - consumer.assignment()
        if not new:
            return
        first, last = await consumer.beginning_offsets(wanted), await consumer.end_offsets(wanted)
        consumer.assign(sorted(wanted))
        for one in sorted(wanted):
            following = self._admitting.offsets.get(one.partition, first[one] - 1) + 1
            if not first[one] <= following <= last[one]:
                if one.partition not in self._accepted:
                    raise gap(self._topic, one.partition, following, first[one], last[one])
                following = max(first[one], self._accepted[one.partition])
                self._admitting.go_on(one.partition, following)
            consumer.seek(one, following)

    async def _partitions(self, consumer: AIOKafkaConsumer) -> set[int]:
        await consumer._client.force_metadata_update()
        return consumer.partitions_for_topic(self._topic) or set()

    async def _turn(self, consumer: AIOKafkaConsumer) -> None:
        try:
            records = await consumer.getmany(timeout_ms=WAIT_MS, max_records=MESSAGES_MAX)
        except OffsetOutOfRangeError as failure:
            partition, offset = next(iter(failure.args[0].items()))
            edges = await consumer.beginning_offsets([partition]), await consumer.end_offsets([partition])
            raise gap(self._topic, partition.partition, offset, *(edge[partition] for edge in edges)) from None
        except KafkaError as failure:
            self.log.warning("The brokers do not answer as they should, trying again: %r", failure)
            await self.sleep(RETRY_SECONDS)
            return
        messages = [
            Message(one.partition, record.offset, record.value, record.headers, record.key)
            for one, part in records.items()
            for record in part
        ]
        if messages:
            admitted = await asyncio.to_thread(self._admitting.take, messages)
            await self._handed(admitted)


def gap(topic: str, partition: int, following: int, first: int, last: int) -> EnvironmentProblem:
    """The problem that a topic no longer holds what comes next: messages are lost, and that is not passed over."""
    if following > last:
        what = f"ends at offset {last}, but the log has read up to offset {following - 1}: it was made anew"
        go_on = 0
    else:
        what = f"begins at offset {first}, but the log has read up to offset {following - 1} only"
        go_on = first
    return EnvironmentProblem(
        f"A gap: partition {partition} of {topic} {what}.",
        remedy=f"Send again what is lost (what was admitted counts once), then start with "
        f"--accept-gap {partition}:{go_on} to go on from there.",
    )
