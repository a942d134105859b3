"""The log: make it, open it, take snapshots of it, write to it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from msgspec import UNSET

from engine.log.digest import line_of, signed
from engine.log.disk import Disk
from engine.log.frames import ACKNOWLEDGED_NAME
from engine.log.intake import Intake
from engine.log.lock import WriterLock
from engine.log.manifest import SEGMENTS_NAME
from engine.log.snapshot import Snapshot, admitted_by
from engine.log.state import CACHE_NAME, LOG_NAME, PARTITION_NAME, Genesis, State, read_genesis, read_state
from engine.log.tail import new_tail, nothing
from engine.log.wordings import Wordings
from engine.log.writer import Writer
from schemas.institution import Institution
from schemas.problems import Place, Problem
from schemas.vector import Vector

AsOf = int | datetime | Vector | None
"""A moment of a log: a position (a number, or the vector of a partitioned log), a time, or now."""


class Log:
    """A log on disk, open to read. It holds no lock and no open file; what it has read it keeps, since it stands."""

    def __init__(self, path: Path, genesis: Genesis, disk: Disk) -> None:
        """Use ``create`` or ``open``."""
        self.path = path
        self.institution = genesis.institution
        self._genesis = genesis
        self._disk = disk
        self._state = State()

    @classmethod
    def create(
        cls, path: Path, institution: Institution, at: datetime, disk: Disk | None = None, partitions: int | None = None
    ) -> Log:
        """Make an empty log; its time zone and currency stand for ever, and how many ``partitions`` it has for Kafka.

        Raises:
            Problem: there is a log already, or something else.
        """
        disk = disk or Disk()
        disk.make_directory(path)
        with WriterLock(path, "meritlog init"):
            if (path / LOG_NAME).exists():
                raise Problem(
                    "There is a log here already.",
                    place=Place(file=str(path)),
                    remedy="Use it as it is, or name another directory.",
                )
            genesis = signed(
                Genesis(
                    at.astimezone(UTC).isoformat(),
                    institution.currency,
                    institution.timezone,
                    partitions=UNSET if partitions is None else partitions,
                )
            )
            partition = path / PARTITION_NAME
            disk.make_directory(partition / SEGMENTS_NAME)
            new_tail(disk, partition, 1)
            sector = partition / ACKNOWLEDGED_NAME
            disk.rename(disk.write_aside(sector, nothing(1, genesis.digest).sector()), sector)
            disk.sync_directory(partition)
            disk.rename(disk.write_aside(path / LOG_NAME, line_of(genesis) + b"\n"), path / LOG_NAME)
            disk.sync_directory(path)
            disk.sync_directory(path.parent)
        return cls(path, genesis, disk)

    @classmethod
    def open(cls, path: Path, disk: Disk | None = None) -> Log:
        """The log at ``path``, to read or to write.

        Raises:
            Problem: there is none, or it is damaged.
        """
        return cls(path, read_genesis(path), disk or Disk())

    @property
    def cache(self) -> Path:
        """Where what can be made again from the log is kept."""
        return self.path / CACHE_NAME

    @property
    def wordings(self) -> Wordings:
        """The plans by which periods were closed, as they were worded."""
        return Wordings(self.path, self._disk)

    @property
    def partitions(self) -> int | None:
        """How many partitions a log has that Kafka feeds; None for one that files are ingested into."""
        beginning = self._genesis.beginning
        return None if beginning is None else len(beginning.counts)

    @property
    def identity(self) -> str:
        """What tells this log from every other: the digest of its first record."""
        return self._genesis.digest

    def snapshot(self, as_of: AsOf = None) -> Snapshot:
        """The log now, or as of a position, or of the last position admitted by a time.

        Raises:
            Problem: the log does not have that position.
            Damage: the log does not hold what was acknowledged.
        """
        partition = self.path / PARTITION_NAME
        state = self._state = read_state(partition, self._genesis, self._state)
        if isinstance(as_of, datetime):
            as_of = admitted_by(partition, state, as_of)
        position = as_of.events if isinstance(as_of, Vector) else state.position if as_of is None else as_of
        if 0 <= position <= state.position:
            found = Snapshot(partition, self.institution, state, position, self._genesis.beginning)
            if not isinstance(as_of, Vector) or found.vector == as_of:
                return found
        last = Snapshot(partition, self.institution, state, state.position, self._genesis.beginning).label
        raise Problem(
            f"The log has no position {as_of}: it goes up to {last}.",
            remedy="Name a position that a statement or a board was stamped with, or leave it out.",
        )

    @property
    def position(self) -> int:
        """The last position now: what it takes to see whether a log has grown, and no more.

        Raises:
            Damage: the log does not hold what was acknowledged.
        """
        self._state = read_state(self.path / PARTITION_NAME, self._genesis, self._state)
        return self._state.position

    def intake(self) -> Intake:
        """What a partitioned log has read of its topic by now."""
        self._state = read_state(self.path / PARTITION_NAME, self._genesis, self._state)
        return self._state.intake

    def writer(self, holder: str) -> Writer:
        """The writer of the log; ``holder`` is what others are told of who writes.

        Raises:
            EnvironmentProblem: another writer has it.
            Damage: the log does not hold what was acknowledged.
        """
        lock = WriterLock(self.path, holder)
        try:
            return Writer(self.path, self._genesis, self._disk, lock)
        except BaseException:
            lock.release()
            raise
