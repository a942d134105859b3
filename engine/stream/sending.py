"""Sending: messages out to Kafka by the app's producer, until the brokers have them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Iterable

import faust
from aiokafka.errors import KafkaError, MessageSizeTooLargeError
from faust.exceptions import ProducerSendError
from faust.types.transports import ProducerT

from engine.stream.publishing import Outgoing, place_of
from schemas.problems import EnvironmentProblem

AT_ONCE_MAX = 2_000
RETRY_SECONDS = 1


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
            producer = await self._app.maybe_start_producer()
            told = [asyncio.ensure_future(await self._begun(producer, one)) for one in messages]
            if told:
                await asyncio.wait(told)  # who is broken off here breaks off nothing of the producer's
            for one in told:
                one.result()
        except (KafkaError, ProducerSendError) as failure:
            if isinstance(failure.__cause__ or failure, MessageSizeTooLargeError):
                raise self._too_large(messages) from None
            return False
        return True

    async def _begun(self, producer: ProducerT, one: Outgoing) -> Awaitable[object]:
        partition = place_of(one.together, self._partitions)
        return await producer.send(self._topic, one.key, one.value, partition, None, dict(one.headers) or None)

    def _too_large(self, messages: list[Outgoing]) -> EnvironmentProblem:
        largest = max(len(one.value or b"") for one in messages)
        return EnvironmentProblem(
            f"The topic {self._topic} does not take a message of {largest} bytes.",
            remedy="Raise its max.message.bytes, as docs/operations/kafka.md says, and start the worker again.",
        )
