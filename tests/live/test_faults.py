"""When a part of the worker fails, the worker ends loudly, and the next one makes good what it left."""

from __future__ import annotations

from pathlib import Path
from random import Random

from engine.stream.topics import Topics
from meritlog.broker import Node
from tests.brokers import started
from tests.live.faulty import FAULTS
from tests.live.feeding import Feeding
from tests.live.flow import flow_of
from tests.live.invariant import assert_holds
from tests.live.topics import make, new_prefix
from tests.live.worker import Worker, until
from tests.live.workers import Workers

TOLD = {
    "crediting": "Fault: the fold",
    "telling": "Fault: a message",
    "boards": "Fault: a board",
    "reading": "Fault: a fetch",
    "disk": "No space left on device.",
}


def test_whatever_part_fails_the_worker_says_so_and_the_next_one_makes_it_good(broker: str, tmp_path: Path) -> None:
    random, prefix, log = Random(6), new_prefix(), tmp_path / "log"
    flow = flow_of(random, partitions=2, bank=80, fees=150)
    make(broker, Topics(prefix).events, 2)
    with Feeding(broker, Topics(prefix).events, flow, random, sizes=(3,), last=120):
        for fault in FAULTS:
            environment = {"FAULT": fault}
            with Worker(broker, log, prefix, module="tests.live.faulty", environment=environment) as worker:
                code = worker.ended()
                complaint = worker.complained
            assert TOLD[fault] in complaint, (fault, complaint)
            assert code == (3 if fault == "disk" else 70), (fault, complaint)
            assert "Traceback" not in complaint, fault
            assert not list((log / "cache").glob("fold/*")), "no state of a fold that failed is kept"
    with Worker(broker, log, prefix) as worker:
        worker.reading()
        assert_holds(broker, prefix, log, flow)
        assert worker.stopped() == 0, worker.complained


def test_a_broker_that_is_killed_and_comes_again_holds_nothing_up_and_loses_nothing(tmp_path: Path) -> None:
    random, prefix, node = Random(7), new_prefix(), Node(tmp_path / "kafka")
    flow = flow_of(random, partitions=1, bank=100, fees=200)
    with started(node, kept=True) as running:
        address, log = running.address, tmp_path / "log"
        make(address, Topics(prefix).events, 1)
        with Workers(address, log, prefix, "--partitions", "1") as workers:
            workers.start(2)
            workers.reading()
            with Feeding(address, Topics(prefix).events, flow, random, last=100) as feeding:
                kill(node)
                assert node.up(running.port).address == address
                sent = feeding.sent
                until(lambda: feeding.sent > sent, "it flows again")
                kill(node)
                workers.kill(workers.reading())
                node.up(running.port)
            workers.reading()
            assert_holds(address, prefix, log, flow, whole=False)
            kill(node)
            assert workers.reading().stopped() == 0, "it ends though nobody answers"


def kill(node: Node) -> None:
    """kill -9 the broker."""
    import psutil

    running = node.running()
    assert running is not None
    process = psutil.Process(running.pid)
    process.kill()
    process.wait()
