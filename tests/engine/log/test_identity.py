"""The same (source, id) counts once: in one batch, in the tail, in segments, after a restart, without the index."""

import errno
import os
import shutil
import threading

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.admission import Candidates
from engine.log import Log, verify
from engine.log.runs import SortedRuns
from schemas.problems import EnvironmentProblem
from tests.engine.log.made import BANK, at, batch, event, make_log, numbered

pytestmark = pytest.mark.usefixtures("small_segments")
SEALED, IN_TAIL = 3, 10


@pytest.fixture
def log(tmp_path) -> Log:
    """Events 1 to 8 sealed, 9 to 11 in the tail."""
    return make_log(tmp_path / "log", numbered(1, 8), numbered(9, 11))


def changed(number: int):
    return event(number, {**AMOUNT, "account_id": "A-x"})


AMOUNT = {"customer_id": "C-1", "amount": "1", "on": "2025-01-01"}


@pytest.mark.parametrize("number", [SEALED, IN_TAIL])
@pytest.mark.parametrize("index", ["as it was", "lost"])
def test_what_came_before_is_a_duplicate_or_a_conflict(log, number, index):
    if index == "lost":
        shutil.rmtree(log.cache)
    with log.writer("test") as w:
        done = w.append(batch(event(number), event(12), changed(number), event(number)), at())
    assert list(done.admitted) == [12]
    assert done.duplicates == [0, 3]
    assert done.conflicts == [(2, number)]


@pytest.fixture
def slow_runs(monkeypatch):
    """Runs that are not there before they are waited for; gives what lets them come."""
    go_on, add = threading.Event(), SortedRuns.add

    def slowly(*arguments, **more) -> None:
        go_on.wait(60)
        add(*arguments, **more)

    monkeypatch.setattr(SortedRuns, "add", slowly)
    yield go_on
    go_on.set()


def test_a_tail_just_sealed_is_known_while_its_run_is_on_its_way(tmp_path, slow_runs, sealing_after):
    sealing_after(0)
    log = Log.create(tmp_path / "log", BANK, at())
    with log.writer("test") as w:
        w.append(numbered(1, 10), at())
        w.append(numbered(11, 11), at())
        assert not w._events.identities._runs.whole
        done = w.append(batch(event(SEALED), changed(SEALED), event(IN_TAIL), event(12)), at())
        assert (done.duplicates, done.conflicts) == ([0, 2], [(1, SEALED)])
        assert w.find("core", f"E-{SEALED}") == SEALED
        slow_runs.set()
    assert log.snapshot().find("core", f"E-{SEALED}") == SEALED
    assert verify(log.path).ok


def test_names_just_sealed_keep_their_codes_while_their_run_is_on_its_way(
    tmp_path, slow_runs, monkeypatch, sealing_after
):
    sealing_after(0)
    monkeypatch.setattr("engine.log.names.CACHED_NAMES_MAX", 2)
    log = Log.create(tmp_path / "log", BANK, at())
    with log.writer("test") as w:
        w.append(numbered(1, 10), at())
        w.append(numbered(11, 15), at())
        assert not w._sealer._names._runs.whole
        threading.Timer(0.05, slow_runs.set).start()
        w.append(numbered(16, 40), at())
    texts = log.snapshot().names.column("text").to_pylist()
    assert len(texts) == len(set(texts))
    assert verify(log.path).ok


def test_a_run_that_cannot_be_written_ends_the_writer_at_the_next_seal(tmp_path, monkeypatch):
    log = Log.create(tmp_path / "log", BANK, at())

    def fail(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as full, log.writer("test") as w:
        full.setattr(SortedRuns, "_write", fail)
        w.append(numbered(1, 8), at())
        assert w.append(numbered(5, 16), at()).duplicates == [0, 1, 2, 3]
        with pytest.raises(EnvironmentProblem, match="Could not extend the index of identities: No space left"):
            w.append(numbered(17, 17), at())
    with log.writer("test") as w:
        assert w.append(numbered(1, 17), at()).duplicates == list(range(16))
    assert verify(log.path).ok


def test_one_batch_is_judged_as_many_would_be(log):
    with log.writer("test") as w:
        done = w.append(batch(event(12), event(13), event(12), changed(13), event(14)), at())
    assert list(done.admitted) == [12, 13, 14]
    assert done.duplicates == [2]
    assert done.conflicts == [(3, 13)]


def test_content_is_compared_as_parsed_and_without_extensions(log):
    same = event(IN_TAIL, traceparent="00-1", time="2025-01-01T02:00:00+01:00")
    later = event(IN_TAIL, time="2025-01-01T09:00:01+08:00")
    other = event(IN_TAIL, {"customer_id": "C-1", "on": "2025-01-01"}, "merchant.enrolled")
    with log.writer("test") as w:
        done = w.append(batch(same, later, other), at())
    assert done.duplicates == [0]
    assert done.conflicts == [(1, IN_TAIL), (2, IN_TAIL)]


def test_the_same_id_of_another_source_is_another_event(log):
    with log.writer("test") as w:
        assert list(w.append(batch(event(1, source="cards")), at()).admitted) == [12]
    assert log.snapshot().find("cards", "E-1") == 12
    assert log.snapshot().find("core", "E-1") == 1


def collided(events: Candidates) -> Candidates:
    """The events with all their identity keys made equal."""
    events.keys[:] = [7] * len(events.keys)
    return events


def test_different_identities_whose_keys_collide_are_all_admitted(tmp_path):
    log = Log.create(tmp_path / "log", BANK, at())
    with log.writer("test") as w:
        assert len(w.append(collided(numbered(1, 3)), at()).admitted) == 3
        assert len(w.append(collided(numbered(4, 10)), at()).admitted) == 7
        done = w.append(collided(batch(event(2), changed(3), event(9), event(11), event(11), changed(10))), at())
    assert list(done.admitted) == [11]
    assert done.duplicates == [0, 2, 4]
    assert done.conflicts == [(1, 3), (5, 10)]


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 12), st.booleans()), max_size=40), st.lists(st.integers(1, 9), min_size=1))
def test_what_comes_in_is_admitted_or_a_duplicate_or_a_conflict_however_batched(tmp_path_factory, came, sizes):
    log = Log.create(tmp_path_factory.mktemp("log") / "log", BANK, at())
    known: dict[int, tuple[int, bool]] = {}
    place = turn = 0
    with log.writer("test") as w:
        while place < len(came):
            size = sizes[turn % len(sizes)]
            part = came[place : place + size]
            done = w.append(batch(*(changed(n) if other else event(n) for n, other in part)), at())
            verdicts = dict.fromkeys(done.duplicates, "duplicate") | dict(done.conflicts)
            for index, (number, other) in enumerate(part):
                if number not in known:
                    known[number] = (len(known) + 1, other)
                    assert index not in verdicts
                elif known[number][1] == other:
                    assert verdicts[index] == "duplicate"
                else:
                    assert verdicts[index] == known[number][0]
            assert len(part) == len(done.admitted) + len(done.duplicates) + len(done.conflicts)
            place, turn = place + size, turn + 1
    assert log.snapshot().position == len(known)
