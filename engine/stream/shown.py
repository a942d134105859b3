"""Shown: what stands in ``meritlog.board`` and ``meritlog.credits``, put together again from its messages.

The message for a whole board comes after the rows that belong to it and carries the digest of all. A worker may be in
the middle of the next board while this reads: a board whose digest does not fit its rows is read again. What others
may have written there and is none of this is passed over.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import msgspec
from aiokafka import AIOKafkaConsumer, TopicPartition

from engine.stream.administration import missing
from engine.stream.connection import Connection
from engine.stream.documents import BoardPlace, BoardWhole, ManagerCredits
from engine.stream.publishing import Windows, place_of
from engine.stream.reaching import reaching
from engine.stream.topics import Topics
from engine.stream.waiting import given_time
from schemas.problems import EnvironmentProblem
from schemas.statement import Board, BoardRow, digest_of

LOOKS_MAX = 50
LEAVE_SECONDS = 3
_place = msgspec.json.Decoder(BoardPlace).decode
_whole = msgspec.json.Decoder(BoardWhole).decode
_credits = msgspec.json.Decoder(ManagerCredits).decode

Rows = dict[str, dict[str, BoardRow]]
"""By board (``plan/period``) and manager."""


async def shown_boards(connection: Connection, topics: Topics) -> list[Board]:
    """The boards of the topic, in order of plan and period.

    Raises:
        EnvironmentProblem: the brokers cannot be reached, the topic is not there, or what stands in it fits no digest.
    """
    async with _reading(connection, topics.board) as topic:
        if not topic.partitions:
            raise missing(topics.board)
        boards = _Boards(topic.partitions)
        for _ in range(LOOKS_MAX):
            async for record in topic.to_the_end():
                boards.take(record.key, record.value, record.partition)
            found = boards.whole()
            if found is not None:
                return found
    raise EnvironmentProblem(
        f"The boards in {topics.board} are not whole: their rows do not fit their digest.",
        remedy="Somebody else has written to the topic, or the worker was stopped in the middle: start it again.",
    )


async def shown_rows(connection: Connection, topics: Topics) -> Rows:
    """The rows of the topic, whole boards or not: what a worker that was killed has left.

    Raises:
        EnvironmentProblem: the brokers cannot be reached.
    """
    async with _reading(connection, topics.board) as topic:
        boards = _Boards(topic.partitions)
        async for record in topic.to_the_end():
            boards.take(record.key, record.value, record.partition)
        return boards.rows


async def shown_credits(connection: Connection, topics: Topics) -> dict[str, Windows]:
    """By manager the windows that the topic tells.

    Raises:
        EnvironmentProblem: the brokers cannot be reached.
    """
    found: dict[str, Windows] = {}
    async with _reading(connection, topics.credits) as topic:
        async for record in topic.to_the_end():
            try:
                told = _credits(record.value or b"")
            except msgspec.DecodeError:
                continue
            found[told.manager_id] = told.windows
    return {manager: windows for manager, windows in found.items() if windows}


@asynccontextmanager
async def _reading(connection: Connection, topic: str) -> AsyncIterator[_Topic]:
    consumer = AIOKafkaConsumer(**connection.for_clients(), auto_offset_reset="earliest", enable_auto_commit=False)
    try:
        with reaching(connection):
            await consumer.start()
            await consumer._client.force_metadata_update()
            there = consumer.partitions_for_topic(topic) or set()
            consumer.assign([TopicPartition(topic, partition) for partition in sorted(there)])
            yield _Topic(consumer)
    finally:
        await given_time(consumer.stop(), LEAVE_SECONDS)


class _Topic:
    """A topic to be read from its beginning, again and again up to its end."""

    def __init__(self, consumer: AIOKafkaConsumer) -> None:
        self._consumer = consumer

    @property
    def partitions(self) -> int:
        """How many partitions it has."""
        return len(self._consumer.assignment())

    async def to_the_end(self) -> AsyncIterator[Any]:
        """The messages that it holds by now, but for those read before."""
        parts = self._consumer.assignment()
        ends = await self._consumer.end_offsets(parts) if parts else {}
        while any([await self._consumer.position(part) < end for part, end in ends.items()]):
            records = await self._consumer.getmany(timeout_ms=200)
            for record in (one for part in records.values() for one in part):
                yield record


class _Boards:
    """Rows by board, and what was said last of each board as a whole."""

    def __init__(self, partitions: int) -> None:
        self._partitions = partitions
        self.rows: Rows = {}
        self._wholes: dict[str, BoardWhole] = {}

    def take(self, key: bytes | None, value: bytes | None, partition: int) -> None:
        """Take in one message."""
        parts = (key or b"").decode(errors="replace").split("/", 2)
        board = "/".join(parts[:2])
        if partition != place_of(board, self._partitions):
            return  # from before the topic got more partitions: what holds stands elsewhere
        try:
            if len(parts) == 3 and value is None:
                self.rows.get(board, {}).pop(parts[2], None)
            elif len(parts) == 3:
                self.rows.setdefault(board, {})[parts[2]] = _place(value or b"").row
            elif value is not None:
                self._wholes[board] = _whole(value)
        except msgspec.DecodeError:
            return

    def whole(self) -> list[Board] | None:
        """All boards; None where one is not whole."""
        found = []
        for name, whole in sorted(self._wholes.items()):
            rows = list(self.rows.get(name, {}).values())
            rows.sort(key=lambda one: (one.rank is None, one.rank, one.manager_id))
            board = Board(
                plan=whole.plan,
                plan_digest=whole.plan_digest,
                period=whole.period,
                through=whole.through,
                position=whole.position,
                rows=rows,
                uncredited=whole.uncredited,
                findings=whole.findings,
                digest=whole.digest,
            )
            if digest_of(board) != board.digest:
                return None
            found.append(board)
        return found
