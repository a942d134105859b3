"""The disk, as the log needs it: every step that must be durable, or must come before another, goes through here.

A step either happens or raises ``EnvironmentProblem``. One place, so that a test can stop the world before and inside
any step, and so that no durable write is made any other way. What is disposable (``cache/``) does not come by here.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from schemas.problems import EnvironmentProblem, Place

ASIDE = ".aside"
SECTOR_BYTES = 512


@contextmanager
def told(path: Path, doing: str) -> Iterator[None]:
    """Turn an error of the operating system into a problem that says what was being done, and to what."""
    try:
        yield
    except OSError as error:
        raise EnvironmentProblem(
            f"Could not {doing}: {error.strerror or error}.",
            place=Place(file=str(path)),
            remedy="What was acknowledged is safe. Mend the disk (space, permission), then start again.",
        ) from error


class Disk:
    """The real disk."""

    def create(self, path: Path) -> int:
        """Make an empty file; returns its descriptor."""
        with told(path, "create the file"):
            return os.open(path, os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o644)

    def open(self, path: Path) -> int:
        """Open an existing file to write to; returns its descriptor."""
        with told(path, "open the file"):
            return os.open(path, os.O_RDWR | os.O_CLOEXEC)

    def close(self, descriptor: int) -> None:
        """Close a descriptor. Nothing durable hangs on it: whatever matters has been synced."""
        os.close(descriptor)

    def write(self, path: Path, descriptor: int, data: bytes, offset: int) -> None:
        """Write all of ``data`` at ``offset``."""
        with told(path, "write"):
            view = memoryview(data)
            while view:
                done = os.pwrite(descriptor, view, offset)
                view, offset = view[done:], offset + done

    def write_sector(self, path: Path, descriptor: int, data: bytes) -> None:
        """Overwrite the first sector: whole or not at all, as disks write sectors."""
        if len(data) != SECTOR_BYTES:
            raise AssertionError("a sector is written whole")
        self.write(path, descriptor, data, 0)

    def truncate(self, path: Path, descriptor: int, length: int) -> None:
        """Cut the file to ``length``."""
        with told(path, "cut the file"):
            os.ftruncate(descriptor, length)

    def sync(self, path: Path, descriptor: int) -> None:
        """Make the file's content durable."""
        with told(path, "make the file durable (fsync)"):
            os.fsync(descriptor)

    def make_directory(self, path: Path) -> None:
        """Make a directory and those above it, where they are not there."""
        with told(path, "make the directory"):
            path.mkdir(parents=True, exist_ok=True)

    def sync_directory(self, path: Path) -> None:
        """Make the names in a directory durable."""
        with told(path, "make the directory durable (fsync)"):
            descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)

    def rename(self, old: Path, new: Path) -> None:
        """Give a file its name, replacing what had it."""
        with told(new, "give the file its name"):
            os.replace(old, new)

    def remove(self, path: Path) -> None:
        """Remove a file, where it is there."""
        with told(path, "remove the file"):
            path.unlink(missing_ok=True)

    def aside(self, path: Path) -> Path:
        """Where ``write_aside`` writes what is to be ``path``."""
        return path.with_name(path.name + ASIDE)

    def write_aside(self, path: Path, data: bytes) -> Path:
        """Write ``data`` durably beside ``path``, to be renamed to it; returns where."""
        aside = self.aside(path)
        descriptor = self.create(aside)
        try:
            self.write(aside, descriptor, data, 0)
            self.sync(aside, descriptor)
        finally:
            self.close(descriptor)
        return aside
