"""Ingest: from sources through admission into the log, batch by batch, with nothing lost on the way.

What comes in is admitted, a duplicate, or rejected and kept with its reason: the three counts add up to what came in.
Each batch is durable before the next one is read, so an interrupted ingest is simply done again.
"""

from __future__ import annotations

import gc
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from engine.admission import Candidates, admit
from engine.log.log import Log
from engine.log.rejected import Rejection
from engine.log.writer import Appended, Writer
from engine.people import Person, remember
from engine.sources.batch import Batch, Source
from schemas.problems import EnvironmentProblem, Place, Problem


@dataclass(slots=True)
class Ingested:
    """What became of everything that came in, and where the log then stands.

    ``skipped`` counts the rows that a mapping left out, by reason; they were no events. ``unread`` are the files that
    could not be read at all, ``mended`` says what a crash had left in the log.
    """

    admitted: int = 0
    duplicates: int = 0
    rejected: int = 0
    position: int = 0
    head: str = ""
    skipped: Counter[str] = field(default_factory=Counter)
    unread: list[Problem] = field(default_factory=list)
    mended: list[str] = field(default_factory=list)

    @property
    def came_in(self) -> int:
        """How many events, or lines that should have been one, there were."""
        return self.admitted + self.duplicates + self.rejected


class Watcher(Protocol):
    """Who is told how an ingest goes."""

    def rejected(self, problem: Problem) -> None:
        """An event was rejected: where it stands and why."""

    def progress(self, source: str, so_far: Ingested) -> None:
        """A batch of ``source`` is in."""


def ingest(
    log: Log, sources: Iterable[Source], *, now: Callable[[], datetime], holder: str, watcher: Watcher
) -> Ingested:
    """Everything that ``sources`` hold, into ``log``. ``holder`` is what another writer is told.

    Raises:
        EnvironmentProblem: the disk or another writer is in the way; what was acknowledged stays.
    """
    so_far = Ingested()
    with log.writer(holder) as writer, _without_cycles():
        so_far.mended = writer.mended
        for source in sources:
            try:
                for batch in source.batches():
                    _take(batch, source.name, log, writer, now(), so_far, watcher)
                    watcher.progress(source.name, so_far)
            except EnvironmentProblem:
                raise
            except Problem as problem:
                so_far.unread.append(problem.at(Place(file=source.name)))
        so_far.position, so_far.head = writer.position, writer.head
    return so_far


def _take(batch: Batch, name: str, log: Log, writer: Writer, at: datetime, so_far: Ingested, watcher: Watcher) -> None:
    found = admit(batch.events, log.institution)
    _remember_names(log, found)
    appended = writer.append(found, at)
    rejections = sorted(_rejections(batch, name, found, appended), key=_line)
    if rejections:
        writer.reject(rejections, at)
        for rejection in rejections:
            watcher.rejected(rejection.problem)
    so_far.admitted += len(appended.admitted)
    so_far.duplicates += len(appended.duplicates)
    so_far.rejected += len(rejections)
    so_far.skipped.update(batch.skipped)


def _remember_names(log: Log, found: Candidates) -> None:
    """Names go first: one without its event does no harm, an event whose name was lost would."""
    if found.names:
        remember(log.path, [Person(found.event(index).data.manager_id, name) for index, name in found.names.items()])


def _rejections(batch: Batch, name: str, found: Candidates, appended: Appended) -> Iterator[Rejection]:
    for refused in batch.refused:
        yield Rejection(refused.problem, refused.raw)
    for index, problem in found.problems:
        place = Place(name, batch.lines[index], problem.place.field, problem.place.event_id)
        yield Rejection(Problem(problem.what, place=place, remedy=problem.remedy), batch.events[index])
    for candidate, position in appended.conflicts:
        event, index = found.event(candidate), found.lines[candidate]
        place = Place(name, batch.lines[index], event_id=event.id)
        yield Rejection(contradiction(place, f"at position {position}"), batch.events[index])


def contradiction(place: Place, other: str) -> Problem:
    """The problem of an event at ``place`` that has the identity of another one and says something else.

    ``other`` says where that one is: ``at position 12``.
    """
    return Problem(
        f"The log holds another event of this source and id, {other}.",
        place=place,
        remedy="To replace it, reverse that event (event.reversed) and enter this one under a new id.",
    )


def _line(rejection: Rejection) -> int:
    return rejection.problem.place.line or 0


@contextmanager
def _without_cycles() -> Iterator[None]:
    """Do without the search for cycles: events are in none, and looking through millions of them costs a tenth."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
