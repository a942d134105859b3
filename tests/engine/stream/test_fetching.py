"""Fetching: what a consumer gives is what the brokers sent, message by message, and never what was damaged."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.consumer.fetcher import READ_UNCOMMITTED, PartitionRecords
from aiokafka.errors import CorruptRecordException
from aiokafka.record.default_records import DefaultRecordBatchBuilder
from aiokafka.record.memory_records import MemoryRecords
from aiokafka.record.util import calc_crc32c

from engine.stream.fetching import give_messages, messages_of
from engine.stream.messages import Message
from tests.live.topics import make, new_prefix

PART = TopicPartition("meritlog.events", 3)
CRC, ATTRIBUTES = slice(17, 21), 21
"""Where a batch has its checksum, and where what that is taken over begins."""
CONTROL = 1 << 5
NO_COMPRESSION, GZIP = 0, 1


def batch(first: int, values: Sequence[bytes | None], compression: int = NO_COMPRESSION) -> bytearray:
    """A batch of messages from offset ``first`` on, as it goes over the wire."""
    builder = DefaultRecordBatchBuilder(2, compression, 0, -1, -1, -1, 1 << 20)
    for rank, value in enumerate(values):
        builder.append(rank, 1_700_000_000_000, b"C-%d" % rank, value, [("n", b"%d" % rank)] if rank % 2 else [])
    made = bytearray(builder.build())
    made[:8] = first.to_bytes(8, "big")
    return made


def control(first: int) -> bytearray:
    """A batch that says that a transaction ended."""
    made = batch(first, [b"commit"])
    made[ATTRIBUTES + 1] |= CONTROL
    made[CRC] = calc_crc32c(bytes(made[ATTRIBUTES:])).to_bytes(4, "big")
    return made


def fetched(*batches: bytes, start: int) -> Any:
    return PartitionRecords(PART, MemoryRecords(b"".join(batches)), [], start, None, None, True, READ_UNCOMMITTED)


SENT = (batch(10, [b"a", b"b", None]), control(13), batch(14, [b"c"] * 5, GZIP), batch(30, [b"d"]))
"""Offsets 19 to 29 are gone, as compaction leaves a partition."""


@pytest.mark.parametrize(("start", "first"), [(10, 0), (11, 0), (13, 1), (16, 2), (20, 3)])
def test_it_gives_what_aiokafka_gives_and_keeps_count_of_where_it_is(start: int, first: int) -> None:
    ours, theirs = (fetched(*SENT[first:], start=start) for _ in range(2))
    given = []
    for message, record in zip(messages_of(ours), theirs, strict=True):
        assert ours.next_fetch_offset == theirs.next_fetch_offset == message.offset + 1
        assert message == Message(3, record.offset, record.value, list(record.headers), record.key)
        given.append(message.offset)
    assert given == [one for one in [10, 11, 12, 14, 15, 16, 17, 18, 30] if one >= start]
    assert ours.next_fetch_offset == theirs.next_fetch_offset == 31


@pytest.mark.parametrize("at", [CRC.start, ATTRIBUTES, 80, -1])
def test_a_flipped_bit_is_found_before_any_message_of_its_batch_is_given(at: int) -> None:
    damaged = batch(13, [b"x" * 50, b"y"])
    damaged[at] ^= 1
    there = fetched(batch(10, [b"a", b"b", b"c"]), damaged, start=10)
    given = messages_of(there)
    assert [next(given).value for _ in range(3)] == [b"a", b"b", b"c"]
    with pytest.raises(CorruptRecordException, match="Invalid CRC"):
        next(given)
    assert there.next_fetch_offset == 13


def test_a_consumer_gives_messages_a_few_at_a_time_and_again_after_going_back(broker: str) -> None:
    topic = f"{new_prefix()}.events"
    make(broker, topic, 1)

    async def run() -> list[Message]:
        async with AIOKafkaProducer(bootstrap_servers=broker) as producer:
            for number in range(10):
                await producer.send(topic, b"%d" % number, b"C-1")
        consumer = AIOKafkaConsumer(bootstrap_servers=broker, group_id=None, enable_auto_commit=False)
        await consumer.start()
        try:
            give_messages(consumer)
            part = TopicPartition(topic, 0)
            consumer.assign([part])
            consumer.seek(part, 0)
            given: list[Message] = []
            while len(given) < 10:
                some = await consumer.getmany(timeout_ms=200, max_records=3)
                assert len(some.get(part, [])) <= 3
                given += some.get(part, [])
            consumer.seek(part, 8)
            while len(given) < 12:
                given += (await consumer.getmany(timeout_ms=200)).get(part, [])
            return given
        finally:
            await consumer.stop()

    given = asyncio.run(run())
    assert given == [Message(0, offset, b"%d" % offset, [], b"C-1") for offset in [*range(10), 8, 9]]
