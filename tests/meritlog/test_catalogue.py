"""Every text that meritlog says has its Chinese: texts are found where they are said, in the source."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer

from meritlog.cli import COMMANDS, GROUPS, application
from meritlog.cli.demo import NEXT
from meritlog.words import Language, Words

FACE = Path(__file__).parents[2] / "meritlog"
SPEAKERS = {"words", "_words", "say", "_heading", "_step"}


def said_in(path: Path) -> Iterator[str]:
    """The literal texts in calls of ``words(...)``, ``session.say(...)`` and what passes a text on to them."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and node.args:
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if name in SPEAKERS:
                for argument in node.args:
                    yield from (text.value for text in _texts(argument) if isinstance(text.value, str))


def _texts(node: ast.expr) -> Iterator[ast.Constant]:
    if isinstance(node, ast.Constant):
        yield node
    elif isinstance(node, ast.IfExp):
        yield from _texts(node.body)
        yield from _texts(node.orelse)


def said_in_help(part: Any) -> Iterator[str]:
    """Every text of a command's help, as the catalogue keys it."""
    for field in ("help", "short_help", "rich_help_panel"):
        text = getattr(part, field, None)
        if isinstance(text, str):
            yield from (" ".join(paragraph.split()) for paragraph in text.split("\n\n"))
    for each in (*getattr(part, "params", ()), *getattr(part, "commands", {}).values()):
        yield from said_in_help(each)


def test_every_text_of_the_source_has_its_chinese() -> None:
    catalogue = Words(Language.ZH).catalogue
    said = {text for path in FACE.rglob("*.py") for text in said_in(path)} | {what for what, _ in NEXT}
    assert len(said) > 80
    assert sorted(said - set(catalogue)) == []


def test_every_text_of_the_help_has_its_chinese() -> None:
    catalogue = Words(Language.ZH).catalogue
    said = set(said_in_help(application(Words(Language.EN))))
    assert len(said) > 2 * len(COMMANDS) + len(GROUPS)
    assert sorted(said - set(catalogue)) == []


def test_help_speaks_chinese() -> None:
    spoken = set(said_in_help(application(Words(Language.ZH))))
    english = set(said_in_help(application(Words(Language.EN))))
    assert spoken & english == set()


def test_every_command_gives_an_example() -> None:
    commands = [command for _, command in every_command(application(Words(Language.EN)))]
    assert all(
        f"$ meritlog {name}" in (command.epilog or "")
        for name, command in every_command(application(Words(Language.EN)))
    )
    assert len(commands) == len(COMMANDS)


def every_command(group: typer.core.TyperGroup, path: str = "") -> Iterator[tuple[str, Any]]:
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from every_command(command, f"{path}{name} ")
        else:
            yield f"{path}{name}", command
