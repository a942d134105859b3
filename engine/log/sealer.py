"""Sealing: the beginning of the tail becomes a segment, in a thread, while the tail goes on.

Nobody waits for a full tail to be coded, compressed, written and made durable: events that come in meanwhile are
appended after it, in the same file. Only when the segment is whole does the writer turn to the next tail, which holds
what came in since. The steps are ordered so that a crash between any two leaves the log whole: the segment's files come
first, an empty file for the next tail and the entry aside, all in the thread; then, between two appends, what the next
tail holds, the entry's name (which makes the segment count), and the acknowledgement; then the old tail goes.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from msgspec import UNSET

from engine.log.buffer import Buffer
from engine.log.digest import line_of, signed
from engine.log.disk import Disk, told
from engine.log.identity import IdentityIndex
from engine.log.intake import Intake
from engine.log.manifest import Entry, SegmentPaths
from engine.log.names import NameBook, NameIndex
from engine.log.state import Genesis
from engine.log.tail import Tail, new_tail
from schemas.vector import Vector


@dataclass(frozen=True, slots=True)
class Seal:
    """A beginning of the tail that becomes the segment after ``before``: its events, and what is known at their end.

    ``frontier`` and ``subtrees`` are the Merkle tree's, ``tail_length`` and ``tail_chain`` where the events end in the
    tail; ``vector`` and ``intake`` are those of a partitioned log.
    """

    before: Entry | None
    buffer: Buffer
    frontier: Sequence[bytes]
    subtrees: Sequence[bytes]
    tail_length: int
    tail_chain: str
    vector: Vector | None
    intake: Intake


class Sealer:
    """Makes segments, one after the other, in its thread; whatever gives names codes runs there, too."""

    def __init__(self, disk: Disk, cache: Path, partition: Path, genesis: Genesis, entries: Sequence[Entry]) -> None:
        """Go on after the segments of ``entries``; the index of their names is made where it is not there."""
        self._disk = disk
        self._cache = cache
        self._partition = partition
        self._genesis = genesis
        with told(cache, "make the index of names"):
            self._names = NameIndex(cache, partition, entries)
        self._book = NameBook(self._names.lookup, entries[-1].names_after if entries else 0)
        self._thread = ThreadPoolExecutor(1, "sealing")
        self._writing: Future[Entry] | None = None
        self._tidying: Future[None] | None = None

    def buffer(self, first: int) -> Buffer:
        """An empty buffer for the events from position ``first`` on."""
        return Buffer(first, self._book, self._genesis.institution.zone, self._thread)

    def begin(self, seal: Seal) -> None:
        """Write the segment and its entry; they do not count before ``commit``. The buffer takes no more events.

        Raises:
            EnvironmentProblem: the disk failed when the one before was tidied up.
        """
        self.wait()
        seal.buffer.end()
        self._writing = self._thread.submit(lambda: self._write(seal))

    @property
    def ready(self) -> bool:
        """Whether the segment is written, or has failed, so that ``entry`` takes no waiting."""
        return self._writing is not None and self._writing.done()

    def entry(self) -> Entry:
        """The entry of the segment, when that is written and durable.

        Raises:
            EnvironmentProblem: the disk failed.
        """
        assert self._writing is not None, "a seal has begun"
        return self._writing.result()

    def commit(self, entry: Entry) -> None:
        """Name the entry: when this returns, the segment counts."""
        path = SegmentPaths(self._partition, entry.number).entry
        self._disk.rename(self._disk.aside(path), path)
        self._disk.sync_directory(path.parent)
        self._writing = None

    def tidy(self, entry: Entry, left: Tail, identities: IdentityIndex) -> None:
        """Remove the tail that was ``left``, and have names and identities of the segment indexed, in the thread."""
        self._tidying = self._thread.submit(lambda: self._tidy(entry, left, identities))

    def wait(self) -> None:
        """Wait until all is tidy.

        Raises:
            EnvironmentProblem: the disk failed.
        """
        if self._tidying is not None:
            self._tidying.result()

    def close(self) -> None:
        """Do no more; what is begun comes to its end."""
        self._thread.shutdown(cancel_futures=True)
        self._names.close()

    def _write(self, seal: Seal) -> Entry:
        before, buffer = seal.before, seal.buffer
        number, last = before.number + 1 if before else 1, buffer.first + buffer.count - 1
        paths = SegmentPaths(self._partition, number)
        columns, bodies, names = buffer.draft().write(self._disk, paths, self._book.table())
        entry = signed(
            Entry(
                number=number,
                first=buffer.first,
                last=last,
                admitted_first=buffer.admitted_first,
                admitted_last=buffer.admitted_last,
                columns=columns,
                bodies=bodies,
                names=names,
                names_before=before.names_after if before else 0,
                names_after=self._book.count,
                frontier=[peak.hex() for peak in seal.frontier],
                subtrees=[root.hex() for root in seal.subtrees],
                tail_length=seal.tail_length,
                tail_chain=seal.tail_chain,
                previous=before.digest if before else self._genesis.digest,
                vector=UNSET if seal.vector is None else list(seal.vector.counts),
                intake=UNSET if seal.vector is None else seal.intake,
            )
        )
        new_tail(self._disk, self._partition, last + 1)
        self._disk.write_aside(paths.entry, line_of(entry) + b"\n")
        return entry

    def _tidy(self, entry: Entry, left: Tail, identities: IdentityIndex) -> None:
        left.remove()
        identities.seal(entry)
        with told(self._cache, "extend the index of names"):
            self._names.seal(self._book.seal(entry.names_after), entry)
