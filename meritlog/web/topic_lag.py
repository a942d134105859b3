"""The lag behind Kafka: what ``meritlog.events`` holds that the log has not read yet, in messages and seconds."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.log import Log
from engine.stream.connection import Connection
from engine.stream.reaching import reaching
from meritlog.web.health import finding, waiting
from schemas.problems import Problem
from schemas.statement import Finding

LOOK_SECONDS = 1.0
RETRY_SECONDS = 5.0
ANSWER_MS = 5_000
FETCH_BYTES = 1 << 16
_log = logging.getLogger("meritlog.serve")


@dataclass(frozen=True, slots=True)
class Lag:
    """Messages that the log has not read, and how long the first of them has waited; None where it is not known."""

    events: int | None = None
    seconds: int | None = None
    finding: Finding | None = None


class TopicLag:
    """Looks at the brokers and at the log's intake in a thread; ``now`` is what it saw last."""

    def __init__(self, connection: Connection, topic: str, path: Path, clock: Callable[[], float] = time.time) -> None:
        self._topic = topic
        self.now = Lag(finding=waiting(topic, "The brokers have not answered yet.", "消息代理尚未应答。"))
        self._connection = connection
        self._path = path
        self._clock = clock
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run, name="meritlog topic lag", daemon=True)

    def start(self) -> None:
        """Begin to look."""
        self._thread.start()

    def stop(self) -> None:
        """End looking; the thread may still be waiting for an answer, and then ends by itself."""
        self._ending.set()

    def _run(self) -> None:
        while not self._ending.is_set():
            try:
                with reaching(self._connection):
                    self._look_on()
            except Problem as problem:
                self.now = Lag(finding=finding(self._topic, problem))
            except Exception as defect:
                _log.exception("The lag cannot be told")
                self.now = Lag(finding=finding(self._topic, defect))
            self._ending.wait(RETRY_SECONDS)

    def _look_on(self) -> None:
        from kafka import KafkaConsumer

        consumer = KafkaConsumer(
            **self._connection.for_clients(),
            enable_auto_commit=False,
            allow_auto_create_topics=False,
            max_partition_fetch_bytes=FETCH_BYTES,
            request_timeout_ms=ANSWER_MS,
            bootstrap_timeout_ms=ANSWER_MS,
        )
        try:
            while not self._ending.is_set():
                self.now = self._look(consumer)
                self._ending.wait(LOOK_SECONDS)
        finally:
            consumer.close()

    def _look(self, consumer: Any) -> Lag:
        from kafka import TopicPartition

        partitions = consumer.partitions_for_topic(self._topic)
        if not partitions:
            return Lag(
                finding=waiting(
                    self._topic, f"The topic {self._topic} is not there yet.", f"主题 {self._topic} 尚未建立。"
                )
            )
        topic = [TopicPartition(self._topic, number) for number in sorted(partitions)]
        begins, ends = consumer.beginning_offsets(topic), consumer.end_offsets(topic)
        read = self._read()
        ahead = {one: max(read.get(one.partition, -1) + 1, begins[one]) for one in topic}
        waits = {one: offset for one, offset in ahead.items() if ends[one] > offset}
        events = sum(ends[one] - offset for one, offset in waits.items())
        return Lag(events, self._oldest(consumer, waits) if waits else 0)

    def _read(self) -> Mapping[int, int]:
        return Log.open(self._path).intake().offsets if (self._path / "log.json").exists() else {}

    def _oldest(self, consumer: Any, waits: Mapping[Any, int]) -> int | None:
        """How long the oldest message has waited, by its own time; None where its partition does not answer now."""
        times = []
        for one, offset in waits.items():
            consumer.assign([one])
            consumer.seek(one, offset)
            read = consumer.poll(timeout_ms=ANSWER_MS, max_records=1).get(one)
            if not read:
                return None
            times.append(read[0].timestamp)
        return max(0, int(self._clock() - min(times) / 1000))
