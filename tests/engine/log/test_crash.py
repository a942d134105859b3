"""Crashes: at every step, inside writes, by power cut, by kill -9. What was acknowledged is there, and nothing half."""

import errno
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from engine.log import Log, verify
from schemas.problems import EnvironmentProblem
from tests.engine.log.faulty_disk import FaultyDisk, ForgetfulDisk, FullDisk, QuickDisk, Stopped
from tests.engine.log.made import BANK, at, batch, event, make_log, numbered

pytestmark = pytest.mark.usefixtures("small_segments")
BATCHES = [(1, 3), (4, 8), (9, 9), (10, 21), (22, 26)]


def write_until_stopped(log: Path, disk: FaultyDisk) -> int:
    """Append the batches until the world stops; returns the last position that was acknowledged to us."""
    acknowledged = 0
    with suppress(Stopped):
        writer = Log.open(log, disk).writer("test")
        try:
            for first, last in BATCHES:
                writer.append(numbered(first, last), at(first))
                acknowledged = last
        except Stopped:
            writer._sealer.close()  # threads would live on, where a process that is gone has none
            writer._events.identities.close()
            writer._lock.release()
            raise
        writer.close()
    return acknowledged


def check_nothing_lost(log: Path, acknowledged: int) -> None:
    """The log opens, to read and to write, holds what was acknowledged and only whole events, and goes on."""
    read, found = Log.open(log).snapshot(), verify(log)
    assert read.position >= acknowledged
    assert (found.ok, found.position, found.head) == (True, read.position, read.head)
    with Log.open(log, QuickDisk()).writer("test") as writer:
        assert writer.position >= read.position
        position = writer.position
        again = writer.append(numbered(1, 26), at(100))
        assert again.duplicates == list(range(position))
        assert list(again.admitted) == list(range(position + 1, 27))
        assert not again.conflicts
    found = verify(log)
    assert (found.ok, found.damage, found.notes, found.position) == (True, [], [], 26)
    assert list(Log.open(log).snapshot().events()) == [(n, event(n)) for n in range(1, 27)]


def steps_of_a_whole_run(path: Path) -> int:
    make_log(path, disk=QuickDisk())
    disk = FaultyDisk()
    write_until_stopped(path, disk)
    return disk.steps


@pytest.mark.parametrize(("torn", "lag"), [(0.5, 0), (1.0, 1)])
def test_a_crash_at_any_step_loses_nothing_acknowledged(tmp_path, sealing_after, torn, lag):
    sealing_after(lag)
    steps = steps_of_a_whole_run(tmp_path / "whole")
    assert steps > 60
    for stop in range(1, steps + 1):
        log = tmp_path / f"log-{stop}"
        make_log(log, disk=QuickDisk())
        check_nothing_lost(log, write_until_stopped(log, FaultyDisk(stop, torn)))


@pytest.mark.parametrize(("lag", "hasty"), [(0, True), (1, False)])
def test_a_power_cut_at_any_step_loses_nothing_acknowledged(tmp_path, sealing_after, lag, hasty):
    sealing_after(lag)
    steps = steps_of_a_whole_run(tmp_path / "whole")
    for stop in range(1, steps + 1):
        log = tmp_path / f"log-{stop}"
        make_log(log, disk=QuickDisk())
        disk = ForgetfulDisk(log, stop, hasty=hasty)
        acknowledged = write_until_stopped(log, disk)
        disk.power_cut()
        if stop % 2:
            mending = ForgetfulDisk(log)
            Log.open(log, mending).writer("test").close()
            mending.power_cut()
        check_nothing_lost(log, acknowledged)


def test_a_crash_while_a_crash_is_mended_loses_nothing(tmp_path):
    steps = steps_of_a_whole_run(tmp_path / "whole")
    for first in range(1, steps + 1, 9):
        for second in range(1, 9):
            log = tmp_path / f"log-{first}-{second}"
            make_log(log, disk=QuickDisk())
            acknowledged = write_until_stopped(log, FaultyDisk(first, 0.7))
            acknowledged = max(acknowledged, write_until_stopped(log, FaultyDisk(second, 0.3)))
            check_nothing_lost(log, acknowledged)


def test_a_crash_while_the_log_is_made_leaves_no_log_and_it_can_be_made_again(tmp_path):
    disk = FaultyDisk()
    Log.create(tmp_path / "whole", BANK, at(), disk)
    for stop in range(1, disk.steps + 1):
        path = tmp_path / f"log-{stop}"
        with suppress(Stopped):
            Log.create(path, BANK, at(), FaultyDisk(stop, 0.5))
        if not (path / "log.json").exists():
            Log.create(path, BANK, at())
        check_nothing_lost(path, 0)


def test_a_torn_tail_is_reported(tmp_path):
    make_log(tmp_path / "log")
    write_until_stopped(tmp_path / "log", FaultyDisk(7, 0.5))
    notes = verify(tmp_path / "log").notes
    assert "is not acknowledged; a crash left it" in notes[0]
    with Log.open(tmp_path / "log").writer("test") as writer:
        assert "A torn tail was cut" in writer.mended[0]
    with Log.open(tmp_path / "log").writer("test") as writer:
        assert not writer.mended


def test_a_full_tail_whose_sealing_never_began_is_sealed_by_the_next_append(tmp_path, monkeypatch, sealing_after):
    sealing_after(0)
    log = Log.create(tmp_path / "log", BANK, at())
    with monkeypatch.context() as larger:
        larger.setattr("engine.log.writer.SEAL_EVENTS", 100)
        larger.setattr("engine.log.writer.SEAL_ON_CLOSE_EVENTS", 100)
        with log.writer("test") as writer:
            writer.append(numbered(1, 8), at())
    with log.writer("test") as writer:
        writer.append(numbered(9, 9), at())
        assert [segment.last for segment in log.snapshot().segments] == [8]
    check_nothing_lost(tmp_path / "log", 9)


@pytest.mark.parametrize("step", ["write", "sync"])
def test_a_disk_that_fails_ends_the_writer_and_the_log_opens_again(tmp_path, step):
    for stop in range(1, 20):
        log = tmp_path / f"log-{stop}"
        make_log(log, disk=QuickDisk())
        acknowledged = 0
        with suppress(EnvironmentProblem):
            writer = Log.open(log, FullDisk(step, stop)).writer("test")
            try:
                for first, last in BATCHES:
                    writer.append(numbered(first, last), at(first))
                    acknowledged = last
            except EnvironmentProblem:
                with pytest.raises(EnvironmentProblem, match="has failed before"):
                    writer.append(batch(), at())
                raise
            finally:
                writer.close()
        check_nothing_lost(log, acknowledged)


@pytest.mark.parametrize("call", ["pwrite", "fsync"])
def test_an_error_of_the_system_is_told_with_its_file_and_what_to_do(tmp_path, monkeypatch, call):
    log = make_log(tmp_path / "log", numbered(1, 3))

    def fail(*_: object) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with log.writer("test") as writer, monkeypatch.context() as full:
        full.setattr(os, call, fail)
        with pytest.raises(EnvironmentProblem, match=r"tail-000000000001.log: .*No space left on device. What was ack"):
            writer.append(numbered(4, 5), at())
    check_nothing_lost(tmp_path / "log", 3)


KILLED = """
import sys
from pathlib import Path
from engine.log import Log, writer
from tests.engine.log.made import at, numbered
writer.SEAL_EVENTS, writer.SEAL_ON_CLOSE_EVENTS = 64, 32
with Log.open(Path(sys.argv[1])).writer("killed") as w:
    first = w.position + 1
    while True:
        print(w.append(numbered(first, first + 9), at()).admitted[-1], flush=True)
        first += 10
"""


def test_kill_9_at_any_moment_loses_nothing_acknowledged(tmp_path):
    log = tmp_path / "log"
    Log.create(log, BANK, at())
    acknowledged = 0
    for attempt in range(6):
        process = subprocess.Popen([sys.executable, "-c", KILLED, str(log)], stdout=subprocess.PIPE, cwd=Path.cwd())
        assert process.stdout is not None
        acknowledged = int(process.stdout.readline())
        time.sleep(0.05 + 0.037 * attempt)
        os.kill(process.pid, signal.SIGKILL)
        acknowledged = max([acknowledged, *map(int, process.stdout.read().split())])
        process.wait()
        assert Log.open(log).snapshot().position >= acknowledged
        assert verify(log).ok
    with Log.open(log).writer("test") as writer:
        position = writer.position
        assert writer.append(numbered(1, position), at()).duplicates == list(range(position))
    assert verify(log).position == position
