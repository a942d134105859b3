"""Reading: what is read together, and what a gap is called, whichever way it came about."""

from __future__ import annotations

import asyncio
from typing import cast

import pytest
from aiokafka import AIOKafkaConsumer
from aiokafka.errors import KafkaError

from engine.stream.messages import Message
from engine.stream.reading import FRESH_MS, MESSAGES_MAX, WAIT_MS, _fetched, gap


def test_a_gap_that_retention_made_says_what_is_lost_and_how_to_go_on() -> None:
    assert str(gap("meritlog.events", 2, following=100, first=1500, last=9000)) == (
        "A gap: partition 2 of meritlog.events begins at offset 1500, but the log has read up to offset 99 only. Send "
        "again what is lost (what was admitted counts once), then start with --accept-gap 2:1500 to go on from there."
    )


def test_a_topic_made_anew_is_told_apart() -> None:
    assert str(gap("meritlog.events", 0, following=100, first=0, last=7)) == (
        "A gap: partition 0 of meritlog.events ends at offset 7, but the log has read up to offset 99: it was made "
        "anew. Send again what is lost (what was admitted counts once), then start with --accept-gap 0:0 to go on from "
        "there."
    )


def test_a_partition_of_which_nothing_was_read_is_told_so() -> None:
    assert str(gap("meritlog.events", 1, following=0, first=12, last=30)).startswith(
        "A gap: partition 1 of meritlog.events begins at offset 12, but the log has read nothing of it."
    )


def test_a_topic_made_anew_and_shortened_since_is_read_from_where_it_begins() -> None:
    assert "--accept-gap 0:3" in str(gap("meritlog.events", 0, following=100, first=3, last=7))


def test_a_topic_made_anew_that_holds_as_much_is_told_apart() -> None:
    assert str(gap("meritlog.events", 0, following=100, first=0, last=7000)).startswith(
        "A gap: partition 0 of meritlog.events has other messages than those that the log has read up to offset 99: "
        "it was made anew."
    )


class Fetching:
    """Stands in for a consumer: what each call for messages gives, one after the other."""

    def __init__(self, *answers: dict[int, list[int]] | KafkaError) -> None:
        self._answers = list(answers)
        self.asked: list[tuple[int, int]] = []

    async def getmany(self, *, timeout_ms: int = 0, max_records: int) -> dict[int, list[Message]]:
        """The next answer: offsets by partition."""
        self.asked.append((timeout_ms, max_records))
        answer = self._answers.pop(0)
        if isinstance(answer, KafkaError):
            raise answer
        return {part: [Message(part, offset, b"{}") for offset in offsets] for part, offsets in answer.items()}


def read(consumer: Fetching) -> list[tuple[int, int]]:
    runs = asyncio.run(_fetched(cast(AIOKafkaConsumer, consumer)))
    return [(one.partition, one.offset) for run in runs for one in run]


def test_what_waits_at_the_brokers_is_read_with_what_waits_here() -> None:
    consumer = Fetching({0: [1, 2], 1: [7]}, {0: [3]})
    assert read(consumer) == [(0, 1), (0, 2), (1, 7), (0, 3)]
    assert consumer.asked == [(0, MESSAGES_MAX), (FRESH_MS, MESSAGES_MAX - 3)]


def test_where_nothing_waits_the_next_message_is_waited_for() -> None:
    consumer = Fetching({}, {1: [4]})
    assert read(consumer) == [(1, 4)]
    assert consumer.asked == [(0, MESSAGES_MAX), (WAIT_MS, MESSAGES_MAX)]


def test_a_whole_batch_is_not_kept_waiting() -> None:
    assert len(read(Fetching({0: list(range(MESSAGES_MAX))}))) == MESSAGES_MAX


def test_brokers_that_fail_in_between_lose_nothing_that_was_fetched() -> None:
    assert read(Fetching({0: [1]}, KafkaError())) == [(0, 1)]
    with pytest.raises(KafkaError):
        read(Fetching({}, KafkaError()))
