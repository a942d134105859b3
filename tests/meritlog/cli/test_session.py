from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
import typer

from engine.log import Log
from meritlog.cli.arguments import as_of, day
from meritlog.cli.session import Session, before_command, command
from meritlog.words import Language
from schemas.institution import Institution
from schemas.problems import Problem
from schemas.vector import Vector

SHANGHAI = Institution("Asia/Shanghai", "CNY")


def seen(arguments: list[str]) -> Session:
    """The session of a command that was called so."""
    found: list[Session] = []

    def look(session: Session) -> None:
        """Look."""
        found.append(session)

    app = typer.Typer(callback=before_command)
    app.command("look")(command(look))
    app.command("other")(command(look))
    typer.main.get_command(app)(args=arguments, standalone_mode=False)
    return found[0]


@pytest.mark.parametrize(
    "arguments", [["look", "--log", "a"], ["--log", "a", "look"], ["--log", "b", "look", "--log", "a"]]
)
def test_common_options_stand_before_or_after_the_command(arguments: list[str]) -> None:
    assert seen(arguments).log == Path("a")


def test_the_log_is_what_was_said_else_the_environments_else_a_folder_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MERITLOG_LOG", "/data/branch-12")
    assert seen(["look"]).log == Path("/data/branch-12")
    assert seen(["look", "--log", "a"]).log == Path("a")
    monkeypatch.delenv("MERITLOG_LOG")
    assert seen(["look"]).log == Path("meritlog-data")


def test_a_log_in_the_place_of_a_file_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "events.jsonl"
    file.touch()
    with pytest.raises(Problem, match=r"events\.jsonl: This is a file, not a folder\. Name a folder\."):
        assert seen(["look", "--log", str(file)]).log


def test_json_and_language_are_heard_on_either_side() -> None:
    assert seen(["--json", "look"]).json
    assert seen(["look", "--json"]).json
    assert not seen(["look"]).json
    assert seen(["look", "--lang", "zh"]).words.language is Language.ZH


def test_a_document_is_one_line_of_utf_8(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    seen(["look"]).document({"名": "值"})
    printed = capfdbinary.readouterr().out
    assert printed.count(b"\n") == 1
    assert json.loads(printed) == {"名": "值"}


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Log:
    return Log.create(tmp_path_factory.mktemp("logs") / "files", SHANGHAI, datetime(2025, 1, 1, tzinfo=UTC))


@pytest.fixture(scope="module")
def partitioned(tmp_path_factory: pytest.TempPathFactory) -> Log:
    folder = tmp_path_factory.mktemp("logs") / "kafka"
    return Log.create(folder, SHANGHAI, datetime(2025, 1, 1, tzinfo=UTC), partitions=2)


def test_as_of_is_a_position_or_a_time(log: Log) -> None:
    assert as_of(None, log) is None
    assert as_of("48211", log) == 48211
    with_offset = as_of("2025-04-08T18:00+08:00", log)
    assert with_offset == as_of("2025-04-08T18:00", log) == as_of("2025-04-08T10:00Z", log)


def test_of_a_log_that_kafka_feeds_a_position_is_a_vector(partitioned: Log) -> None:
    assert as_of("0:812,1:790", partitioned) == Vector((812, 790))


@pytest.mark.parametrize("text", ["0:812,1:790", "0:1"])
def test_a_vector_is_no_position_of_a_log_of_files(text: str, log: Log) -> None:
    with pytest.raises(Problem, match=r"is no position of this log\. .* such as 48211, or a time"):
        as_of(text, log)


@pytest.mark.parametrize("text", ["48211", "0:812", "0:812,1:790,2:5"])
def test_a_number_or_another_count_of_partitions_is_no_position_of_a_partitioned_log(
    text: str, partitioned: Log
) -> None:
    with pytest.raises(Problem, match=r"is no position of this log\. .* such as 0:812,1:811, or a time"):
        as_of(text, partitioned)


@pytest.mark.parametrize("text", ["yesterday", "2025-04-08", "-1", "1.5", "", "٣", "2025-04-31T10:00"])
def test_what_is_neither_position_nor_time_is_refused(text: str, log: Log) -> None:
    with pytest.raises(Problem, match="is neither a position nor a time"):
        as_of(text, log)


@pytest.mark.parametrize("text", ["2025-02-30", "20250214", "2025-2-14", "today", "", "2025-W07-5"])
def test_a_day_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(Problem, match=r"is no day of the calendar\. Write it as 2025-02-14\."):
        day(text, "--through")
