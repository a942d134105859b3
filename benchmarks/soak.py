"""A soak of the live side: ``python -m benchmarks.soak [--kills 200] [--seed 1]``.

Three workers of one log, on a real broker, under a flow with duplicates, contradictions and what is no event. So many
of them are killed with -9 at random moments: mostly the one that reads, now and then one that stands by, or all at
once while others start; and sometimes the one that reads is held still for a while first, so that the lag grows. At the
end the invariant of the live tests has to hold: everything that the brokers acknowledged is counted once, every board
that was shown is what the log gives at its position, the topics were told all of it, and the lag is zero.
"""

from __future__ import annotations

import argparse
import signal
import tempfile
import time
from collections import Counter
from pathlib import Path
from random import Random

from engine.log import Log
from engine.stream.topics import Topics
from tests.brokers import broker_of_tests
from tests.live.feeding import Feeding
from tests.live.flow import flow_of
from tests.live.invariant import assert_holds, lag
from tests.live.topics import make, new_prefix
from tests.live.workers import Workers

PARTITIONS = 12
WORKERS = 3
FEES_A_KILL = 40
TOLD_EVERY = 20
STILL_SECONDS = 3


class Storm:
    """Kills the workers, and counts how."""

    def __init__(self, workers: Workers, random: Random) -> None:
        self._workers, self._random = workers, random
        self.done = Counter[str]()

    def strike(self) -> None:
        """One misfortune at a random moment, after which as many workers run as before."""
        self._workers.reading()
        time.sleep(self._random.random())
        strike = self._random.choices((self._one, self._all, self._still), (75, 10, 15))[0]
        count = len(self._workers.running)
        strike()
        self._workers.start(count - len(self._workers.running))

    def _one(self) -> None:
        before = self._workers.active
        self._workers.kill_any(self._random)
        self.done["that read" if before not in self._workers.running else "that stood by"] += 1

    def _all(self) -> None:
        for worker in list(self._workers.running):
            self._workers.kill(worker)
        self.done["all at once"] += WORKERS

    def _still(self) -> None:
        """A worker that is held still keeps the log's lock: nobody takes over, and what comes waits."""
        worker = self._workers.reading()
        worker.process.send_signal(signal.SIGSTOP)
        time.sleep(STILL_SECONDS * self._random.random())
        if self._random.random() < 0.5:
            worker.process.send_signal(signal.SIGCONT)
            time.sleep(self._random.random() / 4)
        self._workers.kill(worker)
        self.done["held still before"] += 1


def soak(brokers: str, folder: Path, kills: int, random: Random) -> None:
    """Kill so often, and hold the invariant."""
    prefix, log = new_prefix(), folder / "log"
    flow = flow_of(random, PARTITIONS, bank=200, fees=FEES_A_KILL * kills)
    make(brokers, Topics(prefix).events, PARTITIONS)
    with Workers(brokers, log, prefix, "--partitions", "4") as workers:
        workers.start(WORKERS)
        storm, told, lag_most = Storm(workers, random), 0, 0
        with Feeding(brokers, Topics(prefix).events, flow, random, last=len(flow.messages)) as feeding:
            while workers.killed < kills:
                storm.strike()
                lag_most = max(lag_most, lag(brokers, prefix, log))
                if workers.killed // TOLD_EVERY > told:
                    told = workers.killed // TOLD_EVERY
                    print(
                        f"{workers.killed} kills, {feeding.sent:,} messages sent, {Log.open(log).intake()}", flush=True
                    )
        assert_holds(brokers, prefix, log, flow)
    how = ", ".join(f"{count} {what}" for what, count in sorted(storm.done.items()))
    print(f"{workers.killed} workers killed: {how}. The lag was {lag_most:,} at most, and is zero.")
    print(f"{len(flow.messages):,} messages acknowledged: {len(flow.events):,} events admitted, each once; ", end="")
    print(f"{flow.duplicates:,} duplicates, {flow.rejected:,} rejected and told; the boards are equal.")


def main() -> None:
    """Run it, on the broker of MERITLOG_BROKERS or one that is started for it."""
    parser = argparse.ArgumentParser(description="Kill workers at random moments and see that nothing is lost.")
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder, broker_of_tests(Path(folder) / "broker") as brokers:
        soak(brokers, Path(folder), given.kills, Random(given.seed))
    print(f"{time.monotonic() - began:.0f} s")


if __name__ == "__main__":
    main()
