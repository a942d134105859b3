"""One writer at a time: the kernel holds the lock, a file says who has it.

The lock is ``flock`` on ``DIR/lock``: the kernel lets go of it when its process ends, however it ends, so that a dead
process never has to be recognised. What stands in the file is only for the one who is turned away.
"""

from __future__ import annotations

import fcntl
import os
import shlex
import socket
import sys
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from engine.log.disk import told
from schemas.problems import EnvironmentProblem, Place

LOCK_NAME = "lock"


class Holder(msgspec.Struct, frozen=True):
    """Who holds the lock."""

    pid: int
    host: str
    command: str
    holder: str

    def __str__(self) -> str:
        return f"{self.holder} (process {self.pid} on {self.host}: {self.command})"


class Held(EnvironmentProblem):
    """Another writer has the log."""


class WriterLock:
    """The held lock of a log; a context manager."""

    def __init__(self, directory: Path, holder: str) -> None:
        """Take the lock of the log at ``directory``.

        Raises:
            Held: another process or thread has it; the message says who, and since when.
        """
        self._path = directory / LOCK_NAME
        with told(self._path, "open the lock"):
            self._descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            problem = self._held()
            os.close(self._descriptor)
            raise problem from None
        me = Holder(os.getpid(), socket.gethostname(), shlex.join(sys.argv) or "python", holder)
        with told(self._path, "say who holds the lock"):
            os.ftruncate(self._descriptor, 0)
            os.pwrite(self._descriptor, msgspec.json.encode(me), 0)

    def _held(self) -> Held:
        since = datetime.fromtimestamp(os.fstat(self._descriptor).st_mtime, UTC)
        try:
            who = str(msgspec.json.decode(os.pread(self._descriptor, 1 << 20, 0), type=Holder))
        except msgspec.DecodeError:
            who = "another writer"
        return Held(
            f"The log is being written by {who}, since {since:%Y-%m-%d %H:%M:%S} UTC.",
            place=Place(file=str(self._path)),
            remedy="One writer at a time: wait for it to end, or stop it. Reading needs no lock.",
        )

    def release(self) -> None:
        """Let the next writer in."""
        os.close(self._descriptor)

    def __enter__(self) -> WriterLock:
        return self

    def __exit__(self, *_: object) -> None:
        self.release()
