"""Several plans settled over one log, one after another: what each costs beside the first.

    python -m benchmarks.plans --events 1M

The first settlement reads the log; whatever comes after it finds what calculations need in the cache. Plans settled
from one book also share what that one made of it: openings, rates, teams, names, staffing.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
from pathlib import Path

from benchmarks.settlement import YEAR, Taken, make_log, tell, timed
from engine.log import Log
from engine.plan.library import bundled, load
from projections.book import ProjectedBook
from replay.settle import settle
from schemas.period import Period


def measure(log: Log, plans: list[str], *, shared: bool) -> dict[str, str]:
    """Settle each plan, from one book where ``shared``, print the times, and return the digests."""
    shutil.rmtree(log.cache, ignore_errors=True)
    period, digests, taken = Period.parse(str(YEAR)), {}, list[Taken]()
    book: ProjectedBook | None = None
    for name in plans:
        plan = load(name)
        time, settlement = timed(lambda: settle(log, plan, period, book=book))  # noqa: B023 - called at once
        book = settlement.book if shared else None
        digests[name] = str(settlement.statement.digest)
        taken.append(time)
        tell(name, time, f"{time.against(taken[0])} of the first")
    wall, cpu = sum(one.wall for one in taken[1:]), sum(one.cpu for one in taken[1:])
    mean = Taken(wall / len(taken[1:]), cpu / len(taken[1:]))
    tell("the later ones on average", mean, f"{mean.against(taken[0])} of the first")
    return digests


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description="Time plans settled over one log.")
    parser.add_argument("--events", default="1M", help="size of the made bank, such as 1M or 10M")
    parser.add_argument("--log", type=Path, help="a log made before by this command, or where to keep it")
    parser.add_argument("--plans", type=int, default=10, help="how many of the bundled plans")
    asked = parser.parse_args()
    events = int(float(asked.events.removesuffix("M")) * 1_000_000)
    with tempfile.TemporaryDirectory() as directory:
        path = asked.log or Path(directory) / "log"
        log = Log.open(path) if (path / "log.json").exists() else make_log(path, events)
        plans = list(bundled())[: asked.plans]
        print(f"each from a book of its own, {log.position:,} events")
        apart = measure(log, plans, shared=False)
        print("all from one book")
        together = measure(log, plans, shared=True)
        print("the same statements" if apart == together else "OTHER STATEMENTS")


if __name__ == "__main__":
    main()
