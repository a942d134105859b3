"""The manifest: one entry a sealed segment, each naming the one before by digest.

An entry says what its segment holds (positions, admission times, digests and lengths of its files) and carries the
Merkle tree over it: the frontier after its last event, to append on, and the roots of all subtrees of 1,024 leaves that
it completes, so that the root of any prefix and any proof need the events of one such subtree only. The first entry
names the digest of ``log.json``. An entry's file is the commit of its segment: before it has its name, nothing of the
segment counts.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import msgspec
from msgspec import UNSET, UnsetType

from engine.log import digest
from engine.log.digest import RESTORE, Damage
from engine.log.disk import ASIDE
from engine.log.frames import is_tail
from engine.log.intake import Intake
from schemas.problems import Place

SUBTREE_LEVEL = 10
SEGMENTS_NAME = "segments"


class FileEntry(msgspec.Struct, frozen=True):
    """A file of a segment: its length and the digest of its bytes."""

    bytes: int
    digest: str


class Entry(msgspec.Struct, frozen=True):
    """The manifest's entry of one segment. Times are µs since 1970 UTC; hashes of the tree are hexadecimal.

    Of a partitioned log: ``vector`` counts the events of each partition up to ``last``, ``intake`` says what had been
    read of its topic by then.
    """

    number: int
    first: int
    last: int
    admitted_first: int
    admitted_last: int
    columns: FileEntry
    bodies: FileEntry
    names: FileEntry
    names_before: int
    names_after: int
    frontier: list[str]
    subtrees: list[str]
    tail_length: int
    tail_chain: str
    previous: str
    digest: str = ""
    vector: list[int] | UnsetType = UNSET
    intake: Intake | UnsetType = UNSET

    @property
    def count(self) -> int:
        """How many events the segment holds."""
        return self.last - self.first + 1


class SegmentPaths:
    """Where the files of segment ``number`` are, under the partition's directory."""

    def __init__(self, partition: Path, number: int) -> None:
        stem = partition / SEGMENTS_NAME / f"{number:08d}"
        self.columns = stem.with_suffix(".parquet")
        self.bodies = stem.with_suffix(".bodies.parquet")
        self.names = stem.with_suffix(".names.parquet")
        self.entry = stem.with_suffix(".json")

    def all(self) -> tuple[Path, Path, Path, Path]:
        """All four, the entry last."""
        return self.columns, self.bodies, self.names, self.entry


def read_manifest(partition: Path, log_digest: str, known: Sequence[Entry] = ()) -> list[Entry]:
    """All entries, in order, their chain checked from ``log.json`` on; those ``known`` already are not read again.

    Raises:
        Damage: an entry is damaged, missing, or does not follow the one before.
    """
    entries = list(known)
    numbers = sorted(_number(path) for path in (partition / SEGMENTS_NAME).glob("*.json"))
    for number in numbers[len(entries) :]:
        path = SegmentPaths(partition, len(entries) + 1).entry
        if number != len(entries) + 1:
            raise Damage("The entry of a segment is missing.", place=Place(file=str(path)), remedy=RESTORE)
        entries.append(read_entry(path, number, entries, log_digest))
    return entries


def read_entry(path: Path, number: int, entries: Sequence[Entry], log_digest: str) -> Entry:
    """Entry ``number``, which follows ``entries``."""
    entry = digest.read(path, Entry)
    before = entries[-1] if entries else None
    follows = (
        entry.number == number
        and entry.previous == (before.digest if before else log_digest)
        and entry.first == (before.last + 1 if before else 1)
        and entry.names_before == (before.names_after if before else 0)
    )
    if not follows:
        raise Damage(
            "The entry does not follow the one before it: it belongs to another log, or another place in this one.",
            place=Place(file=str(path)),
            remedy=RESTORE,
        )
    return entry


def leftovers(partition: Path, segments: int) -> list[Path]:
    """Files under ``segments/`` that are none of the first ``segments`` segments'."""
    named = {path.name for number in range(1, segments + 1) for path in SegmentPaths(partition, number).all()}
    return sorted(path for path in (partition / SEGMENTS_NAME).iterdir() if path.name not in named)


def explained_by_a_crash(path: Path, segments: int) -> bool:
    """Whether a file that is not named is one that sealing segment ``segments`` + 1 (or the one before) may leave."""
    if path.parent.name == SEGMENTS_NAME:
        following = {one.name for one in SegmentPaths(path.parent.parent, segments + 1).all()}
        return path.name.removesuffix(ASIDE) in following
    return is_tail(path)


def _number(path: Path) -> int:
    if not (len(path.stem) >= 8 and path.stem.isascii() and path.stem.isdigit()):
        raise Damage("The file is none of the log's.", place=Place(file=str(path)), remedy="Take it out.")
    return int(path.stem)
