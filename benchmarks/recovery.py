"""How long a worker that was killed takes to come back, with the state of a large bank.

    python -m benchmarks.recovery [--customers 1M] [--managers 1k] [--log DIR]

A partitioned log is made of a bank of so many customers, each with a team, an account, its balance, and some of them
with a few postings; ``--log`` keeps it for the next time. A worker folds it from its first event, and is stopped, which
keeps its state beside the log. Another one is started, is sent some thousand events, and is killed (-9) while they
flow. Measured is the next one: by the clock from its start until it says that it is ready, until it has read all that
was sent, and until the boards of all running windows stand at that position. The bound holds for the first two.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from itertools import islice
from pathlib import Path

from benchmarks.bank import Bank, count_of
from benchmarks.flow import (
    PARTITIONS,
    SECONDS_MAX,
    Boards,
    Cost,
    Worker,
    brokers,
    lines_of,
    new_topics,
    produce,
    worker,
)
from engine.admission import admit
from engine.log import Log
from engine.stream.connection import Connection
from engine.stream.topics import Topics
from schemas.institution import Institution

BOUND_SECONDS = 30
A_BATCH = 16_384
POSTINGS = 200_000
MORE = 20_000
LAST = date(2025, 12, 31)


def made(folder: Path, bank: Bank) -> Log:
    """The log of the bank, made where it is not there yet."""
    if (folder / "log.json").exists():
        return Log.open(folder)
    log, lines = Log.create(folder, Institution(), datetime.now(UTC), partitions=PARTITIONS), lines_of(bank)
    with log.writer("benchmark") as writer:
        while some := list(islice(lines, A_BATCH)):
            writer.append(admit(some, log.institution), datetime.now(UTC))
    return log


def events_after(log: Log) -> Iterator[bytes]:
    """Fees of the year's last day, none of which is in the log."""
    first = log.position
    for number in range(first, first + MORE):
        yield (
            b'{"specversion":"1.0","id":"after-%d","source":"urn:bank:after","type":"fee.earned","time":'
            b'"2025-12-31T12:00:00+08:00","data":{"customer_id":"C-%07d","service":"agency","amount":"1.00",'
            b'"on":"2025-12-31"}}' % (number, number % 1_000 + 1)
        )


@contextmanager
def started(connection: Connection, topics: Topics, log: Path, what: str) -> Iterator[tuple[Worker, float]]:
    """A worker that is ready, and when it was started; prints how long it took."""
    began = time.perf_counter()
    with worker(connection, topics, log) as running:
        told(what, running.starting, bound=True)
        yield running, began


def told(what: str, cost: Cost, *, bound: bool = False) -> None:
    """Print how long something took."""
    ratio = f"; / bound of {BOUND_SECONDS} s: {cost.clock / BOUND_SECONDS:.2f}" if bound else ""
    print(f"{what}: {cost.clock:.1f} s by the clock, {cost.processor:.1f} s of the processor{ratio}", flush=True)


def until_read(log: Log, messages: int) -> None:
    """Wait until the log has read so many messages of its topic."""
    until = time.monotonic() + SECONDS_MAX
    while sum(offset + 1 for offset in log.intake().offsets.values()) < messages:
        if time.monotonic() > until:
            raise TimeoutError(f"the log has read {log.intake()}")
        time.sleep(0.02)


def measure(connection: Connection, log: Log) -> None:
    """Measure, and print."""
    topics = new_topics(connection)
    with started(connection, topics, log.path, "from the first event, or a kept state, to ready"):
        stopping = time.perf_counter()
    print(f"stopped, its state kept: {time.perf_counter() - stopping:.1f} s by the clock", flush=True)
    with started(connection, topics, log.path, "the one that is killed, to ready") as (running, _):
        produce(connection, topics.events, events_after(log))
        running.kill()
    with started(connection, topics, log.path, "the next one, to ready") as (running, began):
        spent = running.starting
        until_read(log, MORE)
        cost = running.cost()
        told("  to no lag", Cost(spent.processor + cost.processor, time.perf_counter() - began), bound=True)
        boards = Boards(connection, topics, LAST)
        boards.until(log.position)
        boards.close()
        cost = running.cost()
        told("  to boards at that position", Cost(spent.processor + cost.processor, time.perf_counter() - began))
        print(f"  memory: {running.memory() >> 20:,} MiB", flush=True)


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    options.add_argument("--customers", type=count_of, default=1_000_000)
    options.add_argument("--managers", type=count_of, default=1_000)
    options.add_argument("--log", type=Path, help="Where the log is kept for the next time.")
    chosen = options.parse_args()
    set_up = Bank(0, chosen.managers, chosen.customers, chosen.customers).setting_up
    bank = Bank(set_up + POSTINGS, chosen.managers, chosen.customers, chosen.customers)
    with tempfile.TemporaryDirectory(prefix="meritlog-recovery-") as scratch, brokers() as connection:
        log = made(chosen.log or Path(scratch, "log"), bank)
        print(f"{log.position:,} events, {chosen.customers:,} customers, {chosen.managers:,} managers", flush=True)
        measure(connection, log)


if __name__ == "__main__":
    main()
