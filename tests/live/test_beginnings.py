"""How a worker begins, or says why it does not."""

from __future__ import annotations

import json
from pathlib import Path

from engine.log import Log
from engine.stream.topics import Topics
from meritlog.broker import Node
from meritlog.broker.node import free_port
from schemas.institution import Institution
from tests.brokers import needed
from tests.engine.stream.made import AT, fee, log_at
from tests.live import topics
from tests.live.invariant import lag
from tests.live.topics import Sent, make, new_prefix, send
from tests.live.worker import Worker, until

UNUSED = "127.0.0.1:1"


def test_it_makes_what_is_missing_and_uses_what_is_there(broker: str, tmp_path: Path) -> None:
    prefix = new_prefix()
    made = Topics(prefix)
    make(broker, made.events, 5)
    make(broker, made.log, 2)
    with Worker(broker, tmp_path / "log", prefix, "--json") as worker:
        until(lambda: worker.said, "it says that it is ready")
        assert json.loads(worker.said)["state"] == "ready"
        assert worker.stopped() == 0, worker.complained
    assert Log.open(tmp_path / "log").partitions == 2
    there = {name: len(topics.ends(broker, name)) for name in made.settings()}
    assert there == {made.events: 5, made.log: 2, made.rejected: 2, made.credits: 2, made.board: 2}


def test_topics_of_another_log_are_refused(broker: str, tmp_path: Path) -> None:
    prefix = new_prefix()
    make(broker, Topics(prefix).events, 1)
    send(broker, Topics(prefix).events, [Sent(fee(1), 0)])
    with Worker(broker, tmp_path / "log", prefix, "--partitions", "1") as worker:
        worker.reading()
        until(lambda: lag(broker, prefix, tmp_path / "log") == 0, "all is read")
        assert worker.stopped() == 0
    with Worker(broker, tmp_path / "other", prefix, "--partitions", "1") as worker:
        assert worker.ended() == 3
        assert f"The topics {prefix}.… belong to another log: {Log.open(tmp_path / 'log').identity}" in (
            worker.complained
        )
    assert lag(broker, prefix, tmp_path / "other") == 1, "it has read nothing"


def test_topics_belong_to_the_log_that_came_first_before_anything_is_sent(broker: str, tmp_path: Path) -> None:
    prefix = new_prefix()
    with Worker(broker, tmp_path / "log", prefix, "--partitions", "2") as worker:
        worker.reading()
        with Worker(broker, tmp_path / "other", prefix) as other:
            assert other.ended() == 3
            assert f"The topics {prefix}.… belong to another log: {Log.open(tmp_path / 'log').identity}" in (
                other.complained
            )
        assert worker.stopped() == 0, worker.complained


def test_of_two_logs_that_begin_at_once_one_gets_the_topics(broker: str, tmp_path: Path) -> None:
    prefix = new_prefix()
    with Worker(broker, tmp_path / "one", prefix) as one, Worker(broker, tmp_path / "two", prefix) as two:
        until(lambda: not (one.runs and two.runs), "one of them has ended")
        left, ended = (one, two) if one.runs else (two, one)
        left.reading()
        assert ended.ended() == 3
        assert f"The topics {prefix}.… belong to another log" in ended.complained
        assert left.stopped() == 0, left.complained


def test_a_log_of_files_or_of_other_partitions_is_refused_before_any_broker_is_asked(tmp_path: Path) -> None:
    Log.create(tmp_path / "files", Institution(), AT)
    log_at(tmp_path / "three", partitions=3)
    with (
        Worker(UNUSED, tmp_path / "files", "never") as files,
        Worker(UNUSED, tmp_path / "three", "never", "--partitions", "4") as four,
    ):
        assert (files.ended(), four.ended()) == (2, 2)
        assert "This log is one that files are ingested into; Kafka needs one with partitions." in files.complained
        assert "meritlog ingest FILE --brokers" in files.complained
        assert (
            "The log was made with another number of partitions, 3, and keeps it. Leave --partitions out."
            in four.complained
        )


def test_without_brokers_it_waits_as_long_as_it_may_and_says_so(tmp_path: Path) -> None:
    with (
        Worker(UNUSED, tmp_path / "patient", "never") as patient,
        Worker(UNUSED, tmp_path / "hasty", "never", "--wait", "0") as hasty,
    ):
        assert hasty.ended() == 3
        assert hasty.complained.startswith(f"error: {UNUSED}: No broker answers as it should: 111 ECONNREFUSED. ")
        assert "`meritlog broker up` starts one here." in hasty.complained
        until(lambda: "Trying again." in patient.complained, "it tries again")
        assert patient.stopped() == 0, "who is stopped while it waits has not failed"
    assert not (tmp_path / "hasty").exists(), "no log is made for brokers that are not there"


def test_brokers_may_come_after_the_worker(tmp_path: Path) -> None:
    needed()
    port, node, prefix = free_port(), Node(tmp_path / "kafka"), new_prefix()
    with Worker(f"127.0.0.1:{port}", tmp_path / "log", prefix, "--partitions", "1") as worker:
        until(lambda: "Trying again." in worker.complained, "it has looked for a broker")
        running = node.up(port, kept=False)
        try:
            send_when_ready(worker, running.address, prefix)
            until(lambda: lag(running.address, prefix, tmp_path / "log") == 0, "all is read")
            assert Log.open(tmp_path / "log").snapshot().position == 1
            assert worker.stopped() == 0, worker.complained
        finally:
            node.down()


def send_when_ready(worker: Worker, broker: str, prefix: str) -> None:
    worker.reading()
    send(broker, Topics(prefix).events, [Sent(fee(1), 0)])
