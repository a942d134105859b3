"""The lag behind a real Kafka: what the topic holds that the log has not read."""

from __future__ import annotations

import time
import uuid
from datetime import UTC, datetime
from pathlib import Path

import pytest
from kafka import KafkaProducer
from kafka.admin import KafkaAdminClient, NewTopic

from engine.admission import admit
from engine.log import Log, Read
from engine.stream.connection import Connection
from meritlog.web.topic_lag import Lag, TopicLag
from tests.meritlog.web.made import INSTITUTION
from tests.meritlog.web.serving import until


@pytest.fixture
def topic(broker: str) -> str:
    name = f"lag-{uuid.uuid4().hex[:8]}.events"
    admin = KafkaAdminClient(bootstrap_servers=broker)
    admin.create_topics([NewTopic(name, 2, 1)])
    admin.close()
    return name


def seen(lag: TopicLag, events: int | None) -> Lag:
    """What it sees, once it has seen so many."""
    found: Lag = until(lambda: lag.now, lambda now: now.events == events and now.finding is None)
    return found


def test_what_the_log_has_not_read_is_counted_in_messages_and_seconds(broker: str, topic: str, tmp_path: Path) -> None:
    an_hour_ago = int(time.time() * 1000) - 3_600_000
    producer = KafkaProducer(bootstrap_servers=broker)
    for nth in range(5):
        producer.send(topic, b"{}", partition=0, timestamp_ms=an_hour_ago + 60_000 * nth)
    producer.send(topic, b"{}", partition=1)
    producer.flush()
    lag = TopicLag(Connection.read(broker, {}), topic, tmp_path / "log")
    lag.start()
    try:
        waits = seen(lag, 6)
        assert waits.seconds is not None
        assert 3_600 <= waits.seconds < 3_700
        log = Log.create(tmp_path / "log", INSTITUTION, datetime.now(UTC), partitions=2)
        _read(log, {0: 2})
        waits = seen(lag, 3)
        assert waits.seconds is not None
        assert 3_420 <= waits.seconds < 3_520, "the fourth message is three minutes younger"
        _read(log, {0: 4, 1: 0})
        assert seen(lag, 0).seconds == 0
    finally:
        lag.stop()
        producer.close()


def _read(log: Log, offsets: dict[int, int]) -> None:
    with log.writer("tests") as writer:
        writer.append(admit([], INSTITUTION), datetime.now(UTC), Read(offsets))


def test_a_topic_that_is_not_there_yet_is_waited_for(broker: str, tmp_path: Path) -> None:
    lag = TopicLag(Connection.read(broker, {}), f"none-{uuid.uuid4().hex}", tmp_path / "log")
    lag.start()
    try:
        text = "The topic none-"
        now = until(lambda: lag.now, lambda now: now.finding is not None and text in now.finding.text["en"])
        assert (now.events, now.finding.id) == (None, "waiting")
    finally:
        lag.stop()


def test_brokers_that_do_not_answer_are_named(tmp_path: Path) -> None:
    lag = TopicLag(Connection.read("127.0.0.1:1", {}), "meritlog.events", tmp_path / "log")
    lag.start()
    try:
        now = until(lambda: lag.now, lambda now: now.finding is not None and now.finding.id == "failing")
        assert "127.0.0.1:1: No broker answers" in now.finding.text["en"]
        assert now.events is None
    finally:
        lag.stop()
