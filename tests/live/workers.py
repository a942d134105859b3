"""Several workers of one log: one reads, the others stand by, and any of them may be killed."""

from __future__ import annotations

from pathlib import Path
from random import Random

from tests.live.worker import Worker, until


class Workers:
    """Workers of one log; a context manager that leaves no process behind."""

    def __init__(self, brokers: str, log: Path, prefix: str, *options: str) -> None:
        self._arguments = (brokers, log, prefix, *options)
        self.running: list[Worker] = []
        self.killed = 0

    def __enter__(self) -> Workers:
        return self

    def __exit__(self, *_: object) -> None:
        for worker in self.running:
            worker.kill()

    def start(self, count: int = 1) -> list[Worker]:
        """Start some more."""
        new = [Worker(*self._arguments) for _ in range(count)]
        self.running += new
        return new

    @property
    def active(self) -> Worker | None:
        """The one that reads, if one does by now."""
        self.assert_alive()
        return next((one for one in self.running if one.reads), None)

    def reading(self) -> Worker:
        """The one that reads, as soon as one does."""
        until(lambda: self.active is not None, "a worker reads")
        assert self.active is not None
        return self.active

    def kill(self, worker: Worker) -> None:
        """kill -9 one of them."""
        worker.kill()
        self.running.remove(worker)
        self.killed += 1

    def kill_any(self, random: Random) -> None:
        """kill -9 one of them, mostly the one that reads."""
        active = self.active
        self.kill(active if active is not None and random.random() < 0.8 else random.choice(self.running))

    def assert_alive(self) -> None:
        """No worker may end by itself."""
        for worker in self.running:
            assert worker.runs, worker.complained
