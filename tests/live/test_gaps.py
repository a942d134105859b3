"""A gap, a stretch of the topic that is lost, is found and named, and gone over only when somebody says so."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from msgspec import UNSET

from engine.log import Intake, Log
from engine.stream.topics import Topics
from tests.engine.stream.made import fee
from tests.live import topics
from tests.live.invariant import lag
from tests.live.topics import Sent, delete, forget, make, new_prefix, send
from tests.live.worker import Worker, until


def fees(first: int, last: int, partition: int = 0) -> list[Sent]:
    return [Sent(fee(number), partition) for number in range(first, last + 1)]


def read_all(broker: str, log: Path, prefix: str, *options: str) -> str:
    """Let a worker read what there is; its standard error."""
    with Worker(broker, log, prefix, *options) as worker:
        worker.reading()
        until(lambda: lag(broker, prefix, log) == 0, "all is read")
        assert worker.stopped() == 0, worker.complained
        return worker.complained


def refused(broker: str, log: Path, prefix: str, *options: str) -> str:
    """What a worker that must not go on says."""
    with Worker(broker, log, prefix, *options) as worker:
        assert worker.ended() == 3, worker.complained
        assert not worker.reads
        return worker.complained


def counted(log: Path) -> Intake:
    """What was read, whatever the id of the topic."""
    return msgspec.structs.replace(Log.open(log).intake(), topic=UNSET)


@pytest.fixture
def prefix(broker: str) -> str:
    """A topic of two partitions, of which the first has nine events."""
    prefix = new_prefix()
    make(broker, Topics(prefix).events, 2)
    send(broker, Topics(prefix).events, fees(1, 9))
    return prefix


def test_what_retention_deleted_is_named_and_gone_over_when_accepted(broker: str, tmp_path: Path, prefix: str) -> None:
    topic, log = Topics(prefix).events, tmp_path / "log"
    read_all(broker, log, prefix)
    send(broker, topic, fees(10, 20) + fees(21, 25, partition=1))
    forget(broker, topic, {0: 15, 1: 2})
    complaint = refused(broker, log, prefix)
    assert complaint == (
        f"error: A gap: partition 0 of {topic} begins at offset 15, but the log has read up to offset 8 only. Send "
        "again what is lost (what was admitted counts once), then start with --accept-gap 0:15 to go on from there.\n"
    )
    other = refused(broker, log, prefix, "--accept-gap", "0:15")
    assert f"A gap: partition 1 of {topic} begins at offset 2, but the log has read nothing of it." in other
    assert "--accept-gap 0:7" not in refused(broker, log, prefix, "--accept-gap", "0:7", "--accept-gap", "1:2")
    assert Log.open(log).snapshot().position == 9, "nothing was skipped"
    warned = read_all(broker, log, prefix, "--accept-gap", "0:15", "--accept-gap", "1:2")
    assert "A gap was accepted: partition 0 is read from offset 15 on." in warned
    assert counted(log) == Intake([19, 4], admitted=9 + 5 + 3)
    assert read_all(broker, log, prefix) == "", "it is behind us"


def test_a_topic_that_was_made_anew_is_found(broker: str, tmp_path: Path, prefix: str) -> None:
    topic, log = Topics(prefix).events, tmp_path / "log"
    send(broker, topic, fees(90, 90, partition=1))
    read_all(broker, log, prefix)
    delete(broker, topic)
    until(lambda: topics.ends(broker, topic) == {}, "the topic is gone")
    make(broker, topic, 1)
    send(broker, topic, fees(8, 12))
    complaint = refused(broker, log, prefix)
    assert (
        f"partition 0 of {topic} ends at offset 5, but the log has read up to offset 8: it was made anew" in complaint
    )
    fewer = refused(broker, log, prefix, "--accept-gap", "0:0")
    assert f"partition 1 of {topic} ends at offset 0, but the log has read up to offset 0" in fewer
    read_all(broker, log, prefix, "--accept-gap", "0:0", "--accept-gap", "1:0")
    assert counted(log) == Intake([4, -1], admitted=13, duplicates=2)


def test_a_gap_that_opens_before_a_worker_that_reads_ends_it(broker: str, tmp_path: Path, prefix: str) -> None:
    topic, log = Topics(prefix).events, tmp_path / "log"
    with Worker(broker, log, prefix) as worker:
        worker.reading()
        until(lambda: lag(broker, prefix, log) == 0, "all is read")
        delete(broker, topic)
        until(lambda: topics.ends(broker, topic) == {}, "the topic is gone")
        make(broker, topic, 2)
        send(broker, topic, fees(8, 12))
        assert worker.ended() == 3, worker.complained
        assert "it was made anew" in worker.complained
        assert "Traceback" not in worker.complained


def test_a_topic_made_anew_that_holds_as_much_as_was_read_is_told_by_its_id(
    broker: str, tmp_path: Path, prefix: str
) -> None:
    topic, log = Topics(prefix).events, tmp_path / "log"
    looking = {"LOOK_AGAIN_SECONDS": "1"}
    with Worker(broker, log, prefix, module="tests.live.faulty", environment=looking) as worker:
        worker.reading()
        until(lambda: lag(broker, prefix, log) == 0, "all is read")
        delete(broker, topic)
        until(lambda: topics.ends(broker, topic) == {}, "the topic is gone")
        make(broker, topic, 2)
        send(broker, topic, fees(8, 30))
        assert worker.ended() == 3, worker.complained
        assert "it was made anew. Send again what is lost" in worker.complained
    complaint = f"A gap: partition 0 of {topic} has other messages than those that the log has read up to offset "
    assert complaint in refused(broker, log, prefix), "whatever it holds by now"
    read_all(broker, log, prefix, "--accept-gap", "0:0")
    assert {event.id for _, event in Log.open(log).snapshot().events()} == {f"f-{number}" for number in range(1, 31)}
    assert counted(log).read == [22]
    assert read_all(broker, log, prefix) == "", "the new one is known"
