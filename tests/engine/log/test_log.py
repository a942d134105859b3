"""A log as its users meet it: append, open, snapshot, find, times."""

from datetime import UTC, datetime, timedelta

import pytest

from engine.log import Log
from schemas.institution import Institution
from schemas.problems import EnvironmentProblem, Problem
from tests.engine.log.made import BANK, at, batch, event, make_log, numbered

pytestmark = pytest.mark.usefixtures("small_segments")


def test_what_is_appended_is_read_back(tmp_path):
    events = [event(number) for number in range(1, 22)]
    log = make_log(tmp_path / "log", batch(*events))
    snapshot = log.snapshot()
    assert snapshot.position == 21
    assert list(snapshot.events()) == list(enumerate(events, 1))
    assert [segment.last for segment in snapshot.segments] == [8, 16, 21]
    assert snapshot.event(17) == events[16]
    assert [position for position, _ in snapshot.events([20, 3, 9, 3])] == [3, 9, 20]
    assert [position for position, _ in snapshot.events(range(7, 19))] == list(range(7, 19))


@pytest.mark.parametrize("size", [1, 2, 5, 30])
def test_batching_does_not_show(tmp_path, size):
    one = make_log(tmp_path / "one", numbered(1, 30)).snapshot()
    log = Log.create(tmp_path / "many", BANK, at())
    for first in range(1, 31, 10):
        with log.writer("test") as w:
            for begin in range(first, first + 10, size):
                w.append(numbered(begin, min(begin + size, first + 10) - 1), at())
    many = log.snapshot()
    assert many.head == one.head
    assert list(many.bodies()) == list(one.bodies())
    assert many.names.equals(one.names)


@pytest.mark.parametrize("rows", [1 << 17, 3, 4])
@pytest.mark.parametrize("size", [1, 3, 5, 30])
def test_equal_events_give_equal_segments_whatever_their_batches_and_writers(tmp_path, monkeypatch, size, rows):
    monkeypatch.setattr("engine.log.segment.COLUMN_ROWS", rows)
    monkeypatch.setattr("engine.log.writer.SEAL_ON_CLOSE_EVENTS", 8)
    one = make_log(tmp_path / "one", numbered(1, 30)).snapshot()
    log = Log.create(tmp_path / "many", BANK, at())
    for begin in range(1, 31, size):
        with log.writer("test") as w:
            w.append(numbered(begin, min(begin + size - 1, 30)), at())
    many = log.snapshot()
    assert len(many.segments) == 3
    for left, right in zip(one.segments, many.segments, strict=True):
        assert left.path.read_bytes() == right.path.read_bytes()
        assert left.names_path.read_bytes() == right.names_path.read_bytes()
        bodies = [segment.path.with_suffix(".bodies.parquet").read_bytes() for segment in (left, right)]
        assert bodies[0] == bodies[1]


def test_the_head_at_a_position_is_that_of_the_log_when_it_ended_there(tmp_path):
    log = Log.create(tmp_path / "log", BANK, at())
    heads = [log.snapshot().head]
    with log.writer("test") as w:
        for number in range(1, 30):
            w.append(numbered(number, number), at(number))
            heads.append(w.head)
            assert log.snapshot().head == w.head
    assert [log.snapshot(position).head for position in range(30)] == heads
    assert [log.snapshot(at(second)).position for second in range(1, 30)] == list(range(1, 30))
    assert log.snapshot(at() - timedelta(seconds=1)).position == 0
    assert log.snapshot(9).admitted_at(9) == at(9)
    assert log.snapshot().admitted_at(29) == at(29)


def test_times_of_admission_never_go_back(tmp_path):
    log = make_log(tmp_path / "log", numbered(1, 2))
    with log.writer("test") as w:
        w.append(numbered(3, 3), at(100))
        w.append(numbered(4, 4), at(50))
    with log.writer("test") as w:
        w.append(numbered(5, 5), at(60))
    snapshot = log.snapshot()
    assert [snapshot.admitted_at(position) for position in (3, 4, 5)] == [at(100)] * 3
    assert log.snapshot(at(99)).position == 2


def test_an_event_is_found_by_its_identity(tmp_path):
    snapshot = make_log(tmp_path / "log", numbered(1, 17), numbered(18, 20)).snapshot()
    assert [snapshot.find("core", f"E-{number}") for number in (1, 8, 17, 20)] == [1, 8, 17, 20]
    assert snapshot.find("core", "E-21") is None
    assert make_log(tmp_path / "other", numbered(1, 20)).snapshot(10).find("core", "E-15") is None


def test_a_snapshot_does_not_change_while_the_log_grows_and_is_sealed(tmp_path):
    log = Log.create(tmp_path / "log", BANK, at())
    with log.writer("test") as w:
        w.append(numbered(1, 6), at())
        before = log.snapshot()
        head = w.head
        w.append(numbered(7, 40), at())
        assert log.snapshot().position == 40
    assert [position for position, _ in before.events()] == list(range(1, 7))
    assert before.head == head
    assert before.tail.num_rows == 6
    assert not before.segments


def test_the_institution_stands_in_the_log(tmp_path):
    Log.create(tmp_path / "log", Institution("Europe/Prague", "CZK"), at())
    assert Log.open(tmp_path / "log").institution == Institution("Europe/Prague", "CZK")


def test_a_second_log_is_not_made_over_the_first(tmp_path):
    make_log(tmp_path / "log", numbered(1, 1))
    with pytest.raises(Problem, match="There is a log here already"):
        Log.create(tmp_path / "log", BANK, at())
    assert Log.open(tmp_path / "log").snapshot().position == 1


def test_where_there_is_no_log_one_is_told_how_to_make_one(tmp_path):
    with pytest.raises(Problem, match=r"There is no log here. Make one with `meritlog init`"):
        Log.open(tmp_path)


def test_a_position_beyond_the_log_is_refused(tmp_path):
    log = make_log(tmp_path / "log", numbered(1, 3))
    with pytest.raises(Problem, match="The log has no position 4: it goes up to 3"):
        log.snapshot(4)
    with pytest.raises(Problem, match="The log has no position 3: it goes from 1 to 2"):
        log.snapshot(2).event(3)


def test_a_closed_writer_writes_no_more(tmp_path):
    log = make_log(tmp_path / "log")
    with log.writer("test") as w:
        pass
    with pytest.raises(EnvironmentProblem, match="closed, or has failed"):
        w.append(numbered(1, 1), at())


def test_naive_clocks_play_no_part(tmp_path):
    log = Log.create(tmp_path / "log", BANK, datetime(2025, 1, 1, tzinfo=UTC))
    with log.writer("test") as w:
        w.append(numbered(1, 1), datetime(1999, 1, 1, tzinfo=UTC))
    assert log.snapshot().admitted_at(1) == datetime(1999, 1, 1, tzinfo=UTC)
