"""Whatever goes wrong is one message, one exit code and never a traceback."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest
import typer

from meritlog.__main__ import run
from meritlog.cli import main
from meritlog.cli.failures import Exit, answered
from meritlog.words import Language, Words
from schemas.problems import EnvironmentProblem, Place, Problem, Problems

WORDS = Words(Language.EN)
PROBLEM = Problem("'2025-02-30' is no day.", place=Place("events.jsonl", 7, "on"), remedy="Write YYYY-MM-DD.")


def failing(error: BaseException) -> object:
    raise error


@pytest.mark.parametrize(
    ("error", "code", "message"),
    [
        (PROBLEM, 2, "error: events.jsonl:7, field on: '2025-02-30' is no day. Write YYYY-MM-DD.\n"),
        (EnvironmentProblem("The disk is full."), 3, "error: The disk is full.\n"),
        (OSError(errno.EACCES, "Permission denied", "/log"), 3, "error: /log: Permission denied\n"),
        (MemoryError(), 3, "error: The memory is not enough. Free some, or settle a shorter period.\n"),
        (typer.Abort(), 130, "Interrupted. What was acknowledged stays.\n"),
        (KeyboardInterrupt(), 130, "Interrupted. What was acknowledged stays.\n"),
        (typer.Exit(1), 1, None),
    ],
)
def test_a_failure_is_a_message_and_an_exit_code(
    capsys: pytest.CaptureFixture[str], error: BaseException, code: int, message: str | None
) -> None:
    if isinstance(error, typer.Exit):
        assert answered(lambda: error.exit_code, json=False, words=WORDS) == code
        return
    assert answered(lambda: failing(error), json=False, words=WORDS) == code
    told = capsys.readouterr()
    assert told.err == message
    assert told.out == ""


def test_ctrl_c_inside_a_command_is_told(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.log.Log.create", lambda *_, **__: failing(KeyboardInterrupt()))
    assert main(["init", "--log", "nowhere", "--lang", "zh"]) == Exit.INTERRUPTED
    told = capsys.readouterr()
    assert (told.out, told.err) == ("", "已中断。已确认的内容均已保存。\n")


def test_ctrl_c_while_the_commands_are_being_loaded_is_no_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    class Loading(ModuleType):
        def __getattr__(self, name: str) -> object:
            raise KeyboardInterrupt

    monkeypatch.setitem(sys.modules, "meritlog.cli", Loading("meritlog.cli"))
    assert run() == Exit.INTERRUPTED


def test_several_problems_are_told_a_line_each(capsys: pytest.CaptureFixture[str]) -> None:
    both = Problems([PROBLEM, Problem("'x' is not known here.", place=Place("plan.yaml", 3))])
    assert answered(lambda: failing(both), json=True, words=WORDS) == Exit.BAD_INPUT
    told = capsys.readouterr()
    assert told.err.count("\n") == 2
    document = json.loads(told.out)
    assert document["error"]["line"] == 7
    assert [one["line"] for one in document["error"]["all"]] == [7, 3]


def test_json_keeps_standard_output_one_document(capsys: pytest.CaptureFixture[str]) -> None:
    assert answered(lambda: failing(PROBLEM), json=True, words=WORDS) == Exit.BAD_INPUT
    assert json.loads(capsys.readouterr().out) == {
        "error": {
            "message": "'2025-02-30' is no day.",
            "file": "events.jsonl",
            "line": 7,
            "field": "on",
            "event_id": None,
            "remedy": "Write YYYY-MM-DD.",
        }
    }


def test_a_defect_of_ours_is_called_one(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MERITLOG_TRACEBACK", raising=False)
    assert answered(lambda: failing(ZeroDivisionError("oops")), json=False, words=WORDS) == Exit.DEFECT
    told = capsys.readouterr().err
    assert "This is a defect of meritlog: ZeroDivisionError: oops" in told
    assert "Traceback" not in told
    monkeypatch.setenv("MERITLOG_TRACEBACK", "1")
    answered(lambda: failing(ZeroDivisionError("oops")), json=False, words=WORDS)
    assert "Traceback" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["settel"], "No such command 'settel'"),
        (["settle"], "Missing argument"),
        (["settle", "bank-contribution", "2025", "--nope"], "No such option: --nope"),
        (["settle", "bank-contribution", "2025Q5"], "'2025Q5' is no period."),
        (["settle", "bank-contributoin", "2025"], "Did you mean"),
        (["settle", "./nowhere.yaml", "2025"], "nowhere.yaml"),
        (["settle", "bank-contribution", "2025", "--out", "x.docx"], ".docx is no format of a statement."),
        (["explain", "bank-contribution", "2025"], "Missing argument"),
        (["explain", "bank-contribution", "2025", "M-1", "--limit", "-1"], "greater than or equal to 0"),
        (["board", "bank-contribution", "2025", "--through", "2025-02-30"], "log"),
        (["plan", "shwo"], "No such command 'shwo'"),
        (["query", "prodcts"], "No such command 'prodcts'. Did you mean 'products'? See: meritlog query --help"),
        (["--lang", "en"], "Missing command. See: meritlog --help"),
        (["verify", "--lang", "fr"], "'fr'"),
    ],
)
def test_wrong_usage_is_named_and_exits_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], message: str
) -> None:
    assert main([*arguments, "--log", str(tmp_path / "none")]) == Exit.BAD_INPUT
    told = capsys.readouterr()
    assert message in told.err
    assert told.out == ""
    assert "Traceback" not in told.err


@pytest.mark.parametrize("arguments", [[], ["plan"], ["schema"]])
def test_no_command_shows_the_help(capsys: pytest.CaptureFixture[str], arguments: list[str]) -> None:
    assert main(arguments) == Exit.BAD_INPUT
    told = capsys.readouterr()
    assert "Usage" in told.out
    assert told.err == ""


def test_wrong_usage_with_json_is_one_document(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["settle", "--json"]) == Exit.BAD_INPUT
    assert "Missing argument" in json.loads(capsys.readouterr().out)["error"]["message"]


def test_a_reader_that_goes_away_is_no_failure() -> None:
    """As in ``meritlog plan show ... | head -1``."""
    command = [sys.executable, "-m", "meritlog", "plan", "show", "bank-contribution", "--source"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.read(10)
        process.stdout.close()
        told = process.stderr.read().decode()
        assert process.wait(timeout=60) in {Exit.DONE, Exit.READER_LEFT}
    assert told == ""


def test_a_terminal_that_lacks_a_character_is_no_failure() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "meritlog", "--lang", "zh", "plan", "list"],
        capture_output=True,
        check=False,
        env={**os.environ, "PYTHONIOENCODING": "ascii"},
    )
    assert done.returncode == Exit.DONE
    assert b"bank-contribution" in done.stdout


def test_python_m_meritlog_is_the_command() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "meritlog", "--lang", "zh", "--help"],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "COLUMNS": "100"},
    )
    assert done.returncode == Exit.DONE
    assert "日志" in done.stdout
