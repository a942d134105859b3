"""Several plans settled over one log, one after another: what each costs beside the first.

    python -m benchmarks.plans --events 1M

The first settlement reads the log; whatever comes after it finds what calculations need in the cache. Plans settled
together, as `meritlog settle-all` does, also share what one book made of it: openings, rates, teams, names, staffing.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.settlement import YEAR, Taken, make_log, tell, timed
from engine.log import Log
from engine.plan.library import LoadedPlan, bundled, load
from replay.settle import Settlement, settle
from replay.together import settle_all
from schemas.period import Period

PERIOD = Period.parse(str(YEAR))


def apart(log: Log, plans: Sequence[LoadedPlan]) -> Iterator[tuple[LoadedPlan, Settlement | Exception]]:
    """Each plan settled from a book of its own, as separate commands do."""
    return ((plan, settle(log, plan, PERIOD)) for plan in plans)


def measure(log: Log, made: Iterator[tuple[LoadedPlan, Settlement | Exception]], count: int) -> dict[str, str]:
    """Print how long each of ``count`` settlements takes, and return the digests."""
    shutil.rmtree(log.cache, ignore_errors=True)
    digests, taken = {}, list[Taken]()
    for _ in range(count):
        time, (plan, settlement) = timed(lambda: next(made))
        if isinstance(settlement, Exception):
            raise settlement
        digests[plan.plan.plan] = str(settlement.statement.digest)
        taken.append(time)
        tell(plan.plan.plan, time, f"{time.against(taken[0])} of the first")
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
        plans = [load(name) for name in bundled()[: asked.plans]]
        print(f"each from a book of its own, {log.position:,} events")
        each = measure(log, apart(log, plans), len(plans))
        print("together, as meritlog settle-all does")
        together = measure(log, settle_all(log, plans, PERIOD), len(plans))
        print("the same statements" if each == together else "OTHER STATEMENTS")


if __name__ == "__main__":
    main()
