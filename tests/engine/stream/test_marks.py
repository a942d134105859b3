"""Marks: what the topics lack is told again from the log, exactly, and only to topics of this log."""

from __future__ import annotations

import re

import pytest

from engine.log import Log, Rejection
from engine.stream import marks
from engine.stream.marks import Mark, spelled, told_so_far, untold, untold_refused
from engine.stream.topics import Topics
from schemas.problems import EnvironmentProblem, Place, Problem
from schemas.vector import Vector
from tests.engine.stream.made import AT, admitted, fee


def test_without_marks_the_topics_know_nothing(log: Log) -> None:
    assert told_so_far({}, Topics(), log) == Vector((0, 0, 0))
    assert told_so_far({0: Mark(0, "")}, Topics(), log) == Vector((0, 0, 0))


def test_of_several_partitions_the_furthest_mark_holds(log: Log) -> None:
    noted = {
        0: Mark(4, spelled(log.identity, "0:1,1:0,2:4")),
        1: Mark(9, spelled(log.identity, "0:3,1:2,2:4")),
        2: Mark(5, spelled(log.identity, "0:2,1:0,2:4")),
    }
    assert told_so_far(noted, Topics(), log) == Vector((3, 2, 4))


def test_what_others_note_there_is_passed_over(log: Log) -> None:
    assert told_so_far({0: Mark(1, "by hand"), 1: Mark(1, f"{log.identity} 17")}, Topics(), log) == Vector((0, 0, 0))


def test_topics_of_another_log_are_refused(log: Log) -> None:
    complaint = re.escape(
        f"The topics bank.… belong to another log: sha256:ab; this one is {log.identity}. Start with "
    )
    with pytest.raises(EnvironmentProblem, match=f"^{complaint}the --log that they belong to, or give this one topics"):
        told_so_far({0: Mark(1, "sha256:ab 0:1,1:0,2:4")}, Topics("bank"), log)


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


NOTHING_TOLD = Vector((0, 0, 0))


def refused(log: Log, marks: dict[int, Mark]) -> list[tuple[int, bytes | None, str]]:
    found = untold_refused(log, Topics(), marks, NOTHING_TOLD)
    return [(one.message.offset, one.message.value, str(one.problem)) for one in found]


def test_what_was_refused_and_not_told_is_found_where_the_log_keeps_it(log: Log) -> None:
    admitted(log, b"{", fee(1), b"\xff", fee(1, "2.00"), None)
    (first, no_json), (second, _), (third, conflict), (last, empty) = (
        (offset, text) for offset, _, text in refused(log, {})
    )
    assert (first, second, third, last) == (0, 2, 3, 4)
    assert no_json.startswith("meritlog.events, partition 0, offset 0: This is no JSON")
    assert "event f-1: The log holds another event of this source and id" in conflict
    assert empty.startswith("meritlog.events, partition 0, offset 4: The message is empty.")
    assert [value for _, value, _ in refused(log, {})] == [b"{", b"\xff", fee(1, "2.00"), b""]


def test_what_the_topic_was_told_of_is_not_told_again(log: Log) -> None:
    admitted(log, b"{", fee(1), b"[", fee(2))
    assert [offset for offset, *_ in refused(log, {0: Mark(1, "")})] == [2]
    assert refused(log, {0: Mark(3, "")}) == refused(log, {0: Mark(4, "")}) == []


def test_what_was_kept_before_a_crash_but_not_read_comes_with_its_message(log: Log) -> None:
    admitted(log, fee(1))
    with log.writer("test") as writer:
        place = Place(file="meritlog.events, partition 0, offset 1")
        writer.reject([Rejection(Problem("No event.", place=place), b"{")], AT)
        writer.reject([Rejection(Problem("Not ours.", place=Place(file="in.jsonl", line=7)), b"{")], AT)
    assert refused(log, {}) == []


def test_what_was_kept_twice_is_told_once(log: Log) -> None:
    with log.writer("test") as writer:
        place = Place(file="meritlog.events, partition 0, offset 0")
        writer.reject([Rejection(Problem("No event.", place=place), b"{")], AT)
    admitted(log, b"{")
    assert len(refused(log, {})) == 1
