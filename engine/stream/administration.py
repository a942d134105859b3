"""Administration: what the brokers are asked before anything flows: which topics there are, what was read of them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from threading import Event
from typing import Any

from kafka import TopicPartition
from kafka.admin import KafkaAdminClient, NewTopic, OffsetSpec
from kafka.errors import CoordinatorNotAvailableError, NoError, TopicAlreadyExistsError
from kafka.structs import OffsetAndMetadata

from engine.stream.connection import Connection
from engine.stream.marks import Mark
from engine.stream.reaching import reaching, unreachable
from engine.stream.topics import Topics
from schemas.problems import EnvironmentProblem, Place

ANSWER_MS_MAX = 5_000
"""So long brokers may take to answer: half of what a producer gives them, for a worker asks again."""
COORDINATOR_LOOKS_MAX = 30
COORDINATOR_PAUSE_SECONDS = 1


def partitions_of(connection: Connection, names: Collection[str]) -> dict[str, int]:
    """How many partitions each of these topics has; those that are not there are left out.

    Raises:
        EnvironmentProblem: the brokers cannot be reached.
    """
    with _asking(connection) as admin:
        # All topics are asked for: to ask for one by name may make it.
        return {one["name"]: len(one["partitions"]) for one in admin.describe_topics() if one["name"] in names}


def missing(topic: str) -> EnvironmentProblem:
    """The problem that a topic is not there which others have to have made."""
    return EnvironmentProblem(
        f"The topic {topic} is not there.",
        remedy="A worker makes it when it starts; where the topics are named otherwise, give the worker's --prefix.",
    )


def identity_of(connection: Connection, topic: str) -> str | None:
    """The id of a topic, another one each time it is made; None where it is not there, or from brokers before 2.8.

    Raises:
        EnvironmentProblem: the brokers cannot be reached.
    """
    with _asking(connection) as admin:
        found = admin.describe_topics([topic])[0].get("topic_id")
    return None if found is None else str(found)


def make_missing(connection: Connection, topics: Topics, partitions: int) -> None:
    """Make the topics that are missing, with so many partitions, and as many copies as the brokers make by default.

    When this returns they can be read: brokers know of a topic a moment before they serve it.

    Raises:
        EnvironmentProblem: the brokers cannot be reached, or refuse.
    """
    wanted = [NewTopic(name, partitions, topic_configs=dict(settings)) for name, settings in topics.settings().items()]
    with _asking(connection) as admin:
        told = admin.create_topics(wanted, raise_errors=False)
        made = [one["name"] for one in told["topics"] if one["error_code"] == 0]
        parts = [TopicPartition(name, partition) for name in made for partition in range(partitions)]
        admin.list_partition_offsets(dict.fromkeys(parts, OffsetSpec.EARLIEST))
    for one in told["topics"]:
        if one["error_code"] not in (0, TopicAlreadyExistsError.errno):
            raise EnvironmentProblem(
                f"The brokers do not make the topic {one['name']}: {one['error_message']}.",
                remedy="Make it by hand, as docs/operations/kafka.md says, or allow our user to.",
            )


def marks_of(connection: Connection, topics: Topics) -> Mapping[int, Mark]:
    """What the worker noted, by partition of the topic of events.

    Raises:
        EnvironmentProblem: the brokers cannot be reached.
    """
    pause = Event()
    for _ in range(COORDINATOR_LOOKS_MAX):
        with _asking(connection) as admin:
            try:
                told = admin.list_group_offsets([topics.group])[topics.group]
                return {
                    one.partition: Mark(offset.offset, offset.metadata)
                    for one, offset in told.items()
                    if one.topic == topics.events
                }
            except CoordinatorNotAvailableError:  # brokers that were just made are still making its place
                pause.wait(COORDINATOR_PAUSE_SECONDS)
    raise EnvironmentProblem(
        f"The brokers do not answer for the group {topics.group}.",
        place=Place(file=",".join(connection.brokers)),
        remedy="See that the topic __consumer_offsets can be made: its replication needs as many brokers.",
    )


def claim(connection: Connection, topics: Topics, partitions: int, text: str) -> None:
    """Note for a log that has told the topics nothing yet that they are its own, before another one begins to tell.

    Raises:
        EnvironmentProblem: the brokers cannot be reached, or do not let us.
    """
    nothing = OffsetAndMetadata(0, text, None)
    noted = {TopicPartition(topics.events, partition): nothing for partition in range(partitions)}
    with _asking(connection) as admin:
        told = admin.alter_group_offsets(topics.group, noted)
    for failure in told.values():
        if failure is not NoError:
            raise unreachable(connection, failure())


@contextmanager
def _asking(connection: Connection) -> Iterator[Any]:
    with reaching(connection):
        admin = KafkaAdminClient(**connection.for_clients(), bootstrap_timeout_ms=ANSWER_MS_MAX)
        try:
            yield admin
        finally:
            admin.close()
