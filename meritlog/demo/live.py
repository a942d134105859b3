"""The live demonstration: a real broker, a worker, the page, and the made bank's events flowing at a chosen speed.

Each is a process of its own, started by the very commands that a user would type; all end together.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from meritlog.broker import Node
from meritlog.demo.bank import lines
from schemas.problems import EnvironmentProblem, Place

END_SECONDS = 15
Say = Callable[[str], None]


@contextmanager
def flowing(folder: Path, rate: float, port: int, say: Say) -> Iterator[list[subprocess.Popen[str]]]:
    """The processes of the demonstration, while they last; ``say`` is told what was started and how.

    Raises:
        EnvironmentProblem: one of them does not start; the message names what it said.
    """
    folder.mkdir(parents=True, exist_ok=True)
    home = Path(tempfile.mkdtemp(prefix="live-", dir=folder))
    events = _events(home)
    node = Node(home / "broker")
    running: list[subprocess.Popen[str]] = []
    try:
        brokers = node.up(0, kept=False).address
        say(f"meritlog broker up --port 0 --throw-away   ({brokers})")
        log = home / "log"
        for command in (
            ["worker", "--brokers", brokers, "--log", str(log)],
            ["serve", "--port", str(port), "--brokers", brokers, "--log", str(log)],
        ):
            say(f"meritlog {' '.join(command)}")
            running.append(_process(command, home))
            _await_first_word(running[-1], command, home)
        ingest = ["ingest", str(events), "--brokers", brokers, "--rate", f"{rate:g}"]
        say(f"meritlog {' '.join(ingest)}")
        running.append(_process(ingest, home))
        yield running
    finally:
        for process in reversed(running):
            process.terminate()
        for process in running:
            try:
                process.wait(END_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
        node.down()


def _events(home: Path) -> Path:
    """The made bank's events in order of their days, so that the year passes before one's eyes."""
    dated = sorted(lines(), key=lambda line: json.loads(line)["data"]["on"])
    file = home / "events.jsonl"
    file.write_text("".join(f"{line}\n" for line in dated), encoding="utf-8")
    return file


def _process(command: list[str], home: Path) -> subprocess.Popen[str]:
    told = (home / f"{command[0]}.log").open("w", encoding="utf-8")
    with told:
        return subprocess.Popen(
            [sys.executable, "-m", "meritlog", *command], stdout=subprocess.PIPE, stderr=told, text=True
        )


def _await_first_word(process: subprocess.Popen[str], command: list[str], home: Path) -> None:
    """Wait until a process has said its first word: it runs."""
    assert process.stdout is not None, "its output is read here"
    if not process.stdout.readline():
        file = home / f"{command[0]}.log"
        raise EnvironmentProblem(
            f"meritlog {command[0]} did not start: {file.read_text(encoding='utf-8').strip()}",
            place=Place(file=str(file)),
        )
