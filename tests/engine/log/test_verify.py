"""Verify: every changed bit is found, and named; what a crash leaves is no damage."""

import random
import sys
from pathlib import Path

import pytest

from engine.log import Damage, Log, verify
from engine.log.segment import BODY_ROWS
from engine.log.state import read_sector
from tests.engine.log.made import at, make_log, numbered

pytestmark = pytest.mark.usefixtures("small_segments")
SAMPLES = 40


@pytest.fixture
def whole(tmp_path) -> Path:
    """A log of one sealed segment and a tail of two frames."""
    make_log(tmp_path / "log", numbered(1, 8), numbered(9, 10), numbered(11, 11))
    return tmp_path / "log"


def promised(log: Path) -> list[Path]:
    return sorted(
        path for path in log.rglob("*") if path.is_file() and "cache" not in path.parts and path.name != "lock"
    )


def test_a_whole_log_is_found_whole(whole):
    found = verify(whole)
    snapshot = Log.open(whole).snapshot()
    assert (found.ok, found.damage, found.notes) == (True, [], [])
    assert (found.position, found.events, found.head) == (11, 11, snapshot.head)


def test_every_changed_bit_of_every_file_is_found_and_its_file_named(whole):
    chance = random.Random(1)
    files = promised(whole)
    assert len(files) == 7
    for path in files:
        data = path.read_bytes()
        places = range(len(data)) if path.suffix != ".parquet" else chance.sample(range(len(data)), SAMPLES)
        for place in places:
            changed = bytearray(data)
            changed[place] ^= 1 << chance.randrange(8)
            path.write_bytes(changed)
            found = verify(whole)
            assert not found.ok, f"{path.name} byte {place}"
            assert path.name in found.damage[0] or path.name == "log.json"
        path.write_bytes(data)
    assert verify(whole).ok


def test_every_missing_and_every_shortened_file_is_found(whole):
    for path in promised(whole):
        data = path.read_bytes()
        path.unlink()
        assert path.name in verify(whole).damage[0]
        path.write_bytes(data[:-1])
        assert not verify(whole).ok
        path.write_bytes(data + b"x")
        assert not verify(whole).ok
        path.write_bytes(data)


@pytest.mark.parametrize("name", ["foreign", "tail-000000000099.log", "segments/00000002.parquet", "segments/x"])
def test_a_file_that_is_none_of_the_logs_is_named(whole, name):
    (whole / "partition-0" / name).write_bytes(b"x")
    found = verify(whole)
    assert len(found.damage) == 1
    assert name in found.damage[0]
    assert "none of the log's" in found.damage[0]


@pytest.mark.parametrize("name", ["rejected/2025-01-01.jsonl", "cache/x", "people.json", "x.duckdb", "lock"])
def test_what_the_log_does_not_promise_is_left_alone(whole, name):
    (whole / name).parent.mkdir(exist_ok=True)
    (whole / name).write_bytes(b"x")
    assert verify(whole).ok


def test_the_positions_of_changed_events_are_named(tmp_path, monkeypatch):
    monkeypatch.setattr("engine.log.writer.SEAL_EVENTS", 4 * BODY_ROWS)
    make_log(tmp_path / "log", numbered(1, 4 * BODY_ROWS))
    path = tmp_path / "log/partition-0/segments/00000001.bodies.parquet"
    data = bytearray(path.read_bytes())
    data[len(data) * 5 // 8] ^= 1
    path.write_bytes(data)
    damage = verify(tmp_path / "log").damage
    assert "its digest differs" in damage[0]
    assert "00000001.bodies.parquet" in damage[1]


def test_a_segment_swapped_with_that_of_another_log_is_found(tmp_path):
    one = make_log(tmp_path / "one", numbered(1, 8)).path
    other = make_log(tmp_path / "other", numbered(11, 18)).path
    for path in promised(other):
        if path.parent.name == "segments":
            (one / path.relative_to(other)).write_bytes(path.read_bytes())
    assert "tail" in verify(one).damage[0]


def test_damage_is_refused_by_readers_and_writers_alike(whole):
    tail = whole / "partition-0/tail-000000000009.log"
    data = tail.read_bytes()
    tail.write_bytes(data.replace(b"E-9", b"E-8"))
    log = Log.open(whole)
    with pytest.raises(Damage, match="tail is damaged at byte 0, position 9"):
        log.snapshot()
    with pytest.raises(Damage, match="tail is damaged at byte 0, position 9"):
        log.writer("test")
    tail.write_bytes(data)
    assert log.snapshot().position == 11


def test_a_log_being_written_is_verified_up_to_what_is_acknowledged(whole):
    log = Log.open(whole)
    with log.writer("test") as w:
        w.append(numbered(12, 30), at())
        found = verify(whole)
        assert (found.ok, found.position, found.head) == (True, 30, w.head)


def test_damage_is_found_though_the_writer_never_rests(whole, monkeypatch):
    verifying = sys.modules[verify.__module__]
    monkeypatch.setattr(verifying, "LOOKS_MAX", 2)
    tail = whole / "partition-0/tail-000000000009.log"
    with Log.open(whole).writer("test") as w:
        tail.write_bytes(tail.read_bytes().replace(b"E-9", b"E-8"))
        more = iter(range(12, 16))

        def while_one_is_appended(partition: Path) -> bytes:
            w.append(numbered(number := next(more), number), at())
            return read_sector(partition)

        monkeypatch.setattr(verifying, "read_sector", while_one_is_appended)
        found = verify(whole)
    assert "tail is damaged at byte 0, position 9" in found.damage[0]


def test_progress_is_told(whole):
    told: list[int] = []
    verify(whole, told.append)
    assert told == [8, 11]
