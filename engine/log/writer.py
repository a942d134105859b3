"""The writer: judges what comes in, makes it durable, acknowledges it, and seals the tail into segments.

An append returns only when its events are on disk and acknowledged there. Whatever step fails, the writer is finished:
what it still has in memory may differ from the disk, and only a fresh start from the disk can be trusted (a failed
fsync says nothing about what was written; trying again proves nothing).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TypeVar

import msgspec

from engine.admission import Candidates, leaf_of
from engine.log import frames, merkle
from engine.log.bodies import Bodies
from engine.log.columns import microseconds
from engine.log.disk import Disk, told
from engine.log.identity import IdentityIndex
from engine.log.judge import judge
from engine.log.lock import WriterLock
from engine.log.manifest import SUBTREE_LEVEL
from engine.log.names import NameBook, NameIndex
from engine.log.recovery import recover, resealed
from engine.log.rejected import Rejected, Rejection
from engine.log.sealing import Buffer, write_entry
from engine.log.state import CACHE_NAME, PARTITION_NAME, REJECTED_NAME, Genesis
from schemas.codec import decode
from schemas.event import Event, identity_keys
from schemas.problems import EnvironmentProblem, Place

Item = TypeVar("Item")

SEAL_EVENTS = 1 << 18
SEAL_ON_CLOSE_EVENTS = 1 << 15


@dataclass(frozen=True, slots=True)
class Appended:
    """What became of a batch: positions of the admitted, indexes of duplicates, conflicts as (index, position)."""

    admitted: range
    duplicates: list[int] = field(default_factory=list)
    conflicts: list[tuple[int, int]] = field(default_factory=list)


class Writer:
    """The one writer of a log; a context manager. ``mended`` says what a crash had left."""

    def __init__(self, directory: Path, genesis: Genesis, disk: Disk, lock: WriterLock) -> None:
        """Take the log up; the caller holds ``lock``, which the writer lets go of in the end."""
        self._disk = disk
        self._lock = lock
        self._genesis = genesis
        self._partition = directory / PARTITION_NAME
        self._cache = directory / CACHE_NAME
        self._rejected = Rejected(disk, directory / REJECTED_NAME)
        self._failed = False
        found = recover(disk, self._partition, genesis)
        self.mended = found.mended
        self._entries = found.entries
        self._said = found.acknowledged
        self._tail_path, self._tail = found.tail_path, found.tail
        self._sector_path, self._sector = found.sector_path, found.sector
        self._bodies = Bodies(self._partition, self._entries, [])
        with told(self._cache, "make the index of identities"):
            self._identities = IdentityIndex(self._cache, self._partition, self._entries)
            self._name_index = NameIndex(self._cache, self._partition, self._entries)
        last = self._entries[-1] if self._entries else None
        self._frontier = merkle.Frontier(last.last, map(bytes.fromhex, last.frontier)) if last else merkle.Frontier()
        self._subtrees: list[bytes] = []
        self._book = NameBook(self._name_index.lookup, last.names_after if last else 0)
        self._buffer = Buffer(last.last + 1 if last else 1, self._book, genesis.institution.zone)
        self._admitted_last = last.admitted_last if last else 0
        for frame in found.frames:
            self._take_up(_read_back(frame.bodies), frame.header.admitted, distinct=False)

    @property
    def position(self) -> int:
        """The last position admitted."""
        return self._said.position

    @property
    def head(self) -> str:
        """The Merkle root over all admitted events."""
        return merkle.head(self._frontier.root())

    def append(self, batch: Candidates, at: datetime) -> Appended:
        """Admit what is new in ``batch``, at time ``at``; when this returns, it is durable.

        Times of admission never go back: an ``at`` before the last one counts as the last one.

        Raises:
            EnvironmentProblem: the disk failed. The writer is finished; all that earlier appends admitted is safe.
        """
        first = self.position + 1
        verdicts = judge(batch, self._identities.candidates(batch.keys), self._stored, first)
        admitted = max(int(microseconds([at])[0]), self._admitted_last)
        done = 0
        with self._durably():
            while done < len(verdicts.admitted):
                self._seal_if_full()
                room = SEAL_EVENTS - self._buffer.count
                piece = _chosen(batch, verdicts.admitted[done : done + room])
                self._write_frame(piece, admitted)
                self._take_up(piece, admitted, distinct=verdicts.distinct)
                done += len(piece.keys)
            self._seal_if_full()
        return Appended(range(first, first + done), verdicts.duplicates, verdicts.conflicts)

    def reject(self, rejections: Sequence[Rejection], at: datetime) -> None:
        """Keep what cannot be admitted; when this returns, it is durable."""
        with self._durably():
            self._rejected.keep(rejections, at)

    def close(self) -> None:
        """Seal a tail worth a segment, say that the log is closed, and let the next writer in."""
        try:
            if not self._failed:
                with self._durably():
                    if self._buffer.count >= SEAL_ON_CLOSE_EVENTS:
                        self._seal()
                    self._acknowledge(msgspec.structs.replace(self._said, open=False))
        finally:
            self._failed = True
            self._disk.close(self._tail)
            self._disk.close(self._sector)
            self._lock.release()

    def __enter__(self) -> Writer:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextmanager
    def _durably(self) -> Iterator[None]:
        if self._failed:
            raise EnvironmentProblem(
                "This writer is closed, or has failed before.",
                place=Place(file=str(self._partition)),
                remedy="Open the log anew: what was acknowledged is safe.",
            )
        try:
            yield
        except BaseException:
            self._failed = True
            raise

    def _stored(self, position: int) -> Event:
        if position >= self._buffer.first:
            return self._buffer.event(position)
        return decode(self._bodies.at(position))

    def _write_frame(self, batch: Candidates, admitted: int) -> None:
        said = self._said
        data, chain = frames.encode(said.position + 1, admitted, batch.bodies, said.chain)
        self._disk.write(self._tail_path, self._tail, data, said.length)
        self._disk.sync(self._tail_path, self._tail)
        self._acknowledge(
            msgspec.structs.replace(
                said, position=said.position + len(batch.keys), length=said.length + len(data), chain=chain
            )
        )

    def _acknowledge(self, said: frames.Acknowledged) -> None:
        self._disk.write_sector(self._sector_path, self._sector, said.sector())
        self._disk.sync(self._sector_path, self._sector)
        self._said = said

    def _take_up(self, batch: Candidates, admitted: int, *, distinct: bool) -> None:
        """Bring memory to where the disk is."""
        self._identities.remember(batch.keys, batch.leaves, distinct=distinct)
        self._subtrees += self._frontier.extend(batch.leaves, SUBTREE_LEVEL)
        self._buffer.add(batch, admitted)
        self._admitted_last = admitted

    def _seal_if_full(self) -> None:
        if self._buffer.count >= SEAL_EVENTS:
            self._seal()

    def _seal(self) -> None:
        before = self._entries[-1] if self._entries else None
        entry = write_entry(
            self._disk,
            self._partition,
            before,
            self._genesis.digest,
            self._buffer,
            self._frontier,
            self._subtrees,
            self._said,
        )
        self._acknowledge(resealed(entry, open_=True))
        self._disk.remove(self._tail_path)
        self._disk.sync_directory(self._partition)
        sealed, self._tail_path = self._tail, self._partition / frames.tail_name(entry.last + 1)
        self._tail = self._disk.open(self._tail_path)
        self._disk.close(sealed)
        self._entries.append(entry)
        with told(self._cache, "extend the index of identities"):
            self._identities.seal(entry)
            self._name_index.seal(self._book.recent, entry)
        self._book.seal()
        self._subtrees = []
        self._buffer = Buffer(entry.last + 1, self._book, self._genesis.institution.zone)


def _read_back(bodies: list[bytes]) -> Candidates:
    """Events of the tail as they were appended; their leaves are of the bytes that stand in the log."""
    return Candidates(bodies, list(map(leaf_of, bodies)), identity_keys(list(map(decode, bodies))))


def _chosen(batch: Candidates, indexes: Sequence[int]) -> Candidates:
    """The events at ``indexes`` of the batch."""
    if len(indexes) == len(batch.keys):
        return batch
    return Candidates(
        _pick(batch.bodies, indexes),
        _pick(batch.leaves, indexes),
        _pick(batch.keys, indexes),
    )


def _pick(items: list[Item], indexes: Sequence[int]) -> list[Item]:
    return items[indexes.start : indexes.stop] if isinstance(indexes, range) else [items[index] for index in indexes]
