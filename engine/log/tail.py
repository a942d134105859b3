"""The tail as its writer holds it: frames go to its end, and count once they are acknowledged.

When the beginning of a tail has become a segment, what came in since goes on in a tail of its own, chained to the entry
of the segment. That one is written whole before the entry has its name, and acknowledged after it; till then all of it
counts where it was written first.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import msgspec
from msgspec import UNSET, UnsetType

from engine.log import frames
from engine.log.disk import Disk
from engine.log.frames import ACKNOWLEDGED_NAME, Acknowledged, Frame
from engine.log.intake import Intake
from engine.log.manifest import Entry


class Tail:
    """A tail open to its writer. ``said`` is what of it is acknowledged."""

    def __init__(self, disk: Disk, partition: Path, said: Acknowledged, sector: int) -> None:
        """Open the tail of ``said``; ``sector`` is the open file of what is acknowledged."""
        self.said = said
        self._disk = disk
        self._partition = partition
        self._path = partition / frames.tail_name(said.first)
        self._descriptor = disk.open(self._path)
        self._sector = sector
        self._kept: list[Frame] | None = None

    def put(
        self,
        admitted: int,
        bodies: Sequence[bytes],
        places: list[int] | UnsetType = UNSET,
        intake: Intake | UnsetType = UNSET,
    ) -> None:
        """Put a frame at the end; when this returns, it is durable and acknowledged."""
        said = self.said
        data, header = frames.encode(said.position + 1, admitted, bodies, said.chain, places, intake)
        end = said.length + len(data)
        self._disk.write(self._path, self._descriptor, data, said.length)
        self._disk.sync(self._path, self._descriptor)
        position = said.position + header.count
        self.acknowledge(msgspec.structs.replace(said, position=position, length=end, chain=header.chain))
        if self._kept is not None:
            self._kept.append(Frame(header, list(bodies), end))

    def acknowledge(self, said: Acknowledged) -> None:
        """Say what counts; when this returns, it does."""
        path = self._partition / ACKNOWLEDGED_NAME
        self._disk.write_sector(path, self._sector, said.sector())
        self._disk.sync(path, self._sector)
        self.said = said

    def keep(self, later: Sequence[Frame] = ()) -> None:
        """Keep ``later`` at hand, and what is appended from here on: what is before becomes a segment."""
        self._kept = list(later)

    def next(self, entry: Entry) -> Tail:
        """The tail after the segment of ``entry``, with all that was kept: durable, but not acknowledged yet.

        Its file is there, and empty (``new_tail``).
        """
        data, said = following(entry, self._kept or (), self.said)
        tail = Tail(self._disk, self._partition, said, self._sector)
        if data:
            self._disk.write(tail._path, tail._descriptor, data, 0)
            self._disk.sync(tail._path, tail._descriptor)
        return tail

    def remove(self) -> None:
        """Remove the tail: another one is acknowledged."""
        self._disk.remove(self._path)
        self._disk.sync_directory(self._partition)
        self._disk.close(self._descriptor)

    def close(self) -> None:
        """Hold it open no more."""
        self._disk.close(self._descriptor)
        self._disk.close(self._sector)


def nothing(first: int, chain: str) -> Acknowledged:
    """What is acknowledged of an empty tail that begins at position ``first`` and continues ``chain``."""
    return Acknowledged(first=first, position=first - 1, length=0, chain=chain, open=False)


def following(entry: Entry, later: Sequence[Frame], said: Acknowledged) -> tuple[bytes, Acknowledged]:
    """The tail that follows the segment of ``entry``, when ``said`` is acknowledged of the one it was the beginning of.

    ``later`` are that tail's other frames. Returns the bytes, and what is to be acknowledged.
    """
    data, chain = frames.rechained(later, entry.digest)
    return data, msgspec.structs.replace(said, first=entry.last + 1, length=len(data), chain=chain)


def new_tail(disk: Disk, partition: Path, first: int, data: bytes = b"") -> None:
    """Make the tail that begins at position ``first``: empty, or with these frames in it."""
    path = partition / frames.tail_name(first)
    descriptor = disk.create(path)
    try:
        if data:
            disk.write(path, descriptor, data, 0)
        disk.sync(path, descriptor)
    finally:
        disk.close(descriptor)
    disk.sync_directory(partition)
