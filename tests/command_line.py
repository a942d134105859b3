"""The product as a user meets it: `python -m meritlog …`, whole commands with exit code and output.

A process takes half a second to start, so `run_all` runs many commands one after another in a single child process,
each from the module's entry point and with its own arguments and output; `run` starts a process for one command, as a
shell does.
"""

from __future__ import annotations

import json
import os
import runpy
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

ROOT = Path(__file__).parent.parent
PLAN = "bank-contribution"


@dataclass(frozen=True)
class Done:
    """A command that ended."""

    arguments: tuple[str, ...]
    code: int
    out: str
    err: str

    def document(self) -> dict[str, Any]:
        """The one JSON document that `--json` prints; whatever else it did is the failure's message."""
        try:
            document: dict[str, Any] = json.loads(self.out)
        except ValueError:
            raise AssertionError(f"{self} did not print a document") from None
        return document

    def __str__(self) -> str:
        return f"meritlog {' '.join(self.arguments)} → {self.code}\n{self.out}{self.err}"


def run(*arguments: str, module: str = "meritlog", environment: Mapping[str, str] | None = None) -> Done:
    """One command in a process of its own; ``module`` is the product, or one of the tests that has a fault in it."""
    ended = subprocess.run(
        [sys.executable, "-m", module, *arguments],
        cwd=ROOT,
        env={**os.environ, **(environment or {})},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    return Done(arguments, ended.returncode, ended.stdout, ended.stderr)


def run_all(commands: Sequence[Sequence[str]], environment: Mapping[str, str] | None = None) -> list[Done]:
    """Many commands in one process, in their order."""
    ended = subprocess.run(
        [sys.executable, "-m", "tests.command_line"],
        cwd=ROOT,
        env={**os.environ, **(environment or {})},
        input="".join(json.dumps(list(arguments)) + "\n" for arguments in commands),
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    answers = [json.loads(line) for line in ended.stdout.splitlines()]
    assert len(answers) == len(commands), f"the child ended after {len(answers)} of {len(commands)}: {ended.stderr}"
    return [Done(tuple(arguments), *answer) for arguments, answer in zip(commands, answers, strict=True)]


def ingest(log: Path, *files: Path) -> list[str]:
    """The arguments that admit files."""
    return ["ingest", *map(str, files), "--log", str(log), "--json"]


def settle(log: Path, period: str, through: str | None = None, as_of: str | int | None = None) -> list[str]:
    """The arguments that settle a period of the flagship plan."""
    arguments = ["settle", PLAN, period, "--log", str(log), "--json"]
    if through:
        arguments += ["--through", through]
    if as_of is not None:
        arguments += ["--as-of", str(as_of)]
    return arguments


def write_events(path: Path, events: Sequence[Mapping[str, Any]]) -> Path:
    """A JSONL file of events."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(event) + "\n" for event in events), encoding="utf-8")
    return path


def _enter(arguments: list[str]) -> int:
    """Run the module as `python -m meritlog` does and give the exit code that its process would end with."""
    sys.argv = ["meritlog", *arguments]
    try:
        runpy.run_module("meritlog", run_name="__main__", alter_sys=True)
    except SystemExit as end:
        if isinstance(end.code, str):
            print(end.code, file=sys.stderr)
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:
        traceback.print_exc()
        return 1
    return 0


def _caught(arguments: list[str], out: BinaryIO, err: BinaryIO) -> int:
    """Run with the standard outputs, down to their file descriptors, led into files."""
    kept = os.dup(1), os.dup(2)
    os.dup2(out.fileno(), 1)
    os.dup2(err.fileno(), 2)
    try:
        return _enter(arguments)
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        for descriptor, original in enumerate(kept, start=1):
            os.dup2(original, descriptor)
            os.close(original)


def _serve() -> None:
    """The child: a line of arguments in, a line with exit code and outputs out."""
    lines = sys.stdin.readlines()
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    for line in lines:
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
            code = _caught(json.loads(line), out, err)
            texts = []
            for file in (out, err):
                file.seek(0)
                texts.append(file.read().decode("utf-8"))
        answers.write(json.dumps([code, *texts]) + "\n")
        answers.flush()


if __name__ == "__main__":
    _serve()
