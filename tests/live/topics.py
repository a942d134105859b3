"""Topics as others see them: made, written to, read from beginning to end."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple
from uuid import uuid4

from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer, TopicPartition
from kafka.admin import NewTopic


class Sent(NamedTuple):
    """A message on its way into a topic."""

    value: bytes | None
    partition: int
    key: bytes | None = None
    headers: Sequence[tuple[str, bytes]] = ()


def new_prefix() -> str:
    """A prefix that nobody else has: tests share a broker."""
    return f"t-{uuid4().hex[:12]}"


def make(brokers: str, topic: str, partitions: int, **settings: str) -> None:
    """Make a topic."""
    admin = KafkaAdminClient(bootstrap_servers=brokers)
    admin.create_topics([NewTopic(topic, partitions, replication_factor=1, topic_configs=settings)])
    admin.close()


def delete(brokers: str, topic: str) -> None:
    """Delete a topic."""
    admin = KafkaAdminClient(bootstrap_servers=brokers)
    admin.delete_topics([topic])
    admin.close()


def forget(brokers: str, topic: str, before: Mapping[int, int]) -> None:
    """Delete what stands before these offsets, as retention does."""
    admin = KafkaAdminClient(bootstrap_servers=brokers)
    admin.delete_records({TopicPartition(topic, partition): offset for partition, offset in before.items()})
    admin.close()


class Producer:
    """A foreign producer; ``sent`` counts what the brokers have acknowledged."""

    def __init__(self, brokers: str, topic: str) -> None:
        self._topic = topic
        self._producer = KafkaProducer(
            bootstrap_servers=brokers, acks="all", enable_idempotence=True, linger_ms=2, delivery_timeout_ms=120_000
        )
        self.sent = 0

    def send(self, messages: Iterable[Sent]) -> None:
        """Send these; when it returns, the brokers have them."""
        told = [
            self._producer.send(self._topic, one.value, one.key, list(one.headers), partition=one.partition)
            for one in messages
        ]
        self._producer.flush()
        for one in told:
            one.get(timeout=0)
        self.sent += len(told)

    def close(self) -> None:
        """Leave the brokers."""
        self._producer.close()


def send(brokers: str, topic: str, messages: Iterable[Sent]) -> None:
    """Send these; when it returns, the brokers have them."""
    producer = Producer(brokers, topic)
    producer.send(messages)
    producer.close()


def ends(brokers: str, topic: str) -> dict[int, int]:
    """By partition the offset after the last message."""
    consumer = KafkaConsumer(bootstrap_servers=brokers)
    parts = [TopicPartition(topic, partition) for partition in consumer.partitions_for_topic(topic) or ()]
    found = {part.partition: offset for part, offset in consumer.end_offsets(parts).items()}
    consumer.close()
    return found


def read(brokers: str, topic: str) -> list[Any]:
    """All messages that a topic has, partition by partition, each in order."""
    consumer = KafkaConsumer(bootstrap_servers=brokers)
    parts = [TopicPartition(topic, partition) for partition in consumer.partitions_for_topic(topic) or ()]
    consumer.assign(parts)
    consumer.seek_to_beginning()
    found = []
    for part, end in consumer.end_offsets(parts).items():
        while consumer.position(part) < end:
            for records in consumer.poll(timeout_ms=200).values():
                found += records
    consumer.close()
    return sorted(found, key=lambda one: (one.partition, one.offset))


def noted(brokers: str, group: str) -> dict[int, int]:
    """The offsets that a group has noted, as Kafka's own tools show them."""
    admin = KafkaAdminClient(bootstrap_servers=brokers)
    told = admin.list_group_offsets([group])[group]
    admin.close()
    return {one.partition: offset.offset for one, offset in told.items()}
