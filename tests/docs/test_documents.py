"""Every ``console`` block of the documents does what the document says."""

from __future__ import annotations

import os
import shlex
import shutil
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from meritlog.broker import Node
from meritlog.demo.run import MADE, brought_in
from tests.brokers import needed
from tests.docs.console import run, steps

ROOT = Path(__file__).parents[2]
DOCUMENTS = sorted(
    path
    for path in (*ROOT.glob("README*.md"), *(ROOT / "docs").rglob("*.md"))
    if "```console" in path.read_text(encoding="utf-8")
)


@pytest.fixture(scope="module")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What ``meritlog demo`` leaves behind, as far as the documents use it."""
    folder = tmp_path_factory.mktemp("demo") / "meritlog-demo"
    folder.mkdir()
    brought_in(MADE, folder)
    return folder


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, str]:
    """A reader's environment: ``meritlog`` is the command of this tree, in English."""
    programs = tmp_path_factory.mktemp("bin")
    command = programs / "meritlog"
    command.write_text(f'#!/bin/sh\nPYTHONPATH={shlex.quote(str(ROOT))} exec {sys.executable} -m meritlog "$@"\n')
    command.chmod(0o755)
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("MERITLOG", "LC_", "LANG"))}
    return {**kept, "PATH": f"{programs}:{kept['PATH']}", "LC_ALL": "C.UTF-8"}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_documents_commands_do_what_it_says(
    tmp_path: Path, demonstration: Path, environment: Mapping[str, str], document: Path
) -> None:
    text = document.read_text(encoding="utf-8")
    if "$ meritlog broker up" in text:
        needed()
    shutil.copytree(demonstration, tmp_path / "meritlog-demo")
    exported = dict(environment)
    for step in steps(text):
        if step.command.startswith("export "):
            name, _, value = step.command.removeprefix("export ").partition("=")
            exported[name] = value
            continue
        assert run(step, tmp_path, exported) == [], f"{document.name}"


@pytest.fixture(autouse=True)
def brokers_go_down(tmp_path: Path) -> Iterator[None]:
    """Whatever a document that fails half-way has started."""
    yield
    for record in tmp_path.rglob("broker.json"):
        Node(record.parent).down()


def test_the_documents_are_found() -> None:
    names = {path.name for path in DOCUMENTS}
    assert {"README.md", "README.zh-CN.md", "settle-a-period.md", "own-csv.md"} <= names
