"""Shown: the boards as they stand in ``meritlog.board``, put together again from their rows.

The message for a whole board comes after the rows that belong to it and carries the digest of all. A worker may be in
the middle of the next board while this reads: a board whose digest does not fit its rows is read again.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import msgspec
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

from engine.stream.administration import unreachable
from engine.stream.connection import Connection
from engine.stream.publishing import place_of
from engine.stream.topics import Topics
from schemas.problems import EnvironmentProblem
from schemas.statement import Amount, Board, BoardRow, digest_of

LOOKS_MAX = 50


Rows = dict[str, dict[str, BoardRow]]
"""By board (``plan/period``) and manager."""


async def shown_boards(connection: Connection, topics: Topics) -> list[Board]:
    """The boards of the topic, in order of plan and period.

    Raises:
        EnvironmentProblem: the brokers cannot be reached, or what stands in the topic fits no digest.
    """
    async with _reading(connection, topics.board) as reader:
        for _ in range(LOOKS_MAX):
            await reader.to_the_end()
            boards = reader.boards()
            if boards is not None:
                return boards
    raise EnvironmentProblem(
        f"The boards in {topics.board} are not whole: their rows do not fit their digest.",
        remedy="Somebody else has written to the topic, or the worker was stopped in the middle: start it again.",
    )


async def shown_rows(connection: Connection, topics: Topics) -> Rows:
    """The rows of the topic, whole boards or not: what a worker that was killed has left.

    Raises:
        EnvironmentProblem: the brokers cannot be reached.
    """
    async with _reading(connection, topics.board) as reader:
        await reader.to_the_end()
        return reader.rows


@asynccontextmanager
async def _reading(connection: Connection, topic: str) -> AsyncIterator[_Reader]:
    consumer = AIOKafkaConsumer(**connection.for_clients(), auto_offset_reset="earliest", enable_auto_commit=False)
    try:
        await consumer.start()
        await consumer._client.force_metadata_update()
        there = consumer.partitions_for_topic(topic) or set()
        consumer.assign([TopicPartition(topic, partition) for partition in sorted(there)])
        yield _Reader(consumer)
    except (KafkaError, OSError) as failure:
        raise unreachable(connection, failure) from None
    finally:
        await consumer.stop()


class _Reader:
    """Rows by board, and what was said last of each board as a whole."""

    def __init__(self, consumer: AIOKafkaConsumer) -> None:
        self._consumer = consumer
        self.rows: Rows = {}
        self._wholes: dict[str, Mapping[str, Any]] = {}

    async def to_the_end(self) -> None:
        """Read what the topic holds by now."""
        parts = self._consumer.assignment()
        ends = await self._consumer.end_offsets(parts) if parts else {}
        while any([await self._consumer.position(part) < end for part, end in ends.items()]):
            records = await self._consumer.getmany(timeout_ms=200)
            for record in (one for part in records.values() for one in part):
                self._read(record.key.decode(), record.value, record.partition)

    def _read(self, key: str, value: bytes | None, partition: int) -> None:
        plan, period, *manager = key.split("/", 2)
        board = f"{plan}/{period}"
        if partition != place_of(board, len(self._consumer.assignment())):
            return  # from before the topic got more partitions: what holds stands elsewhere
        if not manager and value is not None:
            self._wholes[board] = msgspec.json.decode(value)
        elif manager and value is not None:
            row = msgspec.json.decode(value)["row"]
            self.rows.setdefault(board, {})[manager[0]] = msgspec.convert(row, BoardRow)
        elif manager:
            self.rows.get(board, {}).pop(manager[0], None)

    def boards(self) -> list[Board] | None:
        """All boards; None where one is not whole."""
        found = []
        for name, whole in sorted(self._wholes.items()):
            rows = list(self.rows.get(name, {}).values())
            rows.sort(key=lambda one: (one.rank is None, one.rank, one.manager_id))
            told = {name: value for name, value in whole.items() if name not in ("managers", "uncredited")}
            board = Board(**told, rows=rows, uncredited=msgspec.convert(whole["uncredited"], list[Amount]))
            if digest_of(board) != board.digest:
                return None
            found.append(board)
        return found
