"""Every case of `tests/cases`, asked of the product through its command line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests import case
from tests.command_line import Done, ingest, run, run_all, settle, write_events

PATHS = sorted(case.FOLDER.glob("*.yaml"))


@dataclass(frozen=True)
class Answered:
    """A case, and what the commands said to it."""

    worked: case.Case
    ingested: Done
    settled: list[Done]


@pytest.fixture(scope="module")
def answered(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Answered]:
    """All cases, each in a log of its own, through one process."""
    folder = tmp_path_factory.mktemp("cases")
    cases = [case.load(path) for path in PATHS]
    commands: list[list[str]] = []
    for worked in cases:
        log = folder / worked.name
        commands.append(ingest(log, write_events(folder / f"{worked.name}.jsonl", worked.events)))
        commands += [settle(log, asked.period, asked.through, asked.as_of) for asked in worked.questions]
    ended: Iterator[Done] = iter(run_all(commands))
    return {worked.name: Answered(worked, next(ended), [next(ended) for _ in worked.questions]) for worked in cases}


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_the_command_line_says_what_was_worked_on_paper(path: Path, answered: dict[str, Answered]) -> None:
    answer = answered[path.stem]
    worked, ingested = answer.worked, answer.ingested
    assert ingested.code == (2 if worked.count("refused") else 0), ingested
    counts = ingested.document()
    assert {name: counts[name] for name in ("admitted", "duplicates", "rejected", "position")} == {
        "admitted": worked.count("admitted"),
        "duplicates": worked.count("duplicate"),
        "rejected": worked.count("refused"),
        "position": worked.count("admitted"),
    }, ingested
    for question, settled in zip(worked.questions, answer.settled, strict=True):
        assert settled.code == 0, settled
        statement = settled.document()
        found = case.disagreements(question, statement) + case.unfound(question, statement)
        assert not found, f"{question.period}: {'; '.join(found)}"


def test_a_command_in_a_process_of_its_own_prints_the_same(tmp_path: Path) -> None:
    worked = case.load(case.FOLDER / "example_d_award_of_a_year.yaml")
    file = write_events(tmp_path / "events.jsonl", worked.events)
    log, asked = tmp_path / "log", worked.questions[0]
    commands = [settle(log, asked.period), ["settle", "no-such-plan", "2025", "--log", str(log)]]
    assert run(*ingest(log, file)).code == 0
    assert [run(*arguments) for arguments in commands] == run_all(commands)
