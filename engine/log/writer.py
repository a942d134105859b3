"""The writer: judges what comes in, makes it durable, acknowledges it, and has the tail sealed into segments.

An append returns only when its events are on disk and acknowledged there. Whatever step fails, the writer is finished:
what it still has in memory may differ from the disk, and only a fresh start from the disk can be trusted (a failed
fsync says nothing about what was written; trying again proves nothing).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import msgspec
from msgspec import UNSET, UnsetType

from engine.admission import Candidates, read_back
from engine.log import merkle
from engine.log.columns import microseconds
from engine.log.disk import Disk
from engine.log.events import Events
from engine.log.frames import Frame
from engine.log.intake import Intake
from engine.log.judge import Verdicts, judge
from engine.log.lock import WriterLock
from engine.log.manifest import SUBTREE_LEVEL
from engine.log.places import Placer
from engine.log.recovery import recover
from engine.log.rejected import REJECTED_NAME, Rejected, Rejection
from engine.log.sealer import Seal, Sealer
from engine.log.state import CACHE_NAME, PARTITION_NAME, Genesis
from schemas.problems import EnvironmentProblem, Place
from schemas.vector import Vector

Rejecting = Callable[[Sequence[tuple[int, int]]], Sequence[Rejection]]
"""What to keep as rejected, given the conflicts of a batch as (index, position of the event contradicted)."""

SEAL_EVENTS = 1 << 18
SEAL_ON_CLOSE_EVENTS = 1 << 15


@dataclass(frozen=True, slots=True)
class Appended:
    """What became of a batch: positions of the admitted, indexes of duplicates, conflicts as (index, position).

    ``indexes`` are those of the admitted in the batch. Where the log is partitioned, ``places`` are their partitions.
    """

    admitted: range
    duplicates: list[int] = field(default_factory=list)
    conflicts: list[tuple[int, int]] = field(default_factory=list)
    indexes: Sequence[int] = ()
    places: list[int] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Read:
    """What of its topic a batch for a partitioned log came from.

    ``offsets`` has by partition of the topic the last offset that the batch covers, ``unfit`` counts the messages that
    were no event and are kept as rejected; ``topic`` is the topic's id, where one is known.
    """

    offsets: dict[int, int]
    unfit: int = 0
    topic: str | UnsetType = UNSET


class Writer:
    """The one writer of a log; a context manager. ``mended`` says what a crash had left.

    Of a partitioned log, ``vector`` is its position and ``intake`` what it has read of its topic.
    """

    def __init__(self, directory: Path, genesis: Genesis, disk: Disk, lock: WriterLock) -> None:
        """Take the log up; the caller holds ``lock``, which the writer lets go of in the end."""
        self._lock = lock
        self._partition = directory / PARTITION_NAME
        self._rejected = Rejected(disk, directory / REJECTED_NAME)
        self._failed = False
        found = recover(disk, self._partition, genesis)
        self.mended = found.mended
        self._entries = found.entries
        self._tail = found.tail
        self._sealer = Sealer(disk, directory / CACHE_NAME, self._partition, genesis, self._entries)
        last = self._entries[-1] if self._entries else None
        self._frontier = merkle.Frontier(last.last, map(bytes.fromhex, last.frontier)) if last else merkle.Frontier()
        self._subtrees: list[bytes] = []
        buffer = self._sealer.buffer(last.last + 1 if last else 1)
        self._events = Events(directory / CACHE_NAME, self._partition, self._entries, buffer)
        self._admitted_last = last.admitted_last if last else 0
        self.vector = genesis.beginning
        self.intake = Intake()
        self._placer: Placer | None = None
        if self.vector is not None:
            self._placer = Placer(len(self.vector.counts), self._events.place_of)
            self._placer.recall(self._partition, self._entries, self._events.bodies)
        if last is not None and last.vector is not UNSET and last.intake is not UNSET:
            self.vector, self.intake = Vector(tuple(last.vector)), last.intake
        for number, frame in enumerate(found.frames, 1):
            self._take_back(frame)
            if self._full and self._events.sealing is None:
                self._begin_seal(frame.end, frame.header.chain, found.frames[number:])

    @property
    def position(self) -> int:
        """The last position admitted."""
        return self._tail.said.position

    @property
    def head(self) -> str:
        """The Merkle root over all admitted events."""
        return merkle.head(self._frontier.root())

    def append(
        self, batch: Candidates, at: datetime, read: Read | None = None, rejecting: Rejecting | None = None
    ) -> Appended:
        """Admit what is new in ``batch``, at time ``at``; when this returns, it is durable.

        Times of admission never go back: an ``at`` before the last one counts as the last one. Of a partitioned log,
        ``read`` says what of its topic the batch came from; that is durable with the last of its events, so after a
        stop in between, the messages come again and their events are met as duplicates. What ``rejecting`` gives, told
        of the conflicts, is kept before all that: a message that counts as read has left a trace. A full tail is sealed
        while later appends go on.

        Raises:
            EnvironmentProblem: the disk failed. The writer is finished; all that earlier appends admitted is safe.
        """
        first = self.position + 1
        verdicts = judge(batch, self._events.candidates(batch.keys), self._events.at, first)
        admitted = max(int(microseconds([at])[0]), self._admitted_last)
        appended = Appended(
            range(first, first + len(verdicts.admitted)), verdicts.duplicates, verdicts.conflicts, verdicts.admitted
        )
        done = 0
        with self._durably():
            if rejecting is not None:
                self._rejected.keep(rejecting(verdicts.conflicts), at)
            while done < len(verdicts.admitted):
                self._go_on_sealing()
                room = SEAL_EVENTS - self._events.buffer.count
                piece = batch.chosen(verdicts.admitted[done : done + room])
                done += len(piece.keys)
                places = UNSET if self._placer is None else self._placed(self._placer, piece, appended)
                intake = self._further(read, verdicts) if done == len(verdicts.admitted) else UNSET
                self._tail.put(admitted, piece.bodies, places, intake)
                self._take_up(piece, admitted, places, intake, distinct=verdicts.distinct)
            if read is not None and not verdicts.admitted:
                intake = self._further(read, verdicts)
                self._tail.put(admitted, [], [], intake)
                self._take_up(Candidates(), admitted, [], intake, distinct=True)
        return appended

    def find(self, source: str, event_id: str) -> int | None:
        """The position of the event with this identity; None where the log has none.

        Another thread than the one that appends may ask, too.
        """
        return self._events.find(source, event_id)

    def reject(self, rejections: Sequence[Rejection], at: datetime) -> None:
        """Keep what cannot be admitted; when this returns, it is durable."""
        with self._durably():
            self._rejected.keep(rejections, at)

    def close(self) -> None:
        """Seal a tail worth a segment, say that the log is closed, and let the next writer in."""
        try:
            if not self._failed:
                with self._durably():
                    if self._events.sealing is not None:
                        self._end_seal()
                    if self._events.buffer.count >= SEAL_ON_CLOSE_EVENTS:
                        self._begin_seal(self._tail.said.length, self._tail.said.chain)
                        self._end_seal()
                    self._sealer.wait()
                    self._tail.acknowledge(msgspec.structs.replace(self._tail.said, open=False))
        finally:
            self._failed = True
            self._sealer.close()
            self._events.identities.close()
            self._tail.close()
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

    def _further(self, read: Read | None, verdicts: Verdicts) -> Intake | UnsetType:
        if read is None:
            return UNSET
        return self.intake.further(
            read.offsets,
            admitted=len(verdicts.admitted),
            duplicates=len(verdicts.duplicates),
            rejected=read.unfit + len(verdicts.conflicts),
            topic=read.topic,
        )

    def _placed(self, placer: Placer, piece: Candidates, appended: Appended) -> list[int]:
        places = placer.place(piece.content)
        appended.places.extend(places)
        return places

    def _take_back(self, frame: Frame) -> None:
        """Take up a frame of the tail as it was appended."""
        batch = read_back(frame.bodies)
        places = frame.header.places
        self._take_up(batch, frame.header.admitted, places, frame.header.intake, distinct=False)
        if self._placer is not None and places is not UNSET:
            for row, event in zip(batch.content.rows.tolist(), batch.content.events, strict=True):
                self._placer.remember(event, places[row])

    def _take_up(
        self,
        batch: Candidates,
        admitted: int,
        places: list[int] | UnsetType,
        intake: Intake | UnsetType,
        *,
        distinct: bool,
    ) -> None:
        """Bring memory to where the disk is."""
        self._events.add(batch, admitted, () if places is UNSET else places, distinct=distinct)
        self._subtrees += self._frontier.extend(batch.leaves, SUBTREE_LEVEL)
        self._admitted_last = admitted
        if self.vector is not None and places is not UNSET:
            self.vector = self.vector.after(places)
        if intake is not UNSET:
            self.intake = intake

    @property
    def _full(self) -> bool:
        return self._events.buffer.count >= SEAL_EVENTS

    def _go_on_sealing(self) -> None:
        """Begin to seal a tail that is full; end what was begun where it takes no waiting, or has to come first."""
        if self._events.sealing is not None and (self._full or self._sealer.ready):
            self._end_seal()
        if self._full:
            self._begin_seal(self._tail.said.length, self._tail.said.chain)

    def _begin_seal(self, length: int, chain: str, later: Sequence[Frame] = ()) -> None:
        """Have the events in memory sealed, which end in the tail as told; ``later`` are the frames after them."""
        before, full = self._entries[-1] if self._entries else None, self._events.buffer
        frontier, subtrees = self._frontier.compact(), self._subtrees
        self._sealer.begin(Seal(before, full, frontier, subtrees, length, chain, self.vector, self.intake))
        self._events.begin_seal(self._sealer.buffer(full.first + full.count))
        self._tail.keep(later)
        self._subtrees = []

    def _end_seal(self) -> None:
        """Let the segment count, and go on with the tail after it."""
        entry = self._sealer.entry()
        left, tail = self._tail, self._tail.next(entry)
        self._sealer.commit(entry)
        tail.acknowledge(tail.said)
        self._tail = tail
        self._events.end_seal(entry)
        self._sealer.tidy(entry, left, self._events.identities)
