"""Marks: what the topics lack is told again from the log, exactly, and only to topics of this log."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from engine.log import Log
from engine.stream import marks
from engine.stream.marks import spelled, told_so_far, untold
from engine.stream.topics import Topics
from schemas.problems import EnvironmentProblem
from schemas.vector import Vector
from tests.engine.stream.made import AT, admitted, fee, log_at


@pytest.fixture
def log(tmp_path: Path) -> Log:
    return log_at(tmp_path / "log")


def test_without_marks_the_topics_know_nothing(log: Log) -> None:
    assert told_so_far({}, Topics(), log) == Vector((0, 0, 0))


def test_of_several_partitions_the_furthest_mark_holds(log: Log) -> None:
    noted = {0: spelled(log.identity, "0:1,1:0,2:4"), 1: spelled(log.identity, "0:3,1:2,2:4"), 2: ""}
    assert told_so_far(noted, Topics(), log) == Vector((3, 2, 4))


def test_what_others_note_there_is_passed_over(log: Log) -> None:
    assert told_so_far({0: "by hand", 1: f"{log.identity} 17"}, Topics(), log) == Vector((0, 0, 0))


def test_topics_of_another_log_are_refused(log: Log) -> None:
    complaint = re.escape(
        f"The topics bank.… belong to another log: sha256:ab; this one is {log.identity}. Start with "
    )
    with pytest.raises(EnvironmentProblem, match=f"^{complaint}the --log that they belong to, or give this one topics"):
        told_so_far({0: "sha256:ab 0:1,1:0,2:4"}, Topics("bank"), log)


@pytest.mark.parametrize("a_batch", [2, 4096])
def test_what_was_not_told_is_read_from_the_log_as_it_was_admitted(
    log: Log, a_batch: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(marks, "EVENTS_A_BATCH", a_batch)
    batches = [admitted(log, *(fee(number) for number in range(start, start + 3))) for start in (0, 3, 6)]
    told = Vector.parse(batches[0].label)
    assert told is not None
    found = list(untold(log, told, 9))
    assert [body for _, one in found for body in one.bodies] == [*batches[1].bodies, *batches[2].bodies]
    assert [place for _, one in found for place in one.places] == [*batches[1].places, *batches[2].places]
    assert [one.first for _, one in found] == list(range(4, 10, a_batch))
    at = told
    for before, one in found:
        assert before == at
        at = before.after(one.places)
        assert (str(at), one.at, one.refused) == (one.label, AT, [])
    assert str(at) == log.snapshot().label


def test_where_all_was_told_there_is_nothing_left(log: Log) -> None:
    last = Vector.parse(admitted(log, fee(1)).label)
    assert last is not None
    assert list(untold(log, last, 1)) == []
