"""What a log holds at one moment, read without a lock: the manifest, and the acknowledged tail after it.

A writer may append, or seal the tail into a segment, while this is read. Its steps are ordered so that every moment
between two of them makes sense; a reader that looked across a step sees things that do not fit, and looks again. What
still does not fit when nothing moves any more is damage.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
from msgspec import UNSET, UnsetType

from engine.log import digest, frames
from engine.log.digest import RESTORE, Damage
from engine.log.disk import told
from engine.log.frames import ACKNOWLEDGED_NAME, Acknowledged, Frame
from engine.log.intake import Intake
from engine.log.manifest import SEGMENTS_NAME, Entry, SegmentPaths, read_manifest
from schemas.institution import Institution
from schemas.problems import Place, Problem
from schemas.vector import Vector

LOG_NAME = "log.json"
PARTITION_NAME = "partition-0"
CACHE_NAME = "cache"
FORMAT = 1
LOOKS_MAX = 1000


class Genesis(msgspec.Struct, frozen=True):
    """``log.json``: the log's first record, and the first link of its chain."""

    created: str
    currency: str
    timezone: str
    format: int = FORMAT
    digest: str = ""
    partitions: int | UnsetType = UNSET
    """How many partitions a log has that Kafka feeds; unset for one that files are ingested into."""

    @property
    def institution(self) -> Institution:
        """Whose log it is."""
        return Institution(self.timezone, self.currency)

    @property
    def beginning(self) -> Vector | None:
        """The position of the empty log, where positions are vectors."""
        return None if self.partitions is UNSET else Vector((0,) * self.partitions)


@dataclass(frozen=True, slots=True)
class State:
    """The sealed segments, and the frames of the tail after them; ``acknowledged`` promises the tail that was read."""

    entries: list[Entry] = field(default_factory=list)
    acknowledged: Acknowledged | None = None
    frames: list[Frame] = field(default_factory=list)

    @property
    def sealed(self) -> int:
        """The last position in a segment."""
        return self.entries[-1].last if self.entries else 0

    @property
    def intake(self) -> Intake:
        """What a partitioned log had read of its topic."""
        told = [entry.intake for entry in self.entries[-1:]] + [frame.header.intake for frame in self.frames]
        return next((one for one in reversed(told) if one is not UNSET), Intake())

    @property
    def position(self) -> int:
        """The last position."""
        last = self.frames[-1].header if self.frames else None
        return last.first + last.count - 1 if last else self.sealed


def read_genesis(directory: Path) -> Genesis:
    """The first record of the log at ``directory``.

    Raises:
        Problem: there is no log, or one of another format.
        Damage: its first record is not as it was written.
    """
    path = directory / LOG_NAME
    if not path.is_file():
        if (directory / PARTITION_NAME / ACKNOWLEDGED_NAME).is_file():
            raise missing(path)
        raise Problem(
            "There is no log here.",
            place=Place(file=str(directory)),
            remedy="Make one with `meritlog init`, or name another directory with --log.",
        )
    genesis = digest.read(path, Genesis)
    if genesis.format != FORMAT:
        raise Problem(
            f"The log has format {genesis.format}; this version reads format {FORMAT}.",
            place=Place(file=str(path)),
            remedy="Use the version of meritlog that wrote it.",
        )
    return genesis


def read_state(partition: Path, genesis: Genesis, known: State | None = None) -> State:
    """The state of the log now; what is in the state ``known`` is not read again.

    Raises:
        Damage: the log does not hold what was acknowledged.
    """
    known = known or State()
    seen: tuple[bytes, int] | None = None
    for _ in range(LOOKS_MAX):
        sector = read_sector(partition)
        try:
            return _look(partition, genesis, known, sector)
        except Damage:
            now = sector, len(list((partition / SEGMENTS_NAME).glob("*.json")))
            if now == seen:
                raise
            seen = now
    raise Damage("The log never stood still.", place=Place(file=str(partition)), remedy="Read it again.")


def read_sector(partition: Path) -> bytes:
    """The sector that says what is acknowledged."""
    path = partition / ACKNOWLEDGED_NAME
    with _reading(path, "read the file"):
        return path.read_bytes()


@contextmanager
def _reading(path: Path, doing: str) -> Iterator[None]:
    """Take a file that is not there, or no longer, for damage: a writer may have moved on, so one looks again."""
    try:
        with told(path, doing):
            yield
    except Problem as problem:
        if isinstance(problem.__cause__, FileNotFoundError):
            raise missing(path) from None
        raise


def missing(path: Path) -> Damage:
    """The damage that a file of the log is not there."""
    return Damage("The file is missing.", place=Place(file=str(path)), remedy=RESTORE)


def _look(partition: Path, genesis: Genesis, known: State, sector: bytes) -> State:
    acknowledged = Acknowledged.parse(sector, partition / ACKNOWLEDGED_NAME)
    entries = read_manifest(partition, genesis.digest, known.entries)
    return read_after(partition, genesis, entries, acknowledged, known)


def read_after(
    partition: Path, genesis: Genesis, entries: list[Entry], acknowledged: Acknowledged, known: State | None = None
) -> State:
    """The state that has these entries, with what the acknowledged tail holds after them.

    That may be a tail whose beginning is the last segment already: the writer is about to move on to the next one.
    """
    last = entries[-1] if entries else None
    sealed = last.last if last else 0
    if acknowledged.first == sealed + 1:
        begin, chain = 0, last.digest if last else genesis.digest
    elif last and acknowledged.first == last.first and acknowledged.position >= sealed:
        begin, chain = last.tail_length, last.tail_chain
    elif acknowledged.first > sealed + 1:
        raise missing(SegmentPaths(partition, len(entries) + 1).entry)
    else:
        raise Damage(
            f"The tail begins at position {acknowledged.first}, but the segments end at {sealed}.",
            place=Place(file=str(partition / ACKNOWLEDGED_NAME)),
            remedy=RESTORE,
        )
    so_far, seen = State(entries), known.acknowledged if known and known.sealed == sealed else None
    if known and seen and seen.first == acknowledged.first:
        so_far, begin, chain = known, seen.length, seen.chain
    read = _tail(partition, acknowledged, begin, so_far.position + 1, chain)
    return State(entries, acknowledged, [*so_far.frames, *read])


def _tail(partition: Path, acknowledged: Acknowledged, begin: int, first: int, chain: str) -> list[Frame]:
    """The acknowledged frames of the tail from byte ``begin`` on, which continue ``chain`` at position ``first``."""
    path = partition / frames.tail_name(acknowledged.first)
    data = read_tail(path, acknowledged, begin)
    read, chain = frames.read_frames(data, path, first, chain, whole=True, begin=begin)
    last = read[-1].header.first + read[-1].header.count - 1 if read else first - 1
    if chain != acknowledged.chain or last != acknowledged.position:
        raise Damage("The tail is not the one that was acknowledged.", place=Place(file=str(path)), remedy=RESTORE)
    return read


def read_tail(path: Path, acknowledged: Acknowledged, begin: int = 0) -> bytes:
    """The acknowledged bytes of the tail from ``begin`` on."""
    with _reading(path, "read the tail"), path.open("rb") as file:
        file.seek(begin)
        data = file.read(acknowledged.length - begin)
    if len(data) != acknowledged.length - begin:
        raise Damage(
            f"The tail ends at byte {begin + len(data)}; what was acknowledged goes on to byte {acknowledged.length}.",
            place=Place(file=str(path)),
            remedy=RESTORE,
        )
    return data
