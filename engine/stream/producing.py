"""Producing: events from sources into ``meritlog.events``, one a message, the key its subject.

Nothing is judged here: whether a line is an event is admission's to say, and a line that is none is set aside there
with its reason. Messages are sent idempotently and count as sent when all in-sync replicas have them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import msgspec
from kafka import KafkaProducer
from kafka.errors import KafkaError, MessageSizeTooLargeError

from engine.sources.batch import Batch, Source
from engine.stream.administration import missing, partitions_of
from engine.stream.connection import Connection
from engine.stream.reaching import reaching, unreachable
from schemas.event import SUBJECTS
from schemas.problems import EnvironmentProblem, Place, Problem

LINGER_MS = 20
BATCH_BYTES = 256 << 10
MESSAGE_BYTES_MAX = 2 << 20
WAIT_MS_MAX = 60_000
ANSWER_MS_MAX = 10_000
"""So long brokers may take to answer: twice what administration gives them, for nobody tries again here."""

Pace = Callable[[], None]
"""Called before each event; it waits where events are to flow at a pace."""


class _Data(msgspec.Struct):
    customer_id: Any = None
    manager_id: Any = None
    org_unit: Any = None
    currency: Any = None


class _Envelope(msgspec.Struct):
    data: _Data | None = None


_decode = msgspec.json.Decoder(_Envelope).decode


@dataclass(slots=True)
class Produced:
    """How many events the brokers have, and what never became one: refused lines, and files that could not be read."""

    sent: int = 0
    refused: list[Problem] = field(default_factory=list)
    unread: list[Problem] = field(default_factory=list)


def produce(
    connection: Connection,
    topic: str,
    sources: Iterable[Source],
    pace: Pace | None = None,
    progress: Callable[[str, Produced], None] = lambda _, __: None,
) -> Produced:
    """Send every event of ``sources``, in order; when this returns the brokers have them.

    Raises:
        EnvironmentProblem: the topic is not there, the brokers cannot be reached, or do not take a message; ``sent``
            counts in the message say how far it came, and sending all again does no harm.
    """
    produced = Produced()
    with _Producer(connection, topic) as producer:
        for source in sources:
            for batch in _read(source, produced):
                for line in batch.events:
                    if pace is not None:
                        pace()
                    producer.send(line, key_of(line))
                producer.delivered()
                produced.sent += len(batch.events)
                produced.refused += [refused.problem for refused in batch.refused]
                progress(source.name, produced)
    return produced


def send(connection: Connection, topic: str, line: bytes) -> None:
    """Send one event; when this returns the brokers have it.

    Raises:
        EnvironmentProblem: the brokers cannot be reached, or do not take it.
    """
    with _Producer(connection, topic) as producer:
        producer.send(line, key_of(line))
        producer.delivered()


def _read(source: Source, produced: Produced) -> Iterator[Batch]:
    try:
        yield from source.batches()
    except EnvironmentProblem:
        raise
    except Problem as problem:
        produced.unread.append(problem.at(Place(file=source.name)))


def key_of(line: bytes) -> bytes | None:
    """The subject that a line of JSON names; None where it names none, or is no event."""
    try:
        data = _decode(line).data
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    if data is None:
        return None
    subjects = (getattr(data, name) for name in SUBJECTS)
    found = next((one for one in subjects if isinstance(one, str)), None)
    return None if found is None else found.encode()


class _Producer:
    """The producer, which tells of what failed when asked whether all was delivered."""

    def __init__(self, connection: Connection, topic: str) -> None:
        self._connection, self._topic = connection, topic
        self._failure: Exception | None = None

    def __enter__(self) -> _Producer:
        # A producer would wait a minute for a topic that is not there, or have the brokers make it as they like.
        if not partitions_of(self._connection, [self._topic]):
            raise missing(self._topic)
        with reaching(self._connection):
            self._producer = KafkaProducer(
                **self._connection.for_clients(),
                acks="all",
                enable_idempotence=True,
                linger_ms=LINGER_MS,
                batch_size=BATCH_BYTES,
                max_request_size=MESSAGE_BYTES_MAX,
                max_block_ms=WAIT_MS_MAX,
                bootstrap_timeout_ms=ANSWER_MS_MAX,
            )
        return self

    def __exit__(self, *_: object) -> None:
        self._producer.close()

    def send(self, value: bytes, key: bytes | None) -> None:
        """Send one message; whether it arrives, ``delivered`` says."""
        try:
            self._producer.send(self._topic, value, key).add_errback(self._failed)
        except MessageSizeTooLargeError as failure:
            raise EnvironmentProblem(
                f"An event of {len(value)} bytes is more than a message may have: {failure}.",
                remedy="Events up to 1 MB are admitted; see what is in it.",
            ) from None
        except KafkaError as failure:
            raise unreachable(self._connection, failure) from None

    def delivered(self) -> None:
        """Wait until the brokers have all that was sent."""
        try:
            self._producer.flush()
        except KafkaError as failure:
            raise unreachable(self._connection, failure) from None
        if self._failure is not None:
            raise unreachable(self._connection, self._failure)

    def _failed(self, failure: Exception) -> None:
        self._failure = self._failure or failure
