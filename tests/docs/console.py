"""Runs the ``console`` blocks of a Markdown document, in order, as its reader would.

A line ``$ command`` is run by a shell, a here-document with all its lines; the lines below it are what it has to
print, in this order: ``…`` stands for anything, and lines that are not told may stand between. A command has to
succeed, unless it ends in ``# exit code N``. Blocks of another kind are not run.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

_BLOCK = re.compile(r"^```console\n(.*?)^```", re.MULTILINE | re.DOTALL)
_HERE = re.compile(r"<<\s*'?(\w+)'?")
_EXIT_CODE = re.compile(r"#\s*exit code (\d+)\s*$")


@dataclass(frozen=True, slots=True)
class Step:
    """A command of a document with what it has to print."""

    line: int
    command: str
    expected: tuple[str, ...]

    @property
    def exit_code(self) -> int:
        """The exit code that the document promises."""
        match = _EXIT_CODE.search(self.command.splitlines()[0])
        return int(match[1]) if match else 0


def steps(document: str) -> Iterator[Step]:
    """The commands of a document's console blocks."""
    for block in _BLOCK.finditer(document):
        line = document[: block.start(1)].count("\n") + 1
        yield from _steps(block[1].splitlines(), line)


def _steps(lines: list[str], first: int) -> Iterator[Step]:
    at = 0
    while at < len(lines):
        assert lines[at].startswith("$ "), f"line {first + at}: a command begins with '$ ': {lines[at]}"
        start, command = at, [lines[at][2:]]
        at += 1
        here = _HERE.search(command[0])
        while here is not None or command[-1].endswith("\\"):
            command.append(lines[at])
            at += 1
            if here is not None and command[-1] == here[1]:
                break
        expected = []
        while at < len(lines) and not lines[at].startswith("$ "):
            expected.append(lines[at])
            at += 1
        yield Step(first + start, "\n".join(command), tuple(expected))


def run(step: Step, directory: Path, environment: Mapping[str, str]) -> list[str]:
    """Run a step in ``directory``; what differs from what the document promises."""
    done = subprocess.run(
        ["bash", "-c", step.command],
        cwd=directory,
        env=dict(environment),
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    printed = done.stdout + done.stderr
    if done.returncode != step.exit_code:
        return [f"line {step.line}: {step.command!r} exited {done.returncode}, not {step.exit_code}: {printed}"]
    rest = iter(" ".join(line.split()) for line in printed.splitlines())
    for expected in step.expected:
        pattern = re.compile(".*".join(re.escape(part) for part in " ".join(expected.split()).split("…")))
        if expected.strip() and not any(pattern.fullmatch(line) for line in rest):
            return [f"line {step.line}: {step.command!r} does not print {expected!r} there, but:\n{printed}"]
    return []
