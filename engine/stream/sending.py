"""Sending: messages out to Kafka by the app's producer, until the brokers have them.

Whole batches are handed to the producer: one by one it would make a future of each message, and look for its partition
anew.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import lru_cache

import faust
from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError, MessageSizeTooLargeError
from aiokafka.partitioner import DefaultPartitioner
from aiokafka.producer.message_accumulator import BatchBuilder
from faust.exceptions import ProducerSendError

from engine.stream.publishing import Outgoing, place_of
from schemas.problems import EnvironmentProblem

AT_ONCE_MAX = 2_000
RETRY_SECONDS = 1
KEYS_KEPT_MAX = 1 << 16
_partitioner = DefaultPartitioner()


class Sender:
    """Sends to one topic. It gives up only when it is told to: what is lost here is made good at the next start."""

    def __init__(self, app: faust.App, topic: str, partitions: int) -> None:
        self._app = app
        self._partitions = partitions
        self._topic = topic

    async def send(self, messages: Iterable[Outgoing]) -> None:
        """Send these in order; when this returns, the brokers have them all.

        Raises:
            EnvironmentProblem: the brokers never take one of them, because of its size.
        """
        waiting = list(messages)
        while waiting:
            part, waiting = waiting[:AT_ONCE_MAX], waiting[AT_ONCE_MAX:]
            while not await self._sent(part):
                self._app.log.warning("%s cannot be written to, trying again", self._topic)
                await asyncio.sleep(RETRY_SECONDS)

    async def _sent(self, messages: list[Outgoing]) -> bool:
        try:
            producer: AIOKafkaProducer = (await self._app.maybe_start_producer())._ensure_producer()
            told = [
                await producer.send_batch(batch, self._topic, partition=partition)
                for partition, alike in self._by_partition(messages).items()
                for batch in _batches(producer, alike)
            ]
            if told:
                await asyncio.wait(told)  # who is broken off here breaks off nothing of the producer's
            for one in told:
                one.result()
        except (KafkaError, ProducerSendError) as failure:
            if isinstance(failure.__cause__ or failure, MessageSizeTooLargeError):
                raise self._too_large(messages) from None
            return False
        return True

    def _by_partition(self, messages: list[Outgoing]) -> dict[int, list[Outgoing]]:
        alike: defaultdict[int, list[Outgoing]] = defaultdict(list)
        for one in messages:
            place = place_of(one.together, self._partitions)
            alike[_place_of_key(one.key, self._partitions) if place is None else place].append(one)
        return alike

    def _too_large(self, messages: list[Outgoing]) -> EnvironmentProblem:
        largest = max(len(one.value or b"") for one in messages)
        return EnvironmentProblem(
            f"The topic {self._topic} does not take a message of {largest} bytes.",
            remedy="Raise its max.message.bytes, as docs/operations/kafka.md says, and start the worker again.",
        )


def _batches(producer: AIOKafkaProducer, messages: list[Outgoing]) -> Iterator[BatchBuilder]:
    """These messages of one partition in as few batches as they fit into."""
    batch = producer.create_batch()
    for one in messages:
        told = {"timestamp": None, "key": one.key, "value": one.value, "headers": list(one.headers)}
        if batch.append(**told) is None:
            yield batch
            batch = producer.create_batch()
            batch.append(**told)  # the first one always fits
    yield batch


def _place_of_key(key: bytes | None, partitions: int) -> int:
    """The partition that Kafka's own clients give a key; any one to a message without."""
    return _partitioner(None, range(partitions), ()) if key is None else _kept_place(key, partitions)


@lru_cache(KEYS_KEPT_MAX)
def _kept_place(key: bytes, partitions: int) -> int:
    place: int = _partitioner(key, range(partitions), ())
    return place
