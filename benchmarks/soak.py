"""A soak of the live side: ``python -m benchmarks.soak [--kills 200] [--seed 1]``.

Three workers of one log, on a real broker, under a flow with duplicates, contradictions and what is no event. One of
them, often the one that reads, is killed with -9 at a random moment and another one is started, so many times. At the
end the invariant of the live tests has to hold: everything that the brokers acknowledged is counted once, every board
that was shown is what the log gives at its position, the topics were told all of it, and the lag is zero.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path
from random import Random

from engine.log import Log
from engine.stream.topics import Topics
from tests.brokers import broker_of_tests
from tests.live.feeding import Feeding
from tests.live.flow import flow_of
from tests.live.invariant import assert_holds
from tests.live.topics import make, new_prefix
from tests.live.workers import Workers

PARTITIONS = 12
FEES_A_KILL = 40
TOLD_EVERY = 20


def soak(brokers: str, folder: Path, kills: int, random: Random) -> None:
    """Kill so often, and hold the invariant."""
    prefix, log = new_prefix(), folder / "log"
    flow = flow_of(random, PARTITIONS, bank=200, fees=FEES_A_KILL * kills)
    make(brokers, Topics(prefix).events, PARTITIONS)
    with Workers(brokers, log, prefix, "--partitions", "4") as workers:
        workers.start()
        workers.reading()
        with Feeding(brokers, Topics(prefix).events, flow, random, last=len(flow.messages)) as feeding:
            workers.start(2)
            for kill in range(1, kills + 1):
                workers.reading()
                time.sleep(random.random())
                workers.kill_any(random)
                workers.start()
                if kill % TOLD_EVERY == 0:
                    print(f"{kill} kills, {feeding.sent:,} messages sent, log at {Log.open(log).intake()}", flush=True)
        assert_holds(brokers, prefix, log, flow)
    print(f"{kills} kills, {len(flow.messages):,} messages: {len(flow.events):,} events, each once; all boards equal.")


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
