"""A disk that stops the world: before step k, inside it, or by a power cut that forgets what was never synced."""

import os
import shutil
from pathlib import Path
from threading import Lock

from engine.log.disk import Disk
from schemas.problems import EnvironmentProblem


class Stopped(BaseException):
    """The process is gone; nothing of it runs any more."""


class QuickDisk(Disk):
    """A disk that does not wait for the hardware: enough where no power is cut."""

    def sync(self, path: Path, descriptor: int) -> None:
        """Nothing to wait for."""

    def sync_directory(self, path: Path) -> None:
        """Nothing to wait for."""


class FaultyDisk(QuickDisk):
    """Counts its steps and stops at step ``stop``; a write that stops gets ``torn`` of its bytes down."""

    def __init__(self, stop: int | None = None, torn: float = 0.0) -> None:
        self.steps = 0
        self._counting = Lock()
        self._stop = stop
        self._torn = torn
        self._dead = False

    def _step(self) -> bool:
        """Count a step; True where the world stops in it."""
        with self._counting:
            if self._dead:
                raise Stopped
            self.steps += 1
            self._dead = self.steps == self._stop
            return self._dead

    def create(self, path: Path) -> int:
        if self._step():
            raise Stopped
        return super().create(path)

    def write(self, path: Path, descriptor: int, data: bytes, offset: int) -> None:
        if self._step():
            kept = int(len(data) * self._torn)
            super().write(path, descriptor, bytes(data[:kept]), offset)
            raise Stopped
        super().write(path, descriptor, data, offset)

    def write_sector(self, path: Path, descriptor: int, data: bytes) -> None:
        if self._step():
            raise Stopped
        Disk.write(self, path, descriptor, data, 0)

    def truncate(self, path: Path, descriptor: int, length: int) -> None:
        if self._step():
            raise Stopped
        super().truncate(path, descriptor, length)

    def sync(self, path: Path, descriptor: int) -> None:
        if self._step():
            raise Stopped
        super().sync(path, descriptor)

    def sync_directory(self, path: Path) -> None:
        if self._step():
            raise Stopped
        super().sync_directory(path)

    def rename(self, old: Path, new: Path) -> None:
        if self._step():
            raise Stopped
        super().rename(old, new)

    def remove(self, path: Path) -> None:
        if self._step():
            raise Stopped
        super().remove(path)


class ForgetfulDisk(FaultyDisk):
    """A faulty disk that remembers what was made durable, and after ``power_cut`` holds nothing else.

    A file's content is durable as of its last sync, a directory's names as of its last. Where the disk is ``hasty``,
    the name given last is, too, which nobody may rely on. Files that were there when the disk was made are durable.
    """

    def __init__(self, root: Path, stop: int | None = None, *, hasty: bool = False) -> None:
        super().__init__(stop)
        self._root = root
        self._hasty = hasty
        self._last: Path | None = None
        self._names: dict[Path, int] = {}
        self._contents: dict[int, bytes] = {}
        for path in root.rglob("*"):
            if path.is_file():
                self._names[path] = path.stat().st_ino
                self._contents[path.stat().st_ino] = path.read_bytes()
        self._held: list[int] = []

    def create(self, path: Path) -> int:
        descriptor = super().create(path)
        self._held.append(os.dup(descriptor))  # no inode number is given out twice while it is held
        self._last = path
        return descriptor

    def rename(self, old: Path, new: Path) -> None:
        super().rename(old, new)
        self._last = new

    def sync(self, path: Path, descriptor: int) -> None:
        super().sync(path, descriptor)
        size = os.fstat(descriptor).st_size
        self._contents[os.fstat(descriptor).st_ino] = os.pread(descriptor, size, 0)

    def sync_directory(self, path: Path) -> None:
        super().sync_directory(path)
        for name in [name for name in self._names if name.parent == path]:
            del self._names[name]
        for name in path.iterdir():
            if name.is_file():
                self._names[name] = name.stat().st_ino

    def power_cut(self) -> None:
        """Leave on disk only what is durable."""
        if self._hasty and self._last is not None and self._last.exists():
            self._names[self._last] = self._last.stat().st_ino
        directories = [path for path in self._root.rglob("*") if path.is_dir()]
        shutil.rmtree(self._root)
        for directory in [self._root, *directories]:
            directory.mkdir(parents=True, exist_ok=True)
        for path, inode in self._names.items():
            if "cache" not in path.parts:
                path.write_bytes(self._contents.get(inode, b""))
        for descriptor in self._held:
            os.close(descriptor)


class FullDisk(QuickDisk):
    """A disk on which step ``stop`` of writing or syncing fails, once."""

    def __init__(self, step: str, stop: int) -> None:
        self._kind = step
        self._left = stop

    def _fail(self, step: str) -> None:
        if step == self._kind:
            self._left -= 1
            if self._left == 0:
                raise EnvironmentProblem(f"Could not {step}: No space left on device.")

    def write(self, path: Path, descriptor: int, data: bytes, offset: int) -> None:
        self._fail("write")
        super().write(path, descriptor, data, offset)

    def sync(self, path: Path, descriptor: int) -> None:
        self._fail("sync")
        super().sync(path, descriptor)
