"""How long appends wait when a tail is full and becomes a segment, beside writing the same bytes with fsync alone.

    python -m benchmarks.seals [--events 300k] [--rate 20k] [--busy 0.5] [--folder DIR]

A made bank's events come in at a fixed rate, as into a worker: an append takes what has come, 400 events at least. A
thread beside holds the interpreter for the ``--busy`` share of the time, as a worker's fold and boards do. An append
that turns to the next tail is told apart from the others, and from those that came while a segment was being made.
"""

from __future__ import annotations

import argparse
import gc
import os
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from benchmarks.bank import Bank, count_of
from engine.admission import admit
from engine.log import Log, Read
from engine.log.disk import Disk
from engine.log.manifest import SegmentPaths
from schemas.institution import Institution

AT = datetime(2025, 1, 1, tzinfo=UTC)
BANK = Institution()
LEAST, MOST = 400, 4096
TURN_SECONDS = 0.05
PARTITIONS = 4


class Watched(Disk):
    """The real disk, which notes when a segment's first file was begun, and when its entry got its name."""

    def __init__(self) -> None:
        self.begun: list[float] = []
        self.named: list[float] = []

    def create(self, path: Path) -> int:
        """Make an empty file; the first of a segment is that of its columns."""
        if path == self.aside(SegmentPaths(path.parent.parent, len(self.begun) + 1).columns):
            self.begun.append(time.perf_counter())
        return super().create(path)

    def rename(self, old: Path, new: Path) -> None:
        """Give a file its name; the last of a segment is its entry."""
        super().rename(old, new)
        if new == SegmentPaths(new.parent.parent, len(self.named) + 1).entry:
            self.named.append(time.perf_counter())


@dataclass(slots=True)
class Appends:
    """What appends took: when each began, and how many seconds it lasted; ``alone`` what writing alone did."""

    began: list[float] = field(default_factory=list)
    took: list[float] = field(default_factory=list)
    alone: list[float] = field(default_factory=list)


def busy(share: float) -> None:
    """Hold the interpreter for a share of the time, for ever."""
    counts: dict[int, int] = {}
    while True:
        until = time.perf_counter() + share * TURN_SECONDS
        while time.perf_counter() < until:
            for number in range(300):
                counts[number] = counts.get(number, 0) + number
        time.sleep((1 - share) * TURN_SECONDS)


def paced(lines: list[bytes], rate: int) -> Iterator[tuple[int, list[bytes]]]:
    """The lines as they come in, and how many there were before."""
    began, done = time.perf_counter(), 0
    while done < len(lines):
        come = int((time.perf_counter() - began) * rate) - done
        part = lines[done : done + min(max(come, LEAST), MOST)]
        time.sleep(max(began + (done + len(part)) / rate - time.perf_counter(), 0))
        yield done, part
        done += len(part)


def measured(folder: Path, lines: list[bytes], rate: int, disk: Watched) -> Appends:
    """Append all of it at the rate."""
    found = Appends()
    log = Log.create(folder / "log", BANK, AT, disk, partitions=PARTITIONS)
    with log.writer("benchmark") as writer, (folder / "raw").open("wb", buffering=0) as raw:
        gc.collect()
        gc.freeze()
        for before, part in paced(lines, rate):
            batch = admit(part, BANK)
            found.began.append(time.perf_counter())
            writer.append(batch, AT, Read({0: before + len(part) - 1}))
            found.took.append(time.perf_counter() - found.began[-1])
            data, start = b"\n".join(batch.bodies), time.perf_counter()
            raw.write(data)
            os.fsync(raw.fileno())
            found.alone.append(time.perf_counter() - start)
        disk.named, named = [], disk.named  # what closing seals keeps nobody waiting
        disk.begun, begun = [], disk.begun
    disk.named, disk.begun = named, begun[: len(named)]
    return found


def told(what: str, seconds: list[float], alone: float) -> None:
    """Print how long appends took, and how many times what writing alone does."""
    found = [1000 * one for one in sorted(seconds)] or [0.0]
    cut = found[len(found) * 99 // 100]
    print(
        f"{what:34} {len(seconds):6,}: median {median(found):.1f}, 99% {cut:.1f}, longest {found[-1]:.1f} ms, "
        f"{found[-1] / 1000 / alone:.0f} x alone"
    )


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    options.add_argument("--events", type=count_of, default=300_000)
    options.add_argument("--rate", type=count_of, default=20_000)
    options.add_argument("--busy", type=float, default=0.5, help="the share of the time in which another thread works")
    options.add_argument("--folder", type=Path, help="where to work, on the disk to be measured; default: a new one")
    given = options.parse_args()
    lines = b"".join(Bank.of(given.events).lines()).splitlines()
    if given.busy:
        threading.Thread(target=busy, args=(given.busy,), daemon=True).start()
    disk = Watched()
    with tempfile.TemporaryDirectory(dir=given.folder) as folder:
        found = measured(Path(folder), lines, given.rate, disk)
    alone, spans = median(found.alone), list(zip(disk.begun, disk.named, strict=True))
    turning, beside, others = list[float](), list[float](), list[float]()
    for began, took in zip(found.began, found.took, strict=True):
        ended = began + took
        if any(began <= named <= ended for _, named in spans):
            turning.append(took)
        elif any(begun <= ended and began <= named for begun, named in spans):
            beside.append(took)
        else:
            others.append(took)
    print(f"{given.events:,} events at {given.rate:,}/s; write + fsync alone: median {1000 * alone:.2f} ms")
    told("appends while no segment is made", others, alone)
    told("appends while one is being made", beside, alone)
    told("appends that turn to the next tail", turning, alone)
    for begun, named in spans:
        print(f"a segment counts {1000 * (named - begun):.0f} ms after its first byte was written")


if __name__ == "__main__":
    main()
