"""What the benchmarks of the live side share: a broker, a bank's events in its topic, a worker, and what both cost.

The broker is the one of MERITLOG_BROKERS, else one that is started and thrown away. Events are produced by librdkafka,
which is fast enough to be no part of what is measured. Processor time is what the kernel counts for a process: all its
threads, user and system.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from uuid import uuid4

import psutil
from confluent_kafka import Consumer, Producer, TopicPartition

from benchmarks.bank import Bank
from engine.plan.library import load
from engine.stream.administration import make_missing
from engine.stream.connection import Connection
from engine.stream.producing import key_of
from engine.stream.topics import Topics
from engine.stream.windows import running
from meritlog.broker import Node
from schemas.vector import Vector

PARTITIONS = 4
PLAN = "bank-contribution"
SECONDS_MAX = 300
QUEUE_MESSAGES = 1_000_000
MEBIBYTE = 1 << 20


@contextmanager
def brokers() -> Iterator[Connection]:
    """The way to a real broker."""
    given = os.environ.get("MERITLOG_BROKERS")
    if given:
        yield Connection.read(given, os.environ)
        return
    with tempfile.TemporaryDirectory(prefix="meritlog-broker-") as home:
        node = Node(Path(home))
        running = node.up(0, kept=False)
        try:
            yield Connection.read(running.address, os.environ)
        finally:
            node.down()


def new_topics(connection: Connection) -> Topics:
    """Topics that nobody has used."""
    topics = Topics(f"benchmark-{uuid4().hex[:8]}")
    make_missing(connection, topics, PARTITIONS)
    return topics


def lines_of(bank: Bank) -> Iterator[bytes]:
    """A bank's events one by one, with sources and ids as long as a core-banking system writes them."""
    for chunk in bank.lines():
        longer = chunk.replace(b'"source":"', b'"source":"urn:bank:cn:').replace(b'"id":"', b'"id":"posting-000000')
        yield from longer.split(b"\n")[:-1]


def produce(connection: Connection, topic: str, lines: Iterable[bytes]) -> int:
    """Send events, one a message, the key their subject; how many bytes they have."""
    producer = Producer(
        {
            "bootstrap.servers": ",".join(connection.brokers),
            "linger.ms": 20,
            "batch.size": MEBIBYTE,
            "acks": "all",
            "partitioner": "murmur2_random",
            "queue.buffering.max.messages": QUEUE_MESSAGES,
            "queue.buffering.max.kbytes": 512 * 1024,
        }
    )
    size = 0
    for line in lines:
        size += len(line)
        while True:
            try:
                producer.produce(topic, line, key_of(line))
                break
            except BufferError:
                producer.poll(0.1)
    if producer.flush(SECONDS_MAX):
        raise TimeoutError(f"{topic} does not take what is sent")
    return size


def consumer_of(connection: Connection, topic: str) -> Consumer:
    """A consumer of all partitions of a topic, from their beginnings."""
    consumer = Consumer(
        {
            "bootstrap.servers": ",".join(connection.brokers),
            "group.id": uuid4().hex,
            "enable.auto.commit": False,
            "auto.offset.reset": "earliest",
            "fetch.wait.max.ms": 10,
        }
    )
    there = consumer.list_topics(topic, timeout=30).topics[topic].partitions
    consumer.assign([TopicPartition(topic, partition, 0) for partition in there])
    return consumer


@dataclass(frozen=True, slots=True)
class Cost:
    """What some work cost: seconds of the processor and by the clock."""

    processor: float
    clock: float

    def rate(self, events: int) -> float:
        """Events per second of one core."""
        return events / self.processor


class Worker:
    """A ``meritlog worker`` that has said it is ready. ``starting`` is what that took."""

    def __init__(self, process: subprocess.Popen[str], starting: Cost) -> None:
        self.starting = starting
        self._process = psutil.Process(process.pid)
        self._began = time.perf_counter()

    def cost(self) -> Cost:
        """What it has cost since it was ready."""
        return Cost(_processor(self._process) - self.starting.processor, time.perf_counter() - self._began)

    def kill(self) -> None:
        """kill -9."""
        self._process.kill()
        self._process.wait(SECONDS_MAX)

    def memory(self) -> int:
        """Its resident bytes."""
        return int(self._process.memory_info().rss)


@contextmanager
def worker(connection: Connection, topics: Topics, log: Path, plan: str = PLAN) -> Iterator[Worker]:
    """A worker's process, from ready to stopped."""
    began = time.perf_counter()
    arguments = ["--log", str(log), "--brokers", ",".join(connection.brokers), "--prefix", topics.prefix]
    command = [sys.executable, "-m", "meritlog", "worker", *arguments, "--plan", plan, "--json"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        said = process.stdout.readline()
        if not said or json.loads(said)["state"] != "ready":
            raise RuntimeError(f"the worker did not start: {said}")
        starting = Cost(_processor(psutil.Process(process.pid)), time.perf_counter() - began)
        yield Worker(process, starting)
    finally:
        process.terminate()
        process.wait(SECONDS_MAX)


def _processor(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


class Boards:
    """The topic of boards as it grows: at which position each board stands."""

    def __init__(self, connection: Connection, topics: Topics, last: date, plan: str = PLAN) -> None:
        """The boards of the windows that run on the day ``last``."""
        self._consumer = consumer_of(connection, topics.board)
        windows = running([load(plan)], last)
        self._positions = {f"{loaded.plan.plan}/{period}".encode(): 0 for loaded, period in windows}
        self.messages = 0

    def until(self, events: int) -> None:
        """Wait until all of them stand at a position of so many events."""
        until = time.monotonic() + SECONDS_MAX
        while min(self._positions.values()) < events:
            if time.monotonic() > until:
                raise TimeoutError(f"no board at {events} events; they stand at {self._positions}")
            for message in self._consumer.consume(1_000, timeout=0.02):
                self.messages += 1
                if message.key() in self._positions and message.value() is not None:
                    vector = Vector.parse(json.loads(message.value())["position"])
                    self._positions[message.key()] = vector.events if vector is not None else 0

    def close(self) -> None:
        """Read no more."""
        self._consumer.close()
