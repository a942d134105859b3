"""Ingest: nothing lost, whatever comes in and however it is cut into files."""

import io
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest

from engine.ingest import Ingested, ingest
from engine.log.log import Log
from engine.people import Person, names, remember
from engine.sources.batch import Batch, Source
from engine.sources.jsonl import JsonLines
from schemas.institution import Institution
from schemas.problems import EnvironmentProblem, Problem

NOW = datetime(2025, 7, 1, 9, tzinfo=UTC)


class Heard:
    """A watcher that keeps what it is told."""

    def __init__(self) -> None:
        self.problems: list[str] = []
        self.seen: list[tuple[str, int]] = []

    def rejected(self, problem: Problem) -> None:
        self.problems.append(str(problem))

    def progress(self, source: str, so_far: Ingested) -> None:
        self.seen.append((source, so_far.came_in))


def joined(number: int, **changed: Any) -> bytes:
    event = {
        "specversion": "1.0",
        "id": str(number),
        "source": "crm",
        "type": "customer.joined",
        "time": "2025-07-01T00:00:00+08:00",
        "data": {"customer_id": f"C{number}"},
    }
    return msgspec.json.encode({**event, **changed})


def lines(*events: bytes, name: str = "a.jsonl") -> JsonLines:
    return JsonLines(name, io.BytesIO(b"\n".join(events) + b"\n"))


@pytest.fixture
def log(tmp_path: Path) -> Log:
    return Log.create(tmp_path / "log", Institution(), NOW)


def run(log: Log, *sources: Source) -> tuple[Ingested, Heard]:
    heard = Heard()
    return ingest(log, sources, now=lambda: NOW, holder="test", watcher=heard), heard


def test_what_comes_in_is_admitted_a_duplicate_or_rejected(log: Log) -> None:
    done, heard = run(log, lines(joined(1), joined(2), joined(1), b"{", joined(2, type="customer.left"), joined(3)))
    assert (done.admitted, done.duplicates, done.rejected, done.position) == (3, 1, 2, 3)
    assert done.came_in == 6
    assert done.head == log.snapshot().head
    assert [problem.partition(" ")[0] for problem in heard.problems] == ["a.jsonl:4:", "a.jsonl:5,"]
    assert "at position 2" in heard.problems[1]
    assert heard.seen == [("a.jsonl", 6)]


def test_ingesting_again_changes_nothing(log: Log) -> None:
    first, _ = run(log, lines(joined(1), joined(2)))
    again, _ = run(log, lines(joined(1), joined(2)))
    assert (again.admitted, again.duplicates, again.head) == (0, 2, first.head)


def test_the_head_does_not_show_how_events_were_cut_into_files(tmp_path: Path) -> None:
    events = [joined(number) for number in range(50)]
    whole = Log.create(tmp_path / "whole", Institution(), NOW)
    parts = Log.create(tmp_path / "parts", Institution(), NOW)
    one, _ = run(whole, lines(*events))
    for event in events:
        many, _ = run(parts, lines(event))
    assert one.head == many.head


def test_a_rejected_line_is_kept_with_its_place_its_reason_and_its_bytes(log: Log) -> None:
    run(log, lines(joined(1), b'{"id": "x"', name="bad.jsonl"))
    (file,) = (log.path / "rejected").iterdir()
    (kept,) = [msgspec.json.decode(line) for line in file.read_bytes().splitlines()]
    assert (kept["file"], kept["line"], kept["raw"]) == ("bad.jsonl", 2, '{"id": "x"')
    assert kept["reason"]


def test_a_file_that_cannot_be_read_does_not_stop_the_others(log: Log) -> None:
    utf_16 = JsonLines("b.jsonl", io.BytesIO("{}\n".encode("utf-16")))
    done, _ = run(log, lines(joined(1)), utf_16, lines(joined(2)))
    assert done.admitted == 2
    assert [str(problem) for problem in done.unread] == ["b.jsonl: It is UTF-16 text. Save it as UTF-8."]


def test_a_failing_disk_stops_the_ingest_and_keeps_what_was_acknowledged(log: Log) -> None:
    class Failing:
        name = "failing"

        def batches(self) -> Iterator[Batch]:
            yield Batch([1], [joined(1)])
            raise EnvironmentProblem("The disk is gone.")

    with pytest.raises(EnvironmentProblem, match="disk is gone"):
        run(log, Failing())
    assert log.snapshot().position == 1


def test_a_managers_name_goes_to_the_people_and_not_into_the_log(log: Log) -> None:
    data = {"manager_id": "M-1", "org_unit": "U", "name": "王敏", "on": "2025-01-01"}
    run(log, lines(joined(1, type="manager.appointed", data=data)))
    assert names(log.path) == {"M-1": "王敏"}
    assert "王敏".encode() not in b"".join(
        path.read_bytes() for path in log.path.rglob("*") if path.is_file() and path.name != "people.jsonl"
    )


def test_the_latest_name_counts_and_a_torn_line_costs_no_other(tmp_path: Path) -> None:
    remember(tmp_path, [Person("M-1", "a"), Person("M-2", "b")])
    with (tmp_path / "people.jsonl").open("ab") as file:
        file.write(b'{"manager_id":"M-3","na')
    remember(tmp_path, [Person("M-1", "c")])
    assert names(tmp_path) == {"M-1": "c", "M-2": "b"}
    (tmp_path / "people.jsonl").unlink()
    assert names(tmp_path) == {}
