"""The real server in a process of its own, and clients that read its feeds as any program would."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import msgspec
from fastapi.testclient import TestClient

from meritlog.web.app import application
from meritlog.web.service import Settings
from replay.changes import applied
from schemas.statement import Board, BoardChanges, digest_of

ROOT = Path(__file__).parents[3]
PATIENCE = 60.0


@dataclass
class Server:
    """A server that runs."""

    url: str
    process: subprocess.Popen[str]

    def get(self, path: str, **parameters: Any) -> httpx2.Response:
        """Ask it."""
        return httpx2.get(self.url + path, timeout=PATIENCE, **parameters)

    def health(self) -> dict[str, Any]:
        """How it is."""
        told: dict[str, Any] = self.get("/health").json()
        return told

    def until(self, holds: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """Wait until its health is so."""
        return until(self.health, holds)

    def end(self, how: signal.Signals = signal.SIGTERM) -> int:
        """Tell it to end; its exit code."""
        self.process.send_signal(how)
        return self.process.wait(PATIENCE)


def until(look: Callable[[], Any], holds: Callable[[Any], bool]) -> Any:
    """Look until it holds."""
    end = time.monotonic() + PATIENCE
    while not holds(seen := look()):
        assert time.monotonic() < end, f"it never came to be; last: {seen}"
        time.sleep(0.02)
    return seen


@contextmanager
def ready(settings: Settings) -> Iterator[TestClient]:
    """A client of an application, in this process, that has read its log: before, a board is refused."""
    with TestClient(application(settings)) as client:
        until(lambda: client.get("/health").json()["status"], lambda status: status == "ok")
        yield client


@contextmanager
def served(
    log: Path, *options: str, module: str = "meritlog", environment: Mapping[str, str] | None = None
) -> Iterator[Server]:
    """A server of that log at a free port, killed in the end; ``module`` as of ``tests.live.worker``."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MERITLOG")}
    process = subprocess.Popen(
        [sys.executable, "-m", module, "serve", "--port", "0", "--json", "--log", str(log), *options],
        cwd=ROOT,
        env={**kept, **(environment or {})},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line, process.stderr and process.stderr.read()
        yield Server(json.loads(line)["url"].rstrip("/"), process)
    finally:
        process.kill()
        process.communicate()


@dataclass
class Told:
    """One message of a feed."""

    event: str
    id: str | None
    data: Any


def messages(lines: Iterator[str]) -> Iterator[Told]:
    """Server-sent events, read as the standard says."""
    event, data, last = "message", "", None
    for line in lines:
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if line == "" and data:
            yield Told(event, last, json.loads(data))
        if line == "":
            event, data = "message", ""
        elif name == "event":
            event = value
        elif name == "data":
            data += value
        elif name == "id":
            last = value


class Follower:
    """A client that holds a board by what it was told, and checks it against the digest each time."""

    def __init__(self) -> None:
        self.board: Board | None = None
        self.last_id: str | None = None
        self.kinds: list[str] = []

    def take(self, told: Told) -> None:
        """Take one message."""
        self.kinds.append(told.event)
        if told.event == "status":
            return
        if told.event == "board":
            self.board = msgspec.convert(told.data, Board)
        else:
            assert self.board is not None, "changes of a board that was never told"
            self.board = applied(self.board, msgspec.convert(told.data, BoardChanges))
        assert digest_of(self.board) == self.board.digest
        assert told.id is not None
        self.last_id = told.id

    @contextmanager
    def following(self, url: str) -> Iterator[Iterator[Told]]:
        """The feed, from where this client stands; leaving the block cuts the connection."""
        headers = {"Last-Event-ID": self.last_id} if self.last_id else {}
        with httpx2.stream("GET", url, headers=headers, timeout=PATIENCE) as response:
            assert response.status_code == 200, response.read()
            assert response.headers["content-type"].startswith("text/event-stream")
            yield messages(response.iter_lines())
