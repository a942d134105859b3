"""Admitting: every message counts once, whatever comes again, contradicts or breaks, and leaves a trace."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from engine.log import Intake, Log, verify
from engine.people import names
from engine.stream import admitting as module
from engine.stream.admitting import Admitted, Admitting
from engine.stream.messages import Message
from schemas.codec import decode
from schemas.institution import Institution
from tests.engine.stream.made import AT, TOPIC, fee, log_at, messages
from tests.samples import line, sample


class Runs:
    """One run of admission after the other, on one log."""

    def __init__(self, log: Log) -> None:
        self._log = log
        self.running: Admitting | None = None

    def end(self) -> None:
        if self.running is not None:
            self.running.writer.close()
            self.running = None

    def another(self) -> Admitting:
        self.end()
        self.running = Admitting(self._log, self._log.writer("test"), TOPIC, lambda: AT)
        return self.running


@pytest.fixture
def runs(log: Log) -> Iterator[Runs]:
    runs = Runs(log)
    yield runs
    runs.end()


@pytest.fixture
def admitting(runs: Runs) -> Admitting:
    return runs.another()


def complaints(admitted: Admitted) -> list[str]:
    return [str(one.problem) for one in admitted.refused]


def ids(log: Log) -> list[str]:
    return [event.id for _, event in log.snapshot().events()]


def ids_of(admitted: Admitted) -> list[str]:
    return [decode(body).id for body in admitted.bodies]


def kept_aside(log: Log) -> list[dict[str, Any]]:
    folder = log.path / "rejected"
    return [json.loads(text) for file in sorted(folder.iterdir()) for text in file.read_text().splitlines()]


def test_what_it_hands_on_is_what_the_log_holds(log: Log, admitting: Admitting) -> None:
    one = admitting.take([messages(fee(1), fee(2))])
    two = admitting.take([messages(fee(3), partition=2, first=5)])
    snapshot = log.snapshot()
    assert (one.first, two.first, snapshot.position) == (1, 3, 3)
    assert [*one.bodies, *two.bodies] == [body for _, body in snapshot.bodies()]
    assert [*ids_of(one), *ids_of(two)] == ids(log)
    assert [*one.places, *two.places] == snapshot.places(1, 3)
    assert (one.label, two.label) == (str(log.snapshot(2).vector), snapshot.label)
    assert (one.offsets, two.offsets) == ({0: 1}, {2: 5})
    assert one.at == AT


def test_messages_that_come_again_are_passed_over(log: Log, admitting: Admitting) -> None:
    first = messages(fee(1), b"{", fee(2), fee(2))
    admitting.take([first])
    intake = log.intake()
    redelivered = admitting.take([first])
    assert (redelivered.bodies, redelivered.refused, redelivered.offsets) == ([], [], {})
    assert log.intake() == intake == Intake([3], admitted=2, duplicates=1, rejected=1)
    overlapping = admitting.take([messages(b"{", fee(2), fee(2), fee(3), first=1)])
    assert ids_of(overlapping) == ["f-3"]
    assert log.intake() == Intake([4], admitted=3, duplicates=1, rejected=1)


def test_after_a_stop_it_goes_on_where_the_log_says(log: Log, runs: Runs, admitting: Admitting) -> None:
    admitting.take([messages(fee(1), fee(2)), messages(fee(3), partition=2, first=9)])
    resumed = runs.another()
    assert [resumed.following(partition) for partition in range(3)] == [2, 0, 10]
    assert resumed.take([messages(fee(1), fee(2))]).bodies == []
    assert log.intake() == Intake([1, -1, 9], admitted=3)


def test_a_duplicate_counts_once_whichever_partition_and_spelling_it_comes_in(log: Log, admitting: Admitting) -> None:
    event = sample("fee.earned")
    numbers = {**event, "data": {**event["data"], "amount": 12.5}, "traceparent": "00-1"}
    together = admitting.take([messages(line(event)), messages(line(numbers), partition=1)])
    later = admitting.take([messages(line(numbers), partition=2), messages(line(event), first=1)])
    assert (len(together.bodies), len(later.bodies)) == (1, 0)
    assert together.refused == later.refused == []
    assert log.intake() == Intake([1, 0, 0], admitted=1, duplicates=3)


def test_a_contradiction_of_an_earlier_batch_names_the_place_of_the_other(log: Log, admitting: Admitting) -> None:
    admitting.take([messages(fee(1), fee(2))])
    place = log.snapshot().place(2)
    refused = admitting.take([messages(fee(2, "2.00"), partition=1, first=30)])
    assert complaints(refused) == [
        f"meritlog.events, partition 1, offset 30, event f-2: The log holds another event of this source and id, at "
        f"position {place}. To replace it, reverse that event (event.reversed) and enter this one under a new id."
    ]
    assert log.intake() == Intake([1, 30], admitted=2, rejected=1)


def test_a_contradiction_within_a_batch_is_told_as_one(log: Log, admitting: Admitting) -> None:
    refused = admitting.take([messages(fee(1), fee(2), fee(1, "2.00"))])
    (complaint,) = complaints(refused)
    assert complaint.startswith(
        "meritlog.events, partition 0, offset 2, event f-1: The log holds another event of this source and id, of the "
        "same batch."
    )
    assert ids(log) == ["f-1", "f-2"]
    assert refused.refused[0].message.value == fee(1, "2.00")


def test_what_is_no_event_is_refused_with_its_place_and_the_rest_goes_on(log: Log, admitting: Admitting) -> None:
    batch = messages(b"{", fee(1), None, fee(2, amonut="1"), fee(3), first=4)
    admitted = admitting.take([batch])
    assert ids_of(admitted) == ["f-1", "f-3"]
    told = {one.message.offset: str(one.problem) for one in admitted.refused}
    assert told.keys() == {4, 6, 7}
    assert told[4].startswith("meritlog.events, partition 0, offset 4: This is no JSON")
    assert told[6].startswith("meritlog.events, partition 0, offset 6: The message is empty.")
    assert told[7].startswith("meritlog.events, partition 0, offset 7, event f-2, field data.amonut: ")
    assert "amount" in told[7], "the nearest known name"
    assert {one["raw"] for one in kept_aside(log)} == {"{", "", fee(2, amonut="1").decode()}
    assert {one["file"] for one in kept_aside(log)} == {f"{TOPIC}, partition 0, offset {at}" for at in (4, 6, 7)}
    assert log.intake() == Intake([8], admitted=2, rejected=3)


def test_a_batch_of_nothing_but_refuse_is_read_once(log: Log, runs: Runs, admitting: Admitting) -> None:
    admitting.take([messages(b"{", b"}")])
    assert runs.another().take([messages(b"{", b"}")]).refused == []
    assert log.intake() == Intake([1], rejected=2)
    assert len(kept_aside(log)) == 2


def test_names_go_to_the_side_table_and_not_into_the_log(log: Log, admitting: Admitting) -> None:
    admitting.take([messages(line(sample("manager.appointed")))])
    assert names(log.path) == {"M-017": "王小明"}
    assert "王小明".encode() not in log.snapshot().body(1)


def test_a_message_that_brings_admission_down_is_set_aside_and_the_rest_goes_on(
    log: Log, admitting: Admitting, monkeypatch: pytest.MonkeyPatch
) -> None:
    admit = module.admit

    def breaking(lines: list[bytes], institution: Institution) -> Any:
        if any(b"f-13" in one for one in lines):
            raise ZeroDivisionError("a defect of ours")
        return admit(lines, institution)

    monkeypatch.setattr(module, "admit", breaking)
    admitted = admitting.take([messages(*(fee(number) for number in range(10, 16)), b"{")])
    assert ids_of(admitted) == ["f-10", "f-11", "f-12", "f-14", "f-15"]
    poison, unfit = admitted.refused
    assert str(poison.problem) == (
        "meritlog.events, partition 0, offset 3: This is a defect of meritlog: ZeroDivisionError: a defect of ours The "
        "message is kept as it came; report it, and send it again once that is mended."
    )
    assert (poison.message.value, unfit.message.offset) == (fee(13), 6)
    assert log.intake() == Intake([6], admitted=5, rejected=2)


def test_an_accepted_gap_is_gone_over_and_stays_so(runs: Runs, admitting: Admitting) -> None:
    admitting.take([messages(fee(1), fee(2))])
    admitting.go_on(0, 50)
    admitting.go_on(2, 0)
    assert admitting.take([messages(fee(3), first=49)]).bodies == [], "what lies in the gap"
    admitting.take([messages(fee(4), partition=1)])
    resumed = runs.another()
    assert [resumed.following(partition) for partition in range(3)] == [50, 1, 0]


def test_a_topic_made_anew_is_read_from_its_beginning_once_that_is_accepted(log: Log, admitting: Admitting) -> None:
    admitting.take([messages(fee(1), fee(2), fee(3))])
    admitting.go_on(0, 0)
    assert ids_of(admitting.take([messages(fee(2), fee(4))])) == ["f-4"]
    assert log.intake() == Intake([1], admitted=4, duplicates=1)


def test_only_a_log_that_has_read_nothing_begins_wherever_the_topic_does(runs: Runs, admitting: Admitting) -> None:
    assert [admitting.following(partition) for partition in range(2)] == [None, None]
    admitting.go_on(0, 0)
    admitting.go_on(1, 700)
    admitting.take([messages(fee(1))])
    resumed = runs.another()
    assert [resumed.following(partition) for partition in range(3)] == [1, 700, 0], "the last came with more partitions"


def test_batches_and_stops_do_not_show(tmp_path: Path) -> None:
    values = [fee(number % 23, str(number // 23 + 1)) for number in range(60)] + [b"{"] * 3
    heads, intakes = set(), set()
    clock = (AT + timedelta(seconds=second) for second in count())
    for size in (1, 7, 100):
        log = log_at(tmp_path / f"log-{size}")
        for start in range(0, len(values), size):
            with log.writer("test") as writer:
                taking = Admitting(log, writer, TOPIC, lambda: next(clock))
                taking.take([messages(*values[: start + size])])
        heads.add(log.snapshot().head)
        intakes.add(str(log.intake()))
        assert verify(log.path).ok
    assert len(heads) == 1
    assert intakes == {str(Intake([62], admitted=23, rejected=40))}


def test_of_a_binary_message_the_whole_event_is_kept_aside(log: Log, admitting: Admitting) -> None:
    headers = [("ce_specversion", b"1.0"), ("ce_id", b"f-1"), ("ce_source", b"desk"), ("ce_type", b"fee.earnt")]
    refused = admitting.take([[Message(0, 0, b'{"amount":1.10}', headers)]])
    event = {"specversion": "1.0", "id": "f-1", "source": "desk", "type": "fee.earnt", "data": {"amount": 1.10}}
    (kept,) = kept_aside(log)
    assert json.loads(kept["raw"]) == event
    assert '"amount":1.10' in kept["raw"]
    assert refused.refused[0].message.value == b'{"amount":1.10}', "into the topic it goes as it came"
