"""Fetching: lets a consumer of aiokafka give each message as a ``Message``, straight from its record batch.

Of its own accord it makes an object of eleven fields of every message, which costs more than all else about reading
one. What it has fetched waits by partition until it is taken. Here what comes to wait is unpacked otherwise, by the
same steps: a batch is checked against its CRC, control batches are passed over, and so is what stands before the offset
that was asked for.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.consumer.fetcher import FetchResult, PartitionRecords
from aiokafka.errors import CorruptRecordException

from engine.stream.messages import Message


def give_messages(consumer: AIOKafkaConsumer) -> None:
    """Let ``consumer``, which was just started and reads uncommitted messages, give ``Message`` from now on."""
    consumer._fetcher._records = _Waiting()


class _Waiting(OrderedDict[TopicPartition, Any]):
    """What was fetched and not taken yet, by partition."""

    def __setitem__(self, part: TopicPartition, fetched: Any) -> None:
        if isinstance(fetched, FetchResult):
            records = fetched._partition_records
            records._records_iterator = messages_of(records)
        super().__setitem__(part, fetched)


def messages_of(records: PartitionRecords) -> Iterator[Message]:
    """The messages of one partition that were fetched; ``next_fetch_offset`` of ``records`` moves on with each.

    Raises:
        CorruptRecordException: a batch is not as it was written.
    """
    partition = records._tp.partition
    fetched = records._records
    while fetched.has_next():
        batch = fetched.next_batch()
        if not batch.validate_crc():
            raise CorruptRecordException(f"Invalid CRC - {records._tp}")
        if not batch.is_control_batch:
            for record in batch:
                offset = record.offset
                if offset >= records.next_fetch_offset:
                    records.next_fetch_offset = offset + 1
                    yield Message(partition, offset, record.value, record.headers, record.key)
        records.next_fetch_offset = batch.next_offset
