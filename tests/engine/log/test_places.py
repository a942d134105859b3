"""A partitioned log: where events stand, what a position counts, and that all of it survives any stop."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from engine.admission import Candidates, admit
from engine.log import Intake, Log, Read, Rejection, verify
from engine.log import writer as writing
from schemas.institution import Institution
from schemas.problems import Problem
from schemas.vector import Vector

AT = datetime(2025, 1, 1, tzinfo=UTC)
BANK = Institution()


def line(identity: str, type_: str, **data: Any) -> bytes:
    time = "2025-01-01T09:00:00+08:00"
    return json.dumps(
        {"specversion": "1.0", "id": identity, "source": "test", "type": type_, "time": time, "data": data}
    ).encode()


def joined(number: int, customer: str, **more: Any) -> bytes:
    return line(str(number), "customer.joined", customer_id=customer, **more)


def admitted(*lines: bytes) -> Candidates:
    found = admit(lines, BANK)
    assert not found.problems, found.problems
    return found


@pytest.fixture
def log(tmp_path: Path) -> Log:
    return Log.create(tmp_path / "log", BANK, AT, partitions=3)


def places(log: Log) -> list[str]:
    snapshot = log.snapshot()
    return [str(snapshot.place(position)) for position in range(1, snapshot.position + 1)]


def test_an_empty_log_stands_at_a_vector_of_noughts(log: Log) -> None:
    assert log.snapshot().label == "0:0,1:0,2:0"
    assert log.partitions == 3


def test_what_is_said_of_one_customer_stands_in_one_partition(log: Log) -> None:
    lines = [joined(number, f"C-{number % 5}") for number in range(40)]
    with log.writer("test") as writer:
        writer.append(admitted(*lines), AT, Read({0: 39}))
    of_customer: dict[int, set[str]] = {}
    for number, place in enumerate(places(log)):
        of_customer.setdefault(number % 5, set()).add(place.partition(":")[0])
    assert all(len(partitions) == 1 for partitions in of_customer.values())
    assert len(set.union(*of_customer.values())) > 1, "five customers are spread"


def test_every_position_has_a_vector_and_every_vector_its_position(log: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "SEAL_EVENTS", 16)
    with log.writer("test") as writer:
        for start in range(0, 50, 7):
            batch = [joined(number, f"C-{number}") for number in range(start, start + 7)]
            writer.append(admitted(*batch), AT, Read({0: start + 6}))
    counts = [0, 0, 0]
    for position, place in enumerate(places(log), 1):
        partition, nth = map(int, place.split(":"))
        counts[partition] += 1
        assert counts[partition] == nth
        assert log.snapshot(position).vector == Vector(tuple(counts))
        assert log.snapshot(Vector(tuple(counts))).position == position
    assert len(log.snapshot().segments) > 1, "both segments and the tail were asked"
    assert verify(log.path).ok


def test_a_vector_that_the_log_never_had_is_refused(log: Log) -> None:
    with log.writer("test") as writer:
        writer.append(admitted(*(joined(number, f"C-{number}") for number in range(9))), AT, Read({0: 8}))
    counts = log.snapshot(1).vector
    assert counts is not None
    never = Vector((counts.counts[1], counts.counts[2], counts.counts[0]))
    with pytest.raises(Problem, match=r"The log has no position .*: it goes up to 0:\d+,1:\d+,2:\d+"):
        log.snapshot(never)


@pytest.mark.parametrize("together", [True, False])
def test_a_reversal_stands_where_its_event_does(log: Log, together: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "SEAL_EVENTS", 8)
    events = [joined(number, f"C-{number}") for number in range(20)]
    undone = [
        line(f"undo-{number}", "event.reversed", event_id=str(number), event_source="test", reason="slip")
        for number in range(20)
    ]
    with log.writer("test") as writer:
        if together:
            writer.append(admitted(*events, *undone), AT, Read({0: 39}))
        else:
            writer.append(admitted(*events), AT, Read({0: 19}))
    if not together:
        with log.writer("test") as writer:
            writer.append(admitted(*undone), AT, Read({0: 39}))
    partitions = [place.partition(":")[0] for place in places(log)]
    assert partitions[:20] == partitions[20:]


@pytest.mark.parametrize("size", [4, 100])
def test_a_resolution_stands_where_its_complaint_does_even_after_sealing(
    log: Log, size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "SEAL_EVENTS", size)
    complaints = [
        line(
            f"c{number}", "complaint.received", complaint_id=f"K-{number}", customer_id=f"C-{number}", severity="minor"
        )
        for number in range(10)
    ]
    solved = [line(f"s{number}", "complaint.resolved", complaint_id=f"K-{number}", upheld=True) for number in range(10)]
    with log.writer("test") as writer:
        writer.append(admitted(*complaints), AT, Read({0: 9}))
    with log.writer("test") as writer:
        writer.append(admitted(*solved), AT, Read({0: 19}))
    partitions = [place.partition(":")[0] for place in places(log)]
    assert partitions[:10] == partitions[10:]


def test_the_intake_is_durable_with_the_events_and_counts_all_that_was_read(log: Log) -> None:
    first = [joined(number, f"C-{number}") for number in range(4)]
    other = line("0", "customer.joined", customer_id="C-9")
    with log.writer("test") as writer:
        writer.append(admitted(*first), AT, Read({0: 3, 1: 7}))
        writer.append(admitted(first[0], other, joined(4, "C-4")), AT, Read({0: 7}, unfit=1))
    assert log.intake() == Intake([7, 7], admitted=5, duplicates=1, rejected=2)
    with log.writer("test") as writer:
        assert writer.intake == Intake([7, 7], admitted=5, duplicates=1, rejected=2)
        assert writer.vector == log.snapshot().vector


def test_a_batch_of_nothing_new_still_moves_the_intake(log: Log) -> None:
    batch = admitted(joined(1, "C-1"))
    with log.writer("test") as writer:
        writer.append(batch, AT, Read({0: 0}))
        writer.append(batch, AT, Read({0: 1}))
        writer.append(Candidates(), AT, Read({0: 2}, unfit=1))
    assert log.intake() == Intake([2], admitted=1, duplicates=1, rejected=1)
    with log.writer("test") as writer:
        writer.append(admitted(joined(2, "C-1")), AT, Read({0: 3}))
    assert log.snapshot().position == 2
    assert verify(log.path).ok


def test_what_is_rejected_is_kept_before_the_intake_moves(log: Log) -> None:
    refused = Rejection(Problem("Not an event."), b"{")
    told: list[object] = []

    def rejecting(conflicts: object) -> list[Rejection]:
        told.append((conflicts, log.intake().offsets))
        return [refused]

    with log.writer("test") as writer:
        writer.append(admitted(joined(1, "C-1")), AT, Read({0: 1}, unfit=1), rejecting)
    assert told == [([], {})]
    assert "Not an event." in next((log.path / "rejected").iterdir()).read_text()


def test_intake_and_places_outlive_sealing(log: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "SEAL_ON_CLOSE_EVENTS", 8)
    with log.writer("test") as writer:
        writer.append(admitted(*(joined(number, f"C-{number}") for number in range(8))), AT, Read({0: 7}))
    assert log.snapshot().tail.num_rows == 0
    assert log.intake() == Intake([7], admitted=8)
    with log.writer("test") as writer:
        assert writer.intake.offsets == {0: 7}


def test_a_log_of_files_has_positions_that_are_numbers(tmp_path: Path) -> None:
    log = Log.create(tmp_path / "log", BANK, AT)
    with log.writer("test") as writer:
        writer.append(admitted(joined(1, "C-1")), AT)
    assert (log.snapshot().label, log.snapshot().place(1), log.partitions) == (1, 1, None)
