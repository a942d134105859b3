"""Worker processes: started by the command line, killed, stopped, and asked what they said."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from uuid import uuid4

from tests.command_line import PLAN, ROOT

SECONDS_MAX = 60


def until(holds: Callable[[], object], what: str, seconds: float = SECONDS_MAX) -> None:
    """Wait until something holds."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, f"not within {seconds} seconds: {what}"
        time.sleep(0.02)


class Worker:
    """One ``meritlog worker``; a context manager that leaves no process behind."""

    def __init__(
        self,
        brokers: str,
        log: Path,
        prefix: str,
        *options: str,
        module: str = "meritlog",
        environment: Mapping[str, str] | None = None,
    ) -> None:
        """``module`` is what is run: the product, or a module of the tests that runs it with a fault in it."""
        log.parent.mkdir(parents=True, exist_ok=True)
        name = f"worker-{uuid4().hex[:8]}"
        self._out, self._err = log.parent / f"{name}.out", log.parent / f"{name}.err"
        arguments = ["worker", "--brokers", brokers, "--log", str(log), "--prefix", prefix, "--plan", PLAN, *options]
        with self._out.open("wb") as out, self._err.open("wb") as err:
            self.process = subprocess.Popen(
                [sys.executable, "-m", module, *arguments],
                cwd=ROOT,
                env={**os.environ, **(environment or {})},
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
            )

    def __enter__(self) -> Worker:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()

    @property
    def said(self) -> str:
        """Its standard output so far."""
        return self._out.read_text(encoding="utf-8")

    @property
    def complained(self) -> str:
        """Its standard error so far."""
        return self._err.read_text(encoding="utf-8")

    @property
    def runs(self) -> bool:
        """Whether it has not ended."""
        return self.process.poll() is None

    @property
    def reads(self) -> bool:
        """Whether it is the one that reads."""
        return "ready: log" in self.said

    def reading(self) -> Worker:
        """Wait until it reads."""
        until(lambda: self.reads or not self.runs, "the worker reads")
        assert self.reads, self.complained
        return self

    def standing_by(self) -> Worker:
        """Wait until it stands by."""
        until(lambda: "ready: standing by" in self.said or not self.runs, "the worker stands by")
        assert self.runs, self.complained
        return self

    def kill(self) -> None:
        """kill -9."""
        self.process.kill()
        self.process.wait()

    def stopped(self) -> int:
        """Stop it as systems do; its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.ended()

    def ended(self) -> int:
        """Wait for its end; its exit code."""
        return self.process.wait(SECONDS_MAX)
