"""A copy of a log up to a position, to try something on: it shares the sealed segments, which never change.

What the log held behind its last whole segment is appended anew, so the copy has the same events at the same positions.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from engine.admission import read_back
from engine.log.disk import Disk, told
from engine.log.frames import ACKNOWLEDGED_NAME
from engine.log.log import AsOf, Log
from engine.log.manifest import SEGMENTS_NAME, Entry, SegmentPaths
from engine.log.state import LOG_NAME, PARTITION_NAME
from engine.log.tail import new_tail, nothing

BATCH_EVENTS = 1 << 12


@contextmanager
def copied(log: Log, as_of: AsOf, at: datetime, holder: str) -> Iterator[Log]:
    """A copy of ``log`` as of a moment, in the log's cache; it is thrown away in the end.

    What is appended anew counts as admitted ``at`` that time; ``holder`` is who writes.

    Raises:
        Problem: the log does not have that position.
        EnvironmentProblem: the disk failed.
    """
    snapshot = log.snapshot(as_of)
    with told(log.cache, "make a copy of the log to try something on"):
        log.cache.mkdir(exist_ok=True)
        folder = TemporaryDirectory(prefix="copy-", dir=log.cache)
    with folder as name:
        path, disk = Path(name), Disk()
        shutil.copyfile(log.path / LOG_NAME, path / LOG_NAME)
        entries = [entry for entry in snapshot.entries if entry.last <= snapshot.position]
        disk.make_directory(path / PARTITION_NAME / SEGMENTS_NAME)
        for entry in entries:
            _share(log.path / PARTITION_NAME, path / PARTITION_NAME, entry)
        _begin_tail(disk, path / PARTITION_NAME, log.identity, entries)
        copy = Log.open(path)
        with copy.writer(holder) as writer:
            positions = range(writer.position + 1, snapshot.position + 1)
            for start in range(0, len(positions), BATCH_EVENTS):
                bodies = [body for _, body in snapshot.bodies(positions[start : start + BATCH_EVENTS])]
                writer.append(read_back(bodies), at)
        yield copy


def _share(source: Path, target: Path, entry: Entry) -> None:
    for old, new in zip(
        SegmentPaths(source, entry.number).all(), SegmentPaths(target, entry.number).all(), strict=True
    ):
        try:
            os.link(old, new)
        except OSError:  # a file system without links
            with told(new, "copy the file"):
                shutil.copyfile(old, new)


def _begin_tail(disk: Disk, partition: Path, identity: str, entries: list[Entry]) -> None:
    said = nothing(entries[-1].last + 1, entries[-1].digest) if entries else nothing(1, identity)
    new_tail(disk, partition, said.first)
    (partition / ACKNOWLEDGED_NAME).write_bytes(said.sector())
