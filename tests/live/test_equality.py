"""What people watch is what will be settled, whatever the partitions and whatever happened to the worker."""

from __future__ import annotations

import time
from pathlib import Path
from random import Random

from engine.stream.topics import Topics
from tests.live.feeding import Feeding
from tests.live.flow import flow_of
from tests.live.invariant import assert_holds
from tests.live.topics import make, new_prefix
from tests.live.worker import Worker
from tests.live.workers import Workers

KILLS = 4


def test_at_every_position_shown_the_board_is_what_the_log_gives(broker: str, tmp_path: Path) -> None:
    random, prefix = Random(1), new_prefix()
    flow = flow_of(random, partitions=3, bank=150, fees=60)
    make(broker, Topics(prefix).events, 3)
    with Worker(broker, tmp_path / "log", prefix, "--partitions", "12") as worker:
        worker.reading()
        with Feeding(broker, Topics(prefix).events, flow, random) as feeding:
            while feeding.flows:
                time.sleep(0.1)
        assert_holds(broker, prefix, tmp_path / "log", flow)
        assert worker.stopped() == 0, worker.complained


def test_one_worker_three_and_one_again_killed_at_random_are_as_good_as_one(broker: str, tmp_path: Path) -> None:
    random, prefix = Random(2), new_prefix()
    flow = flow_of(random, partitions=12, bank=120, fees=300)
    make(broker, Topics(prefix).events, 12)
    with Workers(broker, tmp_path / "log", prefix, "--partitions", "3") as workers:
        workers.start()
        workers.reading()
        with Feeding(broker, Topics(prefix).events, flow, random, last=150) as feeding:
            workers.start(2)
            for _ in range(KILLS):
                workers.reading()
                time.sleep(random.random())
                workers.kill_any(random)
                workers.start()
            assert feeding.flows, "all was sent before the last was killed"
        while len(workers.running) > 1:
            workers.kill(workers.reading())
        assert_holds(broker, prefix, tmp_path / "log", flow)
        assert workers.reading().stopped() == 0, workers.reading().complained
