"""One writer at a time; who is turned away learns by whom; the dead hold nothing."""

import subprocess
import sys
import threading

import pytest

from engine.log import Log, verify
from schemas.problems import EnvironmentProblem
from tests.engine.log.made import BANK, at, make_log, numbered

HOLDER = """
import sys, time
from pathlib import Path
from engine.log import Log
writer = Log.open(Path(sys.argv[1])).writer("the night's ingest")
print("ready", flush=True)
time.sleep(60)
"""


def test_a_second_writer_is_told_who_has_the_log_and_the_lock_of_the_dead_is_taken_over(tmp_path):
    log = make_log(tmp_path / "log", numbered(1, 3))
    process = subprocess.Popen([sys.executable, "-c", HOLDER, str(log.path)], stdout=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stdout.readline() == b"ready\n"
    with pytest.raises(EnvironmentProblem) as told:
        log.writer("me")
    message = str(told.value)
    assert f"being written by the night's ingest (process {process.pid} on " in message
    assert " since 20" in message
    assert "Reading needs no lock" in message
    assert log.snapshot().position == 3
    process.kill()
    process.wait()
    with log.writer("me") as w:
        assert w.position == 3


def test_a_second_writer_of_the_same_process_is_turned_away_too(tmp_path):
    log = make_log(tmp_path / "log")
    with log.writer("first"), pytest.raises(EnvironmentProblem, match="being written by first"):
        log.writer("second")
    with log.writer("third"):
        pass


@pytest.mark.usefixtures("small_segments")
def test_readers_see_a_whole_log_at_every_moment_of_writing_and_sealing(tmp_path):
    log = Log.create(tmp_path / "log", BANK, at())
    heads: dict[int, str] = {}
    failures: list[Exception] = []
    done = threading.Event()

    def read() -> None:
        reader, last = Log.open(tmp_path / "log"), 0
        try:
            while not done.is_set():
                fresh = Log.open(tmp_path / "log").snapshot()
                kept = reader.snapshot()
                assert kept.position >= fresh.position >= last
                assert len(list(kept.bodies())) == kept.position
                last = kept.position
                seen.append((kept.position, kept.head))
                assert verify(tmp_path / "log").ok
        except Exception as error:
            failures.append(error)

    seen: list[tuple[int, str]] = []
    reading = [threading.Thread(target=read) for _ in range(2)]
    for thread in reading:
        thread.start()
    with log.writer("test") as w:
        for first in range(1, 300, 3):
            w.append(numbered(first, first + 2), at())
            heads[w.position] = w.head
    done.set()
    for thread in reading:
        thread.join()
    assert not failures
    assert len(seen) > 3
    assert all(position == 0 or heads.get(position, head) == head for position, head in seen)
