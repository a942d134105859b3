"""How long a change is on its way: from an event's message to the board that shows it, while a load flows.

    python -m benchmarks.latency [--rate 20k --managers 50] [--seconds 30] [--server]

A real broker and a real ``meritlog worker``. A bank's postings come as one-event messages at a fixed rate, all of the
last day of a year of which some history is in the log already. Among them, a few times a second, is a probe: a fee of
1.00 of a customer whose manager has no other business, so that this manager's fees on the board of the year, which is
told last of the four running windows, say which probes it counts. A probe's time runs from its being handed to the
producer to the row's being read from ``meritlog.board``; with ``--server`` also to the message of a feed of server-sent
events of ``meritlog serve``, which then shares the machine's processors with all the others. The load is held if the
log has read at the end what was sent but for the last moments' messages.

Without a rate two loads are measured: half of what a worker takes in, and few events for many managers.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from pathlib import Path
from statistics import median, quantiles

import httpx2
import psutil
from confluent_kafka import Producer

from benchmarks.bank import Bank, count_of
from benchmarks.flow import MEBIBYTE, PLAN, Boards, brokers, consumer_of, lines_of, new_topics, produce, worker
from engine.log import Log
from engine.stream.connection import Connection
from engine.stream.topics import Topics

LOADS = ((20_000, 50), (4_000, 500))
LAST = date(2025, 12, 31)
PERIOD = "2025"
MANAGER = "PROBE"
PROBES_A_SECOND = 10
TICK_SECONDS = 0.005
HISTORY = 30_000
PATIENCE_SECONDS = 60
BOUND_MS = 250


@dataclass(slots=True)
class Probes:
    """When each probe was sent, and when a listener saw it counted, by its own clock."""

    sent: list[float] = field(default_factory=list)
    seen: dict[str, list[float]] = field(default_factory=dict)

    def counted(self, listener: str, fees: str) -> None:
        """A listener sees the manager's fees: that many probes count."""
        now, seen = time.perf_counter(), self.seen.setdefault(listener, [])
        seen.extend([now] * (int(fees) - len(seen)))

    def milliseconds(self, listener: str) -> list[float]:
        """How long each probe took to be seen, but for those of the first second."""
        seen = self.seen.get(listener, [])
        return [1000 * (last - first) for first, last in zip(self.sent, seen, strict=False)][PROBES_A_SECOND:]


def probe(number: int) -> bytes:
    """A fee of the probes' manager."""
    return (
        b'{"specversion":"1.0","id":"probe-%d","source":"urn:bank:probe","type":"fee.earned",'
        b'"time":"2025-12-31T12:00:00+08:00","data":{"customer_id":"C-PROBE","service":"agency","amount":"1.00",'
        b'"on":"2025-12-31"}}' % number
    )


def beginning(lines: Iterator[bytes], bank: Bank) -> list[bytes]:
    """The bank's set-up, some history, and the probes' manager."""
    head = b'{"specversion":"1.0","id":"%s","source":"urn:bank:probe","time":"2025-01-01T09:00:00+08:00","type":"%s",'
    post = b'"data":{"manager_id":"PROBE","org_unit":"U-0001","on":"2025-01-01"}}'
    team = b'"data":{"customer_id":"C-PROBE","team":[{"manager_id":"PROBE","share":"1"}],"on":"2025-01-01"}}'
    first = list(islice(lines, bank.setting_up + HISTORY))
    return [*first, head % (b"post", b"manager.appointed") + post, head % (b"team", b"customer.assigned") + team]


def of_the_last_day(line: bytes) -> bytes:
    """A posting as one of the year's last day."""
    at = line.rindex(b'"on":"') + 6
    return line[:at] + b"2025-12-31" + line[at + 10 :]


class Flow(threading.Thread):
    """Sends lines at a rate, and probes between them."""

    def __init__(self, connection: Connection, topic: str, lines: Sequence[bytes], rate: int, probes: Probes) -> None:
        super().__init__(daemon=True)
        self._topic, self._lines, self._rate, self._probes = topic, lines, rate, probes
        self._producer = Producer(
            {
                "bootstrap.servers": ",".join(connection.brokers),
                "linger.ms": 5,
                "batch.size": MEBIBYTE,
                "acks": "all",
                "queue.buffering.max.messages": 1_000_000,
            }
        )
        self.sent = 0
        self.behind = 0.0
        """By how many seconds it failed to keep the rate, at most."""

    def run(self) -> None:
        """Send all of it."""
        began, probed = time.perf_counter(), 0
        for nth, line in enumerate(self._lines):
            if nth / self._rate >= probed / PROBES_A_SECOND:
                self._probes.sent.append(time.perf_counter())
                self._producer.produce(self._topic, probe(probed), b"C-PROBE")
                self._producer.poll(0)
                probed, self.sent = probed + 1, self.sent + 1
            self._producer.produce(self._topic, line, line[-40:])
            self.sent += 1
            ahead = (nth + 1) / self._rate - (time.perf_counter() - began)
            if ahead > TICK_SECONDS:
                self._producer.poll(0)
                time.sleep(ahead)
            self.behind = max(self.behind, -ahead)
        self._producer.flush(PATIENCE_SECONDS)


class TopicListener(threading.Thread):
    """Reads the rows of the probes' manager from the topic of boards."""

    def __init__(self, connection: Connection, topics: Topics, probes: Probes) -> None:
        super().__init__(daemon=True)
        self._consumer, self._probes = consumer_of(connection, topics.board), probes
        self.ending = False

    def run(self) -> None:
        """Read until told to end."""
        key = f"{PLAN}/{PERIOD}/{MANAGER}".encode()
        while not self.ending:
            for message in self._consumer.consume(1_000, timeout=0.01):
                if message.key() == key and message.value() is not None:
                    self._probes.counted("topic", json.loads(message.value())["row"]["lines"]["fees"])
        self._consumer.close()


class FeedListener(threading.Thread):
    """Reads the rows of the probes' manager from a feed of server-sent events."""

    def __init__(self, url: str, probes: Probes) -> None:
        super().__init__(daemon=True)
        self._url, self._probes = f"{url}/boards/{PLAN}/{PERIOD}/events", probes
        self.begun = threading.Event()

    def run(self) -> None:
        """Read until the feed ends, as it does with its server."""
        with suppress(httpx2.RemoteProtocolError), httpx2.stream("GET", self._url, timeout=None) as response:
            for line in response.iter_lines():
                if line.startswith("data:") and '"rows"' in line:
                    self.begun.set()
                    for row in json.loads(line[5:])["rows"]:
                        if row["manager_id"] == MANAGER:
                            self._probes.counted("feed", row["lines"]["fees"])


@contextmanager
def server(connection: Connection, topics: Topics, log: Path) -> Iterator[tuple[psutil.Process, str]]:
    """A ``meritlog serve`` of the log: its process and where it listens."""
    command = [sys.executable, "-m", "meritlog", "serve", "--port", "0", "--json", "--log", str(log), "--plan", PLAN]
    brokers_ = ["--brokers", ",".join(connection.brokers), "--prefix", topics.prefix, "--verify-every", "off"]
    process = subprocess.Popen([*command, *brokers_], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        yield psutil.Process(process.pid), json.loads(process.stdout.readline())["url"].rstrip("/")
    finally:
        process.kill()
        process.wait()


def measure(connection: Connection, rate: int, managers: int, seconds: int, folder: Path, *, served: bool) -> None:
    """Measure one load, and print."""
    customers = 20 * managers
    set_up = Bank(0, managers, customers, customers).setting_up
    bank = Bank(set_up + HISTORY + rate * seconds, managers, customers, customers)
    lines = lines_of(bank)
    first = beginning(lines, bank)
    load = [of_the_last_day(line) for line in lines]
    topics, probes, log = new_topics(connection), Probes(), folder / "log"
    first.append(of_the_last_day(load.pop()))
    produce(connection, topics.events, first)
    with worker(connection, topics, log) as running:
        boards = Boards(connection, topics, LAST)
        boards.until(len(first))
        boards.close()
        with server(connection, topics, log) if served else nullcontext(None) as serving:
            listener = TopicListener(connection, topics, probes)
            listener.start()
            if serving is not None:
                feed = FeedListener(serving[1], probes)
                feed.start()
                feed.begun.wait(PATIENCE_SECONDS)
            before, began = running.cost(), time.perf_counter()
            busy = None if serving is None else serving[0].cpu_times()
            flow = Flow(connection, topics.events, load, rate, probes)
            flow.start()
            lag = watched(flow, log, len(first))
            took, after = time.perf_counter() - began, running.cost()
            if serving is not None and busy is not None:
                now = serving[0].cpu_times()
                print(f"  server: {(now.user + now.system - busy.user - busy.system) / took:.0%} of a core")
            until = time.monotonic() + PATIENCE_SECONDS
            listeners = ["topic"] if serving is None else ["topic", "feed"]
            while min(len(probes.seen.get(one, [])) for one in listeners) < len(probes.sent):
                if time.monotonic() > until:
                    break
                time.sleep(0.01)
            listener.ending = True
            listener.join()
        share = (after.processor - before.processor) / took
        print(
            f"  worker: {share:.0%} of a core, {running.memory() >> 20} MiB, {running.memory() // managers >> 10} KiB "
            f"a manager; sent {flow.sent / took:,.0f}/s, at most {flow.behind * 1000:.0f} ms late; "
            f"lag at most {lag[0]:,}, at the end {lag[1]:,} messages"
        )
    for one in listeners:
        told(one, probes.milliseconds(one), len(probes.sent))


def watched(flow: Flow, log: Path, before: int) -> tuple[int, int]:
    """How many messages the log lacked while they were sent: the most, and at the end."""
    reader, most, lacks = Log.open(log), 0, 0
    while flow.is_alive():
        time.sleep(0.2)
        intake = reader.intake()
        lacks = flow.sent + before - intake.admitted - intake.duplicates - intake.rejected
        most = max(most, lacks)
    return most, lacks


def told(listener: str, found: list[float], sent: int) -> None:
    """Print how long probes took."""
    names = {"topic": "meritlog.board", "feed": "server-sent events"}
    if len(found) < sent - PROBES_A_SECOND or len(found) < 2:
        print(f"  {names[listener]}: of {sent} probes only {len(found)} arrived")
        return
    cuts = quantiles(found, n=100)
    print(
        f"  {names[listener]:20} {len(found)} probes: median {median(found):.0f}, p95 {cuts[94]:.0f}, "
        f"p99 {cuts[98]:.0f}, max {max(found):.0f} ms; p99 / bound of {BOUND_MS} ms: {cuts[98] / BOUND_MS:.2f}"
    )


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    options.add_argument("--rate", type=count_of)
    options.add_argument("--managers", type=count_of, default=50)
    options.add_argument("--seconds", type=int, default=30)
    options.add_argument("--server", action="store_true", help="with meritlog serve and a feed beside the worker")
    chosen = options.parse_args()
    loads = LOADS if chosen.rate is None else ((chosen.rate, chosen.managers),)
    with brokers() as connection:
        for rate, managers in loads:
            print(f"{rate:,} events/s, {managers} managers, {chosen.seconds} s:", flush=True)
            with tempfile.TemporaryDirectory(prefix="meritlog-latency-") as scratch:
                measure(connection, rate, managers, chosen.seconds, Path(scratch), served=chosen.server)


if __name__ == "__main__":
    main()
