"""What a cut costs the worker: the boards of the running windows, and their measures, made again after some events.

    python -m benchmarks.cuts [--managers 50,500] [--events 400] [--cuts 30] [--profile]

In one thread and one process, no broker: a bank's log whose last events are all of the year's last day, folded so many
events at a time; after each, the eight evaluations (four windows, each through that day and through the day before) and
the messages of boards, and apart from them, for a worker tells them once a second only, the rolling measures and the
messages of credits. The yardstick of the same run is folding those events.
"""

from __future__ import annotations

import argparse
import cProfile
import gc
import pstats
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from itertools import islice
from pathlib import Path
from statistics import mean, median
from typing import TypeVar

from benchmarks.bank import Bank, count_of
from benchmarks.flow import PLAN, lines_of
from benchmarks.latency import of_the_last_day
from engine.ingest import Ingested, ingest
from engine.log import Log
from engine.plan.library import load
from engine.sources.jsonl import JsonLines
from engine.stream.publishing import BoardFeed, CreditFeed
from engine.stream.windows import RollingMeasures, running
from replay.live import LiveFold
from schemas.institution import Institution
from schemas.problems import Problem

HISTORY = 30_000
Result = TypeVar("Result")
LAST = date(2025, 12, 31)


class Strict:
    """A made bank has nothing to reject."""

    def rejected(self, problem: Problem) -> None:
        """Stop."""
        raise problem

    def progress(self, source: str, so_far: Ingested) -> None:
        """Say nothing."""


def log_of(bank: Bank, history: int, folder: Path) -> Log:
    """The log of a bank whose events after ``history`` are all of the last day."""
    lines = lines_of(bank)
    file = folder / "events.jsonl"
    with file.open("wb") as out:
        out.writelines(line + b"\n" for line in islice(lines, history))
        out.writelines(of_the_last_day(line) + b"\n" for line in lines)
    log = Log.create(folder / "log", Institution(), datetime.now(UTC))
    ingest(log, [JsonLines(file.name, file)], now=lambda: datetime.now(UTC), holder="benchmark", watcher=Strict())
    return log


class Cuts:
    """What the worker keeps between cuts."""

    def __init__(self, live: LiveFold) -> None:
        self.live = live
        self._windows = running([load(PLAN)], LAST)
        self._feeds = [BoardFeed() for _ in self._windows]
        self._credits = CreditFeed()
        self._rolling = RollingMeasures()

    def make(self) -> int:
        """Make the boards and their messages; how many these are."""
        boards = [self.live.board(loaded, period) for loaded, period in self._windows]
        return sum(len(list(feed.changes(board))) for feed, board in zip(self._feeds, boards, strict=True))

    def credit(self) -> int:
        """Make the measures and their messages; how many these are."""
        measures = self._rolling.of(self.live.book, self._windows, LAST, "CNY")
        return len(list(self._credits.changes(measures, LAST.isoformat(), self.live.label)))


def timed(work: Callable[[], Result]) -> tuple[float, Result]:
    """Milliseconds of the processor that some work took, and what came out."""
    began = time.process_time()
    result = work()
    return 1000 * (time.process_time() - began), result


def measure(managers: int, events: int, cuts: int, folder: Path, *, profile: bool) -> None:
    """Measure one size, and print."""
    customers = 20 * managers
    set_up = Bank(0, managers, customers, customers).setting_up
    bank = Bank(set_up + HISTORY + events * (cuts + 1), managers, customers, customers)
    log = log_of(bank, set_up + HISTORY, folder)
    live = LiveFold(log, as_of=set_up + HISTORY + events)
    kept = Cuts(live)
    first, _ = timed(kept.make)
    again, _ = timed(kept.make)
    kept.credit()
    folding, making, crediting, messages = [], [], [], []
    profiler = cProfile.Profile()
    while True:
        took, more = timed(lambda: live.follow(events))
        if not more:
            break
        folding.append(took)
        gc.collect(1)  # as the worker does
        gc.freeze()
        if profile:
            profiler.enable()
        took, told = timed(kept.make)
        profiler.disable()
        making.append(took)
        messages.append(told)
        crediting.append(timed(kept.credit)[0])
    print(
        f"{managers:,} managers, {events:,} events a cut: first boards {first:.0f} ms, again {again:.1f} ms; "
        f"a cut {mean(making):.1f} ms (median {median(making):.1f}, {median(messages):.0f} messages), credits "
        f"{mean(crediting):.1f} ms; "
        f"folding its events {mean(folding):.1f} ms; cut / fold {mean(making) / mean(folding):.1f}"
    )
    if profile:
        pstats.Stats(profiler).sort_stats("tottime").print_stats(30)


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    options.add_argument("--managers", default="50,500")
    options.add_argument("--events", type=count_of, default=400)
    options.add_argument("--cuts", type=int, default=30)
    options.add_argument("--profile", action="store_true")
    chosen = options.parse_args()
    for managers in map(count_of, chosen.managers.split(",")):
        with tempfile.TemporaryDirectory(prefix="meritlog-cuts-") as scratch:
            measure(managers, chosen.events, chosen.cuts, Path(scratch), profile=chosen.profile)


if __name__ == "__main__":
    main()
