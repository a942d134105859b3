"""Help is whole and in the reader's language, however narrow the terminal."""

from __future__ import annotations

import json
from importlib import metadata
from typing import Any

import pytest
from typer import rich_utils

from meritlog.cli import COMMANDS, application, main
from meritlog.words import Language, Words

CUT = "…"


def cuts_meant(built: Any, name: str) -> int:
    """How many ellipses a command and its parameters say themselves."""
    for part in name.split():
        built = built.commands[part]
    said = [built.help, built.epilog, *(text for one in built.params for text in (one.help, one.metavar))]
    said += [one.metavar for one in built.params if one.param_type_name == "argument"]  # the usage names it, too
    return sum(text.count(CUT) for text in said if text)


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("name", [name for _, name, _ in COMMANDS])
def test_nothing_of_a_commands_help_is_cut_in_eighty_columns(
    name: str, language: Language, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(rich_utils, "MAX_WIDTH", 80)
    assert main([*name.split(), "--help", "--lang", language.value]) == 0
    assert capsys.readouterr().out.count(CUT) == cuts_meant(application(Words(language)), name)


def test_chinese_help_has_no_english_word_of_typers_own(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["query", "gaps", "--help", "--lang", "zh"]) == 0
    shown = capsys.readouterr().out
    assert "用法：meritlog query gaps [选项]" in shown
    assert "[必填]" in shown
    assert "[默认：30%]" in shown
    assert not [word for word in ("Usage", "OPTIONS", "required", "default") if word in shown]


def test_english_help_after_chinese_is_english(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["settle", "--help", "--lang", "zh"]) == main(["settle", "--help", "--lang", "en"]) == 0
    english = capsys.readouterr().out.rpartition("Usage: ")[2]
    assert english.startswith("meritlog settle [OPTIONS]")
    assert "[required]" in english


def test_the_version_needs_no_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    said = capsys.readouterr().out
    assert main(["--version", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert said == f"meritlog {told['version']} (Python {told['python']})\n"
    assert told["version"] == metadata.version("meritlog")
