"""Finding an event by its identity in a log that another thread is writing."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.log import writer as writing
from engine.stream.admitting import Admitting
from tests.engine.stream.made import AT, TOPIC, fee, log_at, messages

EVENTS_A_BATCH = 40
BATCHES = 60


@pytest.fixture(autouse=True)
def taking_turns() -> Iterator[None]:
    """Let threads take turns as often as they can."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(usual)


def test_whoever_writes_disturbs_nobody_who_looks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "SEAL_EVENTS", 3 * EVENTS_A_BATCH)
    log = log_at(tmp_path / "log")
    with log.writer("test") as writer:
        admitting = Admitting(log, writer, TOPIC, lambda: AT)
        done = 0

        def write() -> None:
            nonlocal done
            for batch in range(BATCHES):
                first = batch * EVENTS_A_BATCH
                fees = (fee(number) for number in range(first, first + EVENTS_A_BATCH))
                done += len(admitting.take([messages(*fees, first=first)]).bodies)

        writes = threading.Thread(target=write)
        writes.start()
        looks = 0
        while writes.is_alive():
            known = done
            for number in (0, known // 2, known - 1, known, known + EVENTS_A_BATCH):
                found = writer.find("core-banking", f"f-{number}")
                assert found in ((number + 1,) if 0 <= number < known else (None, number + 1)), (number, known)
                looks += 1
        writes.join()
    assert done == EVENTS_A_BATCH * BATCHES
    assert looks > BATCHES
