"""How fast the log appends, verifies and opens, against what cannot be avoided: hashing, and writing with fsync.

    python -m benchmarks.log [--events 1000000] [--batch 8192] [--directory DIR]

Each figure stands beside its yardsticks of the same run, so that a slow or busy machine hardly shows in the ratios. The
events are postings of made accounts.
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from engine.admission import admit
from engine.log import Log, verify
from schemas.institution import Institution

AT = datetime(2025, 1, 1, tzinfo=UTC)
BANK = Institution()
ACCOUNTS_PER_EVENT = 0.1


def batches(events: int, size: int) -> Iterator[list[bytes]]:
    """Postings, a batch at a time."""
    chance, accounts = random.Random(1), max(int(events * ACCOUNTS_PER_EVENT), 10)
    for first in range(0, events, size):
        yield [_line(number, chance.randrange(accounts)) for number in range(first, min(first + size, events))]


def _line(number: int, account: int) -> bytes:
    return (
        b'{"specversion":"1.0","id":"core-%d","source":"core","type":"balance.changed","time":"2024-%02d-%02dT09:%02d:%02dZ",'
        b'"data":{"account_id":"A-%d","customer_id":"C-%d","amount":"%d.%02d","on":"2024-%02d-%02d"}}'
    ) % (
        *(number, number % 12 + 1, number % 28 + 1, number % 60, number % 60),
        *(account, account // 2, number * 7919 % 100000, number % 100, number % 12 + 1, number % 28 + 1),
    )


def main() -> None:
    """Measure and print."""
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("--events", type=int, default=1_000_000)
    ask.add_argument("--batch", type=int, default=8192)
    ask.add_argument("--directory", type=Path, default=None, help="where to write; default a temporary directory")
    said = ask.parse_args()
    with tempfile.TemporaryDirectory(dir=said.directory) as scratch:
        _measure(Path(scratch), said.events, said.batch)


class Clock:
    """Time spent under a name, of the wall and of the processor."""

    def __init__(self) -> None:
        self.wall: dict[str, float] = {}
        self.processor: dict[str, float] = {}

    @contextmanager
    def under(self, name: str) -> Iterator[None]:
        """Count what is done inside."""
        wall, processor = time.perf_counter(), time.process_time()
        yield
        self.wall[name] = self.wall.get(name, 0) + time.perf_counter() - wall
        self.processor[name] = self.processor.get(name, 0) + time.process_time() - processor


def _measure(scratch: Path, events: int, size: int) -> None:
    log, clock, count = Log.create(scratch / "log", BANK, AT), Clock(), 0
    writer = log.writer("benchmark")
    with (scratch / "raw").open("wb") as raw:
        for lines in batches(events, size):
            with clock.under("admission"):
                batch = admit(lines, BANK)
            with clock.under("append"):
                writer.append(batch, AT)
            with clock.under("SHA-256 alone"):
                for body in batch.bodies:
                    sha256(body).digest()
            with clock.under("write + fsync alone"):
                raw.write(b"\n".join(batch.bodies))
                raw.flush()
                os.fsync(raw.fileno())
            count += len(batch.keys)
            if count % (50 * size) == 0:
                print(f"{count:>12,} events, {_memory_mb()} MB", file=sys.stderr)
    with clock.under("append"):
        writer.close()
    with clock.under("verify"):
        found = verify(scratch / "log")
    with clock.under("open + snapshot"):
        snapshot = Log.open(scratch / "log").snapshot()
    with clock.under("head"):
        head = snapshot.head
    if not (found.ok and head == found.head and found.events == count):
        raise SystemExit(f"the log is not what was written: {found.damage}")
    hashing = clock.processor["SHA-256 alone"]
    print(f"{count:,} events in batches of {size:,}; at most {_memory_mb()} MB of memory; x: times SHA-256 alone")
    for name, wall in clock.wall.items():
        processor = clock.processor[name]
        rates = f"{count / wall:>12,.0f} events/s  {count / processor:>12,.0f} events/s of one core"
        print(f"{name:<20} {rates} {processor / count * 1e6:>7.2f} µs {processor / hashing:>6.1f} x")
    print(f"open + snapshot took {clock.wall['open + snapshot'] * 1000:.1f} ms")


def _memory_mb() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


if __name__ == "__main__":
    main()
