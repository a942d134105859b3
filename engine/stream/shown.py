"""Shown: the boards as they stand in ``meritlog.board``, put together again from their rows.

The message for a whole board comes after the rows that belong to it and carries the digest of all. A worker may be in
the middle of the next board while this reads: a board whose digest does not fit its rows is read again.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

from engine.stream.administration import unreachable
from engine.stream.connection import Connection
from engine.stream.topics import Topics
from schemas.problems import EnvironmentProblem
from schemas.statement import Amount, Board, BoardRow, digest_of

LOOKS_MAX = 50


async def shown_boards(connection: Connection, topics: Topics) -> list[Board]:
    """The boards of the topic, in order of plan and period.

    Raises:
        EnvironmentProblem: the brokers cannot be reached, or what stands in the topic fits no digest.
    """
    consumer = AIOKafkaConsumer(**connection.for_clients(), auto_offset_reset="earliest", enable_auto_commit=False)
    try:
        await consumer.start()
        await consumer._client.force_metadata_update()
        there = consumer.partitions_for_topic(topics.board) or set()
        parts = [TopicPartition(topics.board, partition) for partition in sorted(there)]
        consumer.assign(parts)
        reader = _Reader()
        for _ in range(LOOKS_MAX):
            ends = await consumer.end_offsets(parts) if parts else {}
            while any([await consumer.position(part) < end for part, end in ends.items()]):
                records = await consumer.getmany(timeout_ms=200)
                for record in (one for part in records.values() for one in part):
                    reader.read(record.key.decode(), record.value)
            boards = reader.boards()
            if boards is not None:
                return boards
    except (KafkaError, OSError) as failure:
        raise unreachable(connection, failure) from None
    finally:
        await consumer.stop()
    raise EnvironmentProblem(
        f"The boards in {topics.board} are not whole: their rows do not fit their digest.",
        remedy="Somebody else has written to the topic, or the worker was stopped in the middle: start it again.",
    )


class _Reader:
    """Rows by board, and what was said last of each board as a whole."""

    def __init__(self) -> None:
        self._rows: dict[str, dict[str, BoardRow]] = {}
        self._wholes: dict[str, Mapping[str, Any]] = {}

    def read(self, key: str, value: bytes | None) -> None:
        """Take in one message."""
        plan, period, *manager = key.split("/", 2)
        board = f"{plan}/{period}"
        if not manager and value is not None:
            self._wholes[board] = msgspec.json.decode(value)
        elif manager and value is not None:
            row = msgspec.json.decode(value)["row"]
            self._rows.setdefault(board, {})[manager[0]] = msgspec.convert(row, BoardRow)
        elif manager:
            self._rows.get(board, {}).pop(manager[0], None)

    def boards(self) -> list[Board] | None:
        """All boards; None where one is not whole."""
        found = []
        for name, whole in sorted(self._wholes.items()):
            rows = list(self._rows.get(name, {}).values())
            rows.sort(key=lambda one: (one.rank is None, one.rank, one.manager_id))
            told = {name: value for name, value in whole.items() if name not in ("managers", "uncredited")}
            board = Board(**told, rows=rows, uncredited=msgspec.convert(whole["uncredited"], list[Amount]))
            if digest_of(board) != board.digest:
                return None
            found.append(board)
        return found
