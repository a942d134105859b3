"""Sealing beside appending: nobody who writes or reads meets anything but the events, whenever a seal ends."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from engine.admission import Candidates
from engine.log import Intake, Log, Read, verify
from engine.log.digest import Damage
from engine.log.disk import Disk
from engine.log.manifest import Entry
from engine.log.sealer import Sealer
from engine.log.tail import Tail
from schemas.problems import EnvironmentProblem
from tests.engine.log.faulty_disk import QuickDisk, Stopped
from tests.engine.log.made import BANK, at, batch, event, make_log, numbered

pytestmark = pytest.mark.usefixtures("small_segments")
After = Callable[[int], None]
BATCHES = [(1, 3), (4, 8), (9, 9), (10, 21), (22, 26)]
AT_ONCE, NEXT_TIME, WHEN_FULL = 0, 1, 100


def written(path: Path) -> Log:
    """A closed log of 26 events."""
    log = Log.create(path, BANK, at(), QuickDisk())
    with log.writer("test") as writer:
        for first, last in BATCHES:
            writer.append(numbered(first, last), at(first))
    return log


def files_of(log: Log) -> dict[str, bytes]:
    """All that the log promises, by name."""
    partition = log.path / "partition-0"
    return {path.name: path.read_bytes() for path in partition.rglob("*") if path.is_file()}


def test_when_a_seal_ends_does_not_show(tmp_path: Path, sealing_after: After) -> None:
    beside = files_of(written(tmp_path / "thread"))
    assert sorted(beside) == [
        *(
            f"0000000{number}.{kind}"
            for number in (1, 2, 3)
            for kind in ("bodies.parquet", "json", "names.parquet", "parquet")
        ),
        "acknowledged",
        "tail-000000000025.log",
    ]
    for lag in (AT_ONCE, NEXT_TIME, WHEN_FULL):
        sealing_after(lag)
        assert files_of(written(tmp_path / str(lag))) == beside


@pytest.mark.parametrize("lag", [AT_ONCE, NEXT_TIME, WHEN_FULL])
def test_events_being_sealed_are_met_again_and_found(tmp_path: Path, sealing_after: After, lag: int) -> None:
    sealing_after(lag)
    log = Log.create(tmp_path / "log", BANK, at())
    with log.writer("test") as writer:
        writer.append(numbered(1, 9), at())
        changed = event(8, {"customer_id": "C-1", "on": "2025-01-01"}, "customer.joined")
        for new in range(10, 16):
            done = writer.append(batch(event(3), changed, event(9), event(new)), at())
            assert (done.duplicates, done.conflicts, list(done.admitted)) == ([0, 2], [(1, 8)], [new])
            assert [writer.find("core", f"E-{number}") for number in (1, 8, 9, new)] == [1, 8, 9, new]
    assert list(log.snapshot().events()) == [(number, event(number)) for number in range(1, 16)]


def test_a_tail_that_is_full_again_waits_for_the_seal_of_its_beginning(tmp_path: Path, sealing_after: After) -> None:
    sealing_after(WHEN_FULL)
    log = Log.create(tmp_path / "log", BANK, at())
    with log.writer("test") as writer:
        writer.append(numbered(1, 16), at())
        assert not log.snapshot().segments
        writer.append(numbered(17, 17), at())
        assert [segment.last for segment in log.snapshot().segments] == [8]
    assert [segment.last for segment in log.snapshot().segments] == [8, 16]


class LookedAt(QuickDisk):
    """A disk of which a reader looks at the log before each step."""

    def __init__(self, look: Callable[[], None]) -> None:
        self._look = look

    def create(self, path: Path) -> int:
        self._look()
        return super().create(path)

    def write(self, path: Path, descriptor: int, data: bytes, offset: int) -> None:
        self._look()
        super().write(path, descriptor, data, offset)

    def rename(self, old: Path, new: Path) -> None:
        self._look()
        super().rename(old, new)

    def remove(self, path: Path) -> None:
        self._look()
        super().remove(path)

    def sync_directory(self, path: Path) -> None:
        self._look()
        super().sync_directory(path)


@pytest.mark.parametrize("lag", [AT_ONCE, NEXT_TIME, WHEN_FULL])
def test_who_reads_between_two_steps_reads_all_that_was_acknowledged(
    tmp_path: Path, sealing_after: After, lag: int
) -> None:
    sealing_after(lag)
    path = tmp_path / "log"
    reader, acknowledged, looks = Log.create(path, BANK, at()), 0, [0, 0]

    def look() -> None:
        for log in (reader, Log.open(path)):
            snapshot = log.snapshot()
            assert snapshot.position >= acknowledged
            assert list(snapshot.events()) == [(n, event(n)) for n in range(1, snapshot.position + 1)]
            sealed = snapshot.segments[-1].last if snapshot.segments else 0
            assert snapshot.tail.column("position").to_pylist() == list(range(sealed + 1, snapshot.position + 1))
        looks[bool((path / "partition-0/segments/00000001.json").exists())] += 1
        assert verify(path).ok

    with Log.open(path, LookedAt(look)).writer("test") as writer:
        for first, last in BATCHES:
            writer.append(numbered(first, last), at(first))
            acknowledged = last
    assert min(looks) > 10


def stopped_in_a_seal(path: Path, step: str, monkeypatch: pytest.MonkeyPatch) -> Log:
    """A log whose writer died when it had sealed the first 8 of some events, before ``step``."""

    def stop(*_: object) -> None:
        raise Stopped

    def named(sealer: Sealer, entry: Entry) -> None:
        commit(sealer, entry)
        raise Stopped

    log, commit = make_log(path, disk=QuickDisk()), Sealer.commit
    died = {
        "name": (Sealer, "commit", stop),
        "acknowledge": (Sealer, "commit", named),
        "remove": (Tail, "remove", stop),
    }
    with monkeypatch.context() as dying, suppress(Stopped), log.writer("test") as writer:
        dying.setattr(*died[step])
        for first, last in [(1, 8), (9, 10), (11, 11)]:
            writer.append(numbered(first, last), at())
    return log


@pytest.mark.parametrize(
    ("step", "position", "mended"),
    [
        (
            "name",
            10,
            [
                "00000001.bodies.parquet, half written, was removed.",
                "00000001.json.aside, half written, was removed.",
                "00000001.names.parquet, half written, was removed.",
                "00000001.parquet, half written, was removed.",
                "tail-000000000009.log, half written, was removed.",
            ],
        ),
        (
            "acknowledge",
            10,
            [
                "The sealing of positions 1 to 8 was completed.",
                "tail-000000000001.log, half written, was removed.",
            ],
        ),
        ("remove", 11, ["tail-000000000001.log, half written, was removed."]),
    ],
)
def test_a_seal_cut_short_is_told_and_its_leftovers_are_removed(
    tmp_path: Path, sealing_after: After, monkeypatch: pytest.MonkeyPatch, step: str, position: int, mended: list[str]
) -> None:
    sealing_after(AT_ONCE)
    log = stopped_in_a_seal(tmp_path / "log", step, monkeypatch)
    assert log.snapshot().position == position
    found = verify(log.path)
    assert (found.ok, found.position) == (True, position)
    assert all("the next writer removes it" in note for note in found.notes)
    with log.writer("test") as writer:
        assert writer.mended == mended
        assert writer.append(numbered(1, 12), at()).duplicates == list(range(position))
    assert sorted(path.name for path in (log.path / "partition-0").iterdir()) == [
        "acknowledged",
        "segments",
        "tail-000000000013.log",
    ]
    with log.writer("test") as writer:
        assert not writer.mended
    assert list(log.snapshot().events()) == [(number, event(number)) for number in range(1, 13)]


def test_what_came_in_during_a_seal_that_was_cut_short_is_not_taken_from_damaged_bytes(
    tmp_path: Path, sealing_after: After, monkeypatch: pytest.MonkeyPatch
) -> None:
    sealing_after(AT_ONCE)
    log = stopped_in_a_seal(tmp_path / "log", "acknowledge", monkeypatch)
    tail = log.path / "partition-0/tail-000000000001.log"
    data = tail.read_bytes()
    tail.write_bytes(data.replace(b"E-9", b"E-7"))
    begin = data.index(b"\n", data.index(b"E-8")) + 1
    for look in (log.snapshot, lambda: log.writer("test")):
        with pytest.raises(Damage, match=f"tail is damaged at byte {begin}, position 9: a frame that does not match"):
            look()
    assert not verify(log.path).ok


def test_a_segment_that_cannot_be_written_ends_the_writer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    log = Log.create(tmp_path / "log", BANK, at())

    def full(_: Disk, path: Path, __: bytes) -> Path:
        raise EnvironmentProblem(f"Could not write {path.name}: {os.strerror(errno.ENOSPC)}.")

    with monkeypatch.context() as failing, log.writer("test") as writer:
        failing.setattr("engine.log.disk.Disk.write_aside", full)
        writer.append(numbered(1, 16), at())
        with pytest.raises(EnvironmentProblem, match=r"Could not write 00000001.parquet: No space left on device."):
            writer.append(numbered(17, 17), at())
        with pytest.raises(EnvironmentProblem, match="has failed before"):
            writer.append(numbered(17, 17), at())
    with log.writer("test") as writer:
        assert writer.append(numbered(1, 17), at()).duplicates == list(range(16))
    assert verify(log.path).ok


@pytest.mark.parametrize("lag", [AT_ONCE, NEXT_TIME, WHEN_FULL])
def test_places_and_intake_of_what_comes_in_during_a_seal_outlive_it(
    tmp_path: Path, sealing_after: After, lag: int
) -> None:
    sealing_after(lag)
    log, seen = Log.create(tmp_path / "log", BANK, at(), partitions=3), list[int]()
    with log.writer("test") as writer:
        for first, last in [(1, 8), (9, 9), (10, 12), (13, 15), (16, 20)]:
            seen += writer.append(numbered(first, last), at(), Read({0: last})).places
            writer.append(Candidates(), at(), Read({0: last}, unfit=1))
            vector, intake = writer.vector, writer.intake
    again = Log.open(tmp_path / "log")
    placed = [str(again.snapshot().place(position)) for position in range(1, 21)]
    assert placed == [f"{place}:{seen[: nth + 1].count(place)}" for nth, place in enumerate(seen)]
    assert str(vector) == again.snapshot().label
    assert again.intake() == intake == Intake([20], admitted=20, rejected=5)
    with again.writer("test") as writer:
        assert (writer.vector, writer.intake) == (vector, intake)
    assert verify(log.path).ok
