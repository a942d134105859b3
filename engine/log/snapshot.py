"""A snapshot: the log up to one position, to read from as long as one likes.

Nothing in it changes while the log grows: what was sealed never changes, and what stood in the tail has been read. What
is costly (names, the tail's columns, the head) is made when it is first asked for.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property, lru_cache, partial
from pathlib import Path

import msgspec
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from engine.content import EPOCH
from engine.log import merkle
from engine.log.bodies import Bodies
from engine.log.columns import build_columns, column_schema, microseconds
from engine.log.frames import Frame
from engine.log.manifest import Entry, SegmentPaths
from engine.log.names import NO_NAME, Codes, Lookup, NameBook
from engine.log.proofs import Proofs
from engine.log.segment import NAMES_SCHEMA, read_columns, read_names
from engine.log.state import State
from engine.log.texts import Texts
from engine.log.vectors import Vectors
from schemas.codec import decode
from schemas.event import Event, identity_key, identity_keys
from schemas.institution import Institution
from schemas.problems import Problem
from schemas.vector import Vector

KEYS_HELD_MAX = 128


class _Identity(msgspec.Struct, gc=False):
    source: str
    id: str


_identity = msgspec.json.Decoder(_Identity).decode


@dataclass(frozen=True, slots=True)
class SegmentFile:
    """A sealed segment: its columns and its new names. Its content never changes; ``digest`` names it."""

    path: Path
    names_path: Path
    first: int
    last: int
    digest: str


class Snapshot:
    """The events 1..``position`` of a log; ``entries`` are the segments that hold positions of it."""

    def __init__(
        self,
        partition: Path,
        institution: Institution,
        state: State,
        position: int,
        beginning: Vector | None = None,
    ) -> None:
        """``beginning`` is the vector of the empty log, where the log is partitioned."""
        self.institution = institution
        self.position = position
        self._beginning = beginning
        self._partition = partition
        self.entries = [entry for entry in state.entries if entry.first <= position]
        self._frames = [cut for frame in state.frames if (cut := _cut(frame, position)).bodies]
        self._bodies = Bodies(partition, self.entries, self._frames)

    # -- where it stands -----------------------------------------------------------------------------------------

    @cached_property
    def vector(self) -> Vector | None:
        """The position of a partitioned log: how many events each partition has; None where positions are numbers."""
        return None if self._vectors is None else self._vectors.at(self.position)

    @property
    def label(self) -> int | str:
        """The position as documents print it (contract §1): a number, or the vector of a partitioned log."""
        return self.position if self.vector is None else str(self.vector)

    def place(self, position: int) -> int | str:
        """Where one event stands, as documents print it: its position, or ``partition:how manieth of it``."""
        return position if self._vectors is None else self._vectors.place(position)

    def places(self, first: int, last: int) -> list[int]:
        """The partitions of the events from ``first`` to ``last``, of a partitioned log."""
        assert self._vectors is not None, "only a partitioned log has places"
        return self._vectors.places(first, last)

    @cached_property
    def _vectors(self) -> Vectors | None:
        if self._beginning is None:
            return None
        return Vectors(self._partition, self.entries, self._frames, self._beginning)

    # -- what calculations read ----------------------------------------------------------------------------------

    @cached_property
    def segments(self) -> tuple[SegmentFile, ...]:
        """The segments that hold positions of the snapshot; the last of them may go beyond ``position``."""
        paths = [SegmentPaths(self._partition, entry.number) for entry in self.entries]
        return tuple(
            SegmentFile(path.columns, path.names, entry.first, entry.last, entry.digest)
            for path, entry in zip(paths, self.entries, strict=True)
        )

    @cached_property
    def tail(self) -> pa.Table:
        """The columns of the events after the last segment, up to ``position``."""
        return self._tail[0]

    @property
    def tail_names(self) -> pa.Table:
        """The names that no segment has, (code, text)."""
        return self._tail[1]

    @cached_property
    def names(self) -> pa.Table:
        """All names, (code, text), codes from 0 on without a gap: those of the segments and those only in the tail."""
        parts = [read_names(segment.names_path) for segment in self.segments]
        return pa.concat_tables([*parts, self._tail[1]]).combine_chunks()

    def code(self, text: str) -> int | None:
        """The code of a name; None where no event of the snapshot's segments and tail has it."""
        found = pc.index(self.names.column("text"), text).as_py()
        return found if found >= 0 else None

    def text(self, code: int) -> str:
        """The name that ``code`` stands for."""
        text: str = self.names.column("text")[code].as_py()
        return text

    @cached_property
    def _tail(self) -> tuple[pa.Table, pa.Table]:
        """The tail's columns, and the names that only it has."""
        return self._read(self._find_codes)

    def read_tail(self, lookup: Lookup) -> None:
        """Read the tail with codes of sealed names from ``lookup``, a faster way to them than through their files."""
        self._tail = self._read(lookup)

    def _read(self, lookup: Lookup) -> tuple[pa.Table, pa.Table]:
        book = NameBook(partial(self._sealed_codes, lookup), self.entries[-1].names_after if self.entries else 0)
        bodies = [body for frame in self._frames for body in frame.bodies]
        if not bodies:
            return column_schema().empty_table(), NAMES_SCHEMA.empty_table()
        admitted = np.repeat(
            np.array([frame.header.admitted for frame in self._frames], np.int64),
            [len(frame.bodies) for frame in self._frames],
        )
        keys = np.array(identity_keys(list(map(_identity, bodies))), np.uint64)
        texts = Texts()
        texts.add_bodies(bodies)
        first = self._frames[0].header.first
        return build_columns(texts, first, admitted, keys, book, self.institution.zone), book.table()

    def _sealed_codes(self, lookup: Lookup, texts: Sequence[str]) -> Codes:
        """The codes that the snapshot's own segments give; ``lookup`` may know of later ones."""
        count = self.entries[-1].names_after if self.entries else 0
        codes = lookup(texts)
        return np.where(codes < count, codes, NO_NAME)

    def _find_codes(self, texts: Sequence[str]) -> Codes:
        wanted = pa.array(texts, pa.string())
        codes = np.full(len(wanted), NO_NAME, np.int32)
        for segment in self.segments:
            names = read_names(segment.names_path)
            places = pc.index_in(names.column("text"), value_set=wanted)
            hit = pc.is_valid(places)
            codes[places.filter(hit).to_numpy()] = names.column("code").filter(hit).to_numpy()
        return codes

    # -- events --------------------------------------------------------------------------------------------------

    def events(self, positions: Iterable[int] | None = None) -> Iterator[tuple[int, Event]]:
        """The events at ``positions`` (all, when not given), in order of position."""
        return ((position, decode(body)) for position, body in self.bodies(positions))

    def bodies(self, positions: Iterable[int] | None = None) -> Iterator[tuple[int, bytes]]:
        """The canonical bytes of the events at ``positions`` (all, when not given), in order of position."""
        wanted = range(1, self.position + 1) if positions is None else positions
        if not isinstance(wanted, range):
            wanted = sorted(set(wanted))
        if len(wanted):
            self._require(wanted[0])
            self._require(wanted[-1])
        return self._bodies.of(wanted)

    def event(self, position: int) -> Event:
        """The event at ``position``."""
        return decode(self.body(position))

    def body(self, position: int) -> bytes:
        """The canonical bytes of the event at ``position``."""
        self._require(position)
        return self._bodies.at(position)

    def find(self, source: str, event_id: str) -> int | None:
        """The position of the event with this identity; None where the snapshot has none."""
        key = np.uint64(identity_key(source, event_id)).view(np.int64)
        for segment in self.segments:
            for row in np.flatnonzero(_keys_of(segment.path) == key).tolist():
                position = segment.first + row
                if position <= self.position and self.event(position).identity == (source, event_id):
                    return position
        spelled = msgspec.json.encode(event_id)  # as it stands in canonical bytes: few of them need a closer look
        for frame in self._frames:
            for position, body in enumerate(frame.bodies, frame.header.first):
                if spelled in body and decode(body).identity == (source, event_id):
                    return position
        return None

    def admitted_at(self, position: int) -> datetime:
        """When the event at ``position`` was admitted."""
        self._require(position)
        entry = self._bodies.entry_of(position)
        if entry is None:
            admitted = next(frame.header.admitted for frame in reversed(self._frames) if frame.header.first <= position)
        else:
            admitted = int(_admission_times(self._partition, entry)[position - entry.first])
        return EPOCH + timedelta(microseconds=admitted)

    def _require(self, position: int) -> None:
        if not 1 <= position <= self.position:
            raise Problem(
                f"The log has no position {position}: it goes from 1 to {self.position}.",
                remedy="Name one of these.",
            )

    # -- proofs --------------------------------------------------------------------------------------------------

    @cached_property
    def _proofs(self) -> Proofs:
        return Proofs(self.entries, self._frames, self._bodies, self.position)

    @property
    def root(self) -> bytes:
        """The Merkle root over the events."""
        return self._proofs.root

    @property
    def head(self) -> str:
        """The Merkle root as statements print it."""
        return merkle.head(self.root)

    def inclusion(self, position: int) -> list[bytes]:
        """The proof that the event at ``position`` is under ``root`` (check it with ``merkle.includes``)."""
        self._require(position)
        return self._proofs.inclusion(position)

    def consistency(self, earlier: int) -> list[bytes]:
        """The proof that the log only added to its first ``earlier`` events (check it with ``merkle.extends``)."""
        self._require(earlier)
        return self._proofs.consistency(earlier)


@lru_cache(maxsize=KEYS_HELD_MAX)
def _keys_of(segment: Path) -> npt.NDArray[np.int64]:
    """The identity keys of a segment, which never changes: 8 bytes an event."""
    return np.asarray(read_columns(segment, ["key"]).column("key").to_numpy(), np.int64)


def _cut(frame: Frame, position: int) -> Frame:
    """The frame without the events after ``position``."""
    kept = position - frame.header.first + 1
    return frame if kept >= frame.header.count else Frame(frame.header, frame.bodies[: max(kept, 0)], frame.end)


def _admission_times(partition: Path, entry: Entry) -> npt.NDArray[np.int64]:
    column = read_columns(SegmentPaths(partition, entry.number).columns, ["admitted"]).column("admitted")
    return np.asarray(column.to_numpy(), np.int64)


def admitted_by(partition: Path, state: State, time: datetime) -> int:
    """The last position of ``state`` that was admitted by ``time``."""
    until = int(microseconds([time])[0])
    position = 0
    for entry in state.entries:
        if entry.admitted_first > until:
            return position
        if entry.admitted_last > until:
            return position + int(np.searchsorted(_admission_times(partition, entry), until, "right"))
        position = entry.last
    count = bisect_right(state.frames, until, key=lambda frame: frame.header.admitted)
    last = state.frames[count - 1].header if count else None
    return last.first + last.count - 1 if last else position
