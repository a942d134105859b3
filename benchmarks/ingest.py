"""How fast events come in, end to end: from a JSONL file to acknowledged events, dedupe, hashing and fsync included.

    python -m benchmarks.ingest [--events 10M] [--folder DIR]

Prints events and megabytes a second of one process (by its processor time and by the clock), how its memory grows with
the log, and ratios against two yardsticks measured in the same run: msgspec decoding the same lines, and pydantic
validating them. The file is the made bank of ``benchmarks.bank``.
"""

from __future__ import annotations

import argparse
import resource
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

from benchmarks.admission import PlainEvent
from benchmarks.bank import Bank, count_of
from engine.ingest import Ingested, ingest
from engine.log.log import Log
from engine.sources.jsonl import JsonLines
from schemas.codec import STANDARD
from schemas.institution import Institution
from schemas.problems import Problem

YARDSTICK_LINES = 100_000
ROUNDS = 3
MEBIBYTE = 1024


class Memory:
    """A watcher that keeps the peak of the process's memory at each eighth of the events."""

    def __init__(self, events: int) -> None:
        self._step = max(events // 8, 1)
        self.peaks: list[int] = []

    def rejected(self, problem: Problem) -> None:
        """A made bank has nothing to reject."""
        raise AssertionError(str(problem))

    def progress(self, source: str, so_far: Ingested) -> None:  # noqa: ARG002 # the protocol's
        """Look at the memory now and then."""
        while len(self.peaks) < so_far.came_in // self._step:
            self.peaks.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // MEBIBYTE)


def best_rate(work: Callable[[], object], count: int) -> float:
    """Events a second of processor time, the best of some rounds."""
    best = float("inf")
    for _ in range(ROUNDS):
        start = time.process_time()
        work()
        best = min(best, time.process_time() - start)
    return count / best


def yardsticks(path: Path) -> dict[str, float]:
    """What decoding alone and validating alone reach on the same file."""
    with path.open("rb") as file:
        postings = [line for line in islice(file, 5 * YARDSTICK_LINES) if b'"balance.changed"' in line]
    postings = postings[-YARDSTICK_LINES:]
    return {
        "msgspec decode alone": best_rate(lambda: [STANDARD.decode_envelope(line) for line in postings], len(postings)),
        "pydantic validate_json": best_rate(
            lambda: [PlainEvent.model_validate_json(line) for line in postings], len(postings)
        ),
    }


def measured(path: Path, log_path: Path, events: int) -> tuple[float, float, Memory]:
    """Ingest the file once; processor seconds, seconds by the clock, and the memory on the way."""
    log = Log.create(log_path, Institution(), datetime.now(UTC))
    memory = Memory(events)
    clock, processor = time.perf_counter(), time.process_time()
    done = ingest(log, [JsonLines(path.name, path)], now=lambda: datetime.now(UTC), holder="benchmark", watcher=memory)
    assert done.admitted == events, done
    return time.process_time() - processor, time.perf_counter() - clock, memory


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--events", type=count_of, default=1_000_000)
    parser.add_argument("--folder", type=Path, help="where to work, on the disk to be measured; default: a new one")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=given.folder) as folder:
        path = Path(folder) / "bank.jsonl"
        Bank.of(given.events).write(path)
        megabytes = path.stat().st_size / 1e6
        processor, clock, memory = measured(path, Path(folder) / "log", given.events)
        rate = given.events / processor
        print(f"{given.events:,} events, {megabytes:,.0f} MB")
        print(f"one core:     {rate:10,.0f} events/s {megabytes / processor:8.1f} MB/s")
        print(f"by the clock: {given.events / clock:10,.0f} events/s {megabytes / clock:8.1f} MB/s")
        print(f"memory at each eighth (MiB): {' '.join(map(str, memory.peaks))}")
        for name, yardstick in yardsticks(path).items():
            print(f"ingest / {name}: {rate / yardstick:.2f} ({yardstick:,.0f} events/s)")


if __name__ == "__main__":
    main()
