"""Verify: is the log, to the last bit, what was acknowledged?

Everything is computed again from the events up: leaves, subtrees, frontier and root; every file's digest; the chain of
the manifest; positions and times; the tail's frames; that nothing is missing and nothing foreign is there; and the
wordings of plans that periods were closed by. Nothing is repaired. ``rejected/``, ``cache/``, people files, locks and
``.duckdb`` files are no part of the log's promise.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from engine.admission import leaves_of
from engine.log import merkle
from engine.log.digest import RESTORE, Damage, digest_of
from engine.log.disk import Disk, told
from engine.log.frames import ACKNOWLEDGED_NAME, Acknowledged, tail_name
from engine.log.manifest import (
    SEGMENTS_NAME,
    SUBTREE_LEVEL,
    Entry,
    FileEntry,
    SegmentPaths,
    explained_by_a_crash,
    leftovers,
    read_entry,
)
from engine.log.segment import BodyFile, read_columns, read_names
from engine.log.state import (
    LOOKS_MAX,
    PARTITION_NAME,
    Genesis,
    missing,
    read_after,
    read_genesis,
    read_sector,
)
from engine.log.wordings import Wordings
from schemas.problems import Place, Problem

Progress = Callable[[int], None]


@dataclass(slots=True)
class Verification:
    """What verifying found. ``damage`` names the damaged places, the first one first; ``notes`` what is harmless.

    ``events`` counts those that were read and are whole; ``position`` and ``head`` are those that the log promises.
    """

    position: int = 0
    head: str = merkle.head(merkle.EMPTY_ROOT)
    events: int = 0
    damage: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Whether the log is whole."""
        return not self.damage


def verify(path: Path, progress: Progress | None = None) -> Verification:
    """Verify the log at ``path``; ``progress`` is told how many events were read so far.

    Raises:
        Problem: there is no log at ``path``, or it cannot be read.
    """
    found = Verification()
    try:
        genesis = read_genesis(path)
    except Damage as damage:
        found.damage.append(str(damage))
        return found
    _Verifier(path / PARTITION_NAME, genesis, found, progress or (lambda _: None)).run()
    found.damage += map(str, Wordings(path, Disk()).damage())
    return found


class _Verifier:
    def __init__(self, partition: Path, genesis: Genesis, found: Verification, progress: Progress) -> None:
        self._partition = partition
        self._genesis = genesis
        self._found = found
        self._progress = progress
        self._entries: list[Entry] = []
        self._frontier = merkle.Frontier()

    def run(self) -> None:
        """Go through the log from its first byte to its last; a writer may go on meanwhile."""
        damage: Damage | None = None
        for _ in range(LOOKS_MAX):
            if not self._read_segments():
                break
            sector, damage = b"", None
            try:
                sector = read_sector(self._partition)
                self._read_rest(sector)
            except Damage as problem:
                damage = problem
            if damage is None or not self._moved(sector):
                self._note(damage)
                break
        else:  # the writer never rested; but no look found the log whole
            self._note(damage)
        self._found.head = merkle.head(self._frontier.root())
        self._found.position = self._frontier.count

    def _note(self, damage: Problem | None) -> None:
        if damage is not None:
            self._found.damage.append(str(damage))

    def _moved(self, sector: bytes) -> bool:
        """Whether a writer did something since ``sector`` was read."""
        following = SegmentPaths(self._partition, len(self._entries) + 1).entry
        try:
            return following.is_file() or read_sector(self._partition) != sector
        except Damage:
            return False

    def _read_segments(self) -> bool:
        """Verify the segments there are now; False where the chain of the manifest is broken."""
        while True:
            paths = SegmentPaths(self._partition, len(self._entries) + 1)
            if not paths.entry.is_file():
                return True
            try:
                entry = read_entry(paths.entry, len(self._entries) + 1, self._entries, self._genesis.digest)
            except Damage as damage:
                self._note(damage)
                return False
            self._read_segment(paths, entry)
            self._entries.append(entry)

    def _read_segment(self, paths: SegmentPaths, entry: Entry) -> None:
        self._guarded(lambda: _check_file(paths.bodies, entry.bodies))
        self._guarded(lambda: self._check_bodies(paths.bodies, entry))
        if self._guarded(lambda: _check_file(paths.columns, entry.columns)):
            self._guarded(lambda: _check_columns(paths.columns, entry))
        if self._guarded(lambda: _check_file(paths.names, entry.names)):
            self._guarded(lambda: _check_names(paths.names, entry))
        # The entry is chained and whole, so what follows can be judged by it, whatever this segment has become.
        self._frontier = merkle.Frontier(entry.last, map(bytes.fromhex, entry.frontier))

    def _guarded(self, check: Callable[[], None]) -> bool:
        try:
            check()
        except Damage as damage:
            self._note(damage)
            return False
        return True

    def _check_bodies(self, path: Path, entry: Entry) -> None:
        """Compute the tree over the events again; where it differs, name the events at which it does."""
        done = entry.first - 1 >> SUBTREE_LEVEL
        sealed = iter(entry.subtrees)
        for part in BodyFile(path, entry.count).scan():
            for root in self._frontier.extend(leaves_of(part), SUBTREE_LEVEL):
                if root.hex() != next(sealed, None):
                    first = max((done << SUBTREE_LEVEL) + 1, entry.first)
                    raise _changed(path, first, min((done + 1) << SUBTREE_LEVEL, entry.last))
                done += 1
            self._found.events += len(part)
            self._progress(self._found.events)
        if next(sealed, None) is not None or [peak.hex() for peak in self._frontier.compact()] != entry.frontier:
            raise _changed(path, max((done << SUBTREE_LEVEL) + 1, entry.first), entry.last)

    def _read_rest(self, sector: bytes) -> None:
        """Verify what comes after the segments: the tail, and that nothing else is there."""
        said = Acknowledged.parse(sector, self._partition / ACKNOWLEDGED_NAME)
        state = read_after(self._partition, self._genesis, self._entries, said)
        frontier = self._frontier.copy()
        for frame in state.frames:
            frontier.extend(leaves_of(frame.bodies))
        notes = self._foreign(said)
        self._frontier = frontier
        self._found.events += sum(len(frame.bodies) for frame in state.frames)
        self._found.notes += notes
        self._progress(self._found.events)

    def _foreign(self, said: Acknowledged) -> list[str]:
        """Notes of what a crash left; anything else that the log does not name is damage."""
        tail = self._partition / tail_name(said.first)
        named = {self._partition / ACKNOWLEDGED_NAME, self._partition / SEGMENTS_NAME, tail}
        stray = [path for path in self._partition.iterdir() if path not in named]
        stray += leftovers(self._partition, len(self._entries))
        notes = []
        for path in sorted(stray):
            if not (said.open and explained_by_a_crash(path, len(self._entries))):
                raise Damage("The file is none of the log's.", place=Place(file=str(path)), remedy="Take it out.")
            notes.append(f"{path}: left by a crash, or by a writer at work; the next writer removes it.")
        size = _size_of(tail)
        if size > said.length and not said.open:
            raise Damage(
                f"The log was closed at byte {said.length} of its tail, which goes on to byte {size}.",
                place=Place(file=str(tail)),
                remedy=RESTORE,
            )
        if size > said.length:
            notes.append(
                f"{tail}: what follows byte {said.length} is not acknowledged; a crash left it, or a writer is at work."
            )
        return notes


def _size_of(tail: Path) -> int:
    """The size of the tail; 0 where a writer has just sealed it."""
    try:
        return tail.stat().st_size
    except FileNotFoundError:
        return 0


def _changed(path: Path, first: int, last: int) -> Damage:
    return Damage(
        f"The events at positions {first} to {last} are not those that were sealed.",
        place=Place(file=str(path)),
        remedy=RESTORE,
    )


def _check_file(path: Path, entry: FileEntry) -> None:
    if not path.is_file():
        raise missing(path)
    with told(path, "read the file"):
        data = path.read_bytes()
    if len(data) != entry.bytes:
        what = f"The file's size in bytes is {len(data)}; it was {entry.bytes} when it was sealed."
    elif digest_of(data) != entry.digest:
        what = "The file's bytes are not those that were sealed: its digest differs."
    else:
        return
    raise Damage(what, place=Place(file=str(path)), remedy=RESTORE)


def _check_columns(path: Path, entry: Entry) -> None:
    """Positions run without a gap, and times of admission never go back."""
    table = read_columns(path, ["position", "admitted"])
    positions = table.column("position").to_numpy()
    admitted = table.column("admitted").to_numpy()
    expected = np.arange(entry.first, entry.last + 1)
    if not np.array_equal(positions, expected):
        row = int(np.argmin(positions[: len(expected)] == expected[: len(positions)]))
        what = f"Row {row + 1} should be position {entry.first + row}."
    elif np.any(np.diff(admitted) < 0) or (admitted[0], admitted[-1]) != (entry.admitted_first, entry.admitted_last):
        what = "The times of admission are not those that were sealed."
    else:
        return
    raise Damage(what, place=Place(file=str(path)), remedy=RESTORE)


def _check_names(path: Path, entry: Entry) -> None:
    codes = read_names(path).column("code").to_numpy()
    if not np.array_equal(codes, np.arange(entry.names_before, entry.names_after)):
        raise Damage("The codes of the names have a gap.", place=Place(file=str(path)), remedy=RESTORE)
