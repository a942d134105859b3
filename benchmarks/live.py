"""How fast the live path is: events a second of one core, from one-event messages in Kafka to the board.

    python -m benchmarks.live [--events 500k] [--rounds 3] [--only path]

Measured is a real ``meritlog worker``: what its process costs from ready until every event is archived and the boards
of all running windows stand in their topic at the last position. Yardsticks of the same run, on the same topic:
aiokafka reading and msgspec decoding (the limit), a plain Faust agent with a table, Quix Streams with keyed state. From
a file: ingest, fold and board in one process. Medians; each round is a process and a log of its own.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from statistics import median

from benchmarks.bank import Bank, count_of
from benchmarks.flow import PLAN, Boards, Cost, brokers, lines_of, new_topics, produce, worker
from engine.stream.connection import Connection
from schemas.problems import Problem

FAUST_EVENTS = 20_000
QUIX_EVENTS = 200_000
LIMIT, FAUST, QUIX, GROUPED = "aiokafka", "faust", "quix", "quix-grouped"
PATH, FILES = "path", "files"
NAMES = {
    LIMIT: "aiokafka reads, msgspec decodes",
    PATH: "meritlog worker, topic to board",
    FILES: "meritlog from a file to board",
    QUIX: "Quix Streams, keyed state",
    GROUPED: "Quix Streams, group_by",
    FAUST: "Faust agent, table",
}


def bank_of(events: int, managers: int) -> Bank:
    """A bank of which a twentieth of the events, about, says who is who."""
    customers = max(events // 60, 1)
    return Bank(events, managers, customers, customers)


def whole_path(connection: Connection, lines: list[bytes], last: date, folder: Path) -> Cost:
    """The worker, from a full topic of events to the boards."""
    topics = new_topics(connection)
    produce(connection, topics.events, lines)
    with worker(connection, topics, folder / "log") as running:
        boards = Boards(connection, topics, last)
        boards.until(len(lines))
        cost = running.cost()
        boards.close()
        print(
            f"  ready after {running.starting.processor:.1f} s, {running.memory() >> 20} MiB at the end, "
            f"{boards.messages} messages of boards",
            file=sys.stderr,
        )
    return cost


def _child(module: str, *arguments: str) -> Cost:
    """What a process of its own tells of its cost."""
    command = [sys.executable, "-m", module, *arguments]
    out = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return Cost(**json.loads(out.splitlines()[-1]))


def from_file(file: Path, folder: Path) -> None:
    """Ingest a file, fold the log, and evaluate the boards of all running windows; prints what it cost."""
    from engine.ingest import Ingested, ingest
    from engine.log import Log
    from engine.plan.library import load
    from engine.sources.jsonl import JsonLines
    from engine.stream.windows import running
    from replay.live import LiveFold
    from schemas.institution import Institution

    class Strict:
        """A made bank has nothing to reject."""

        def rejected(self, problem: Problem) -> None:
            raise problem

        def progress(self, source: str, so_far: Ingested) -> None:
            pass

    began = time.process_time(), time.perf_counter()
    log = Log.create(folder, Institution(), datetime.now(UTC))
    ingest(log, [JsonLines(file.name, file)], now=lambda: datetime.now(UTC), holder="benchmark", watcher=Strict())
    live = LiveFold(log)
    days = live.book.transaction_days()
    assert days is not None
    boards = [live.board(loaded, period) for loaded, period in running([load(PLAN)], days[1])]
    assert all(board.rows for board in boards)
    print(json.dumps({"processor": time.process_time() - began[0], "clock": time.perf_counter() - began[1]}))


class _Measured:
    """Rates of each thing measured, events a second of one core, round by round."""

    def __init__(self) -> None:
        self._rates: dict[str, list[float]] = {}
        self._clocks: dict[str, list[float]] = {}

    def add(self, name: str, events: int, cost: Cost) -> None:
        """One round of one thing."""
        self._rates.setdefault(name, []).append(events / cost.processor)
        self._clocks.setdefault(name, []).append(events / cost.clock)
        print(f"{NAMES[name]}: {events / cost.processor:,.0f} /s", file=sys.stderr)

    def print(self) -> None:
        """The medians, and the ratios of ours to the yardsticks."""
        rates = {name: median(found) for name, found in self._rates.items()}
        yardsticks = [name for name in (LIMIT, QUIX, GROUPED, FAUST) if name in rates]
        print(
            f"{'':34}{'a core':>12}{'spread':>20}{'by the clock':>14}" + "".join(f"{f'/ {n}':>16}" for n in yardsticks)
        )
        for name in (one for one in NAMES if one in rates):
            spread = f"{min(self._rates[name]):,.0f}–{max(self._rates[name]):,.0f}"
            ratios = "".join(f"{rates[name] / rates[one]:16.2f}" for one in yardsticks)
            print(f"{NAMES[name]:34}{rates[name]:12,.0f}{spread:>20}{median(self._clocks[name]):14,.0f}{ratios}")


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    options.add_argument("--events", type=count_of, default=500_000)
    options.add_argument("--managers", type=count_of, default=500)
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--only", action="append", choices=list(NAMES))
    options.add_argument("--file", type=Path, help=argparse.SUPPRESS)
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="meritlog-live-") as scratch:
        if chosen.file is not None:
            from_file(chosen.file, Path(scratch, "log"))
        else:
            measure(chosen.only or list(NAMES), bank_of(chosen.events, chosen.managers), chosen.rounds, Path(scratch))


def measure(only: Sequence[str], bank: Bank, rounds: int, scratch: Path) -> None:
    """Measure these things, one round of all after the other, and print the medians."""
    lines = list(lines_of(bank))
    file = scratch / "events.jsonl"
    file.write_bytes(b"\n".join(lines) + b"\n")
    size = sum(map(len, lines)) / len(lines)
    print(f"{len(lines):,} events of {size:.0f} bytes, {bank.managers} managers, {bank.customers} customers")
    measured = _Measured()
    with brokers() as connection:
        topic = new_topics(connection).events
        produce(connection, topic, lines)
        address = ",".join(connection.brokers)
        for _ in range(rounds):
            for name in only:
                count = {FAUST: FAUST_EVENTS, QUIX: QUIX_EVENTS, GROUPED: QUIX_EVENTS}.get(name, len(lines))
                count = min(count, len(lines))
                with tempfile.TemporaryDirectory(dir=scratch) as folder:
                    if name == PATH:
                        cost = whole_path(connection, lines, date(bank.year, 12, 31), Path(folder))
                    elif name == FILES:
                        cost = _child("benchmarks.live", "--file", str(file))
                    else:
                        cost = _child("benchmarks.readers", name, address, topic, str(count))
                measured.add(name, count, cost)
    measured.print()


if __name__ == "__main__":
    main()
