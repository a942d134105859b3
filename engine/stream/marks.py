"""Marks: up to which position the topics have been told, kept where Kafka keeps the offsets of a group.

The offsets let Kafka's own tools show the worker's lag; beside them stands which log it is and its position. They are
no truth of ours: where they are lost, the topics are told again, and who reads them knows a position that was there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import NamedTuple

from engine.content import Content
from engine.log import Log, rejections
from engine.stream.admitting import Admitted, Refused
from engine.stream.messages import Message, told_place
from engine.stream.topics import Topics
from schemas.problems import EnvironmentProblem
from schemas.vector import Vector

EVENTS_A_BATCH = 4096
ONE_DAY = timedelta(days=1)
"""Clocks are set back now and then, and admission's times never go back."""


class Mark(NamedTuple):
    """What is noted of one partition of the topic of events: the next offset to be told of, and the text beside it."""

    offset: int
    text: str


_NO_MARK = Mark(0, "")


def spelled(log: str, label: str) -> str:
    """A mark: the log's identity and a position of it."""
    return f"{log} {label}"


def told_so_far(marks: Mapping[int, Mark], topics: Topics, log: Log) -> Vector:
    """The position up to which the topics have been told, by what was noted.

    Raises:
        EnvironmentProblem: the topics belong to another log.
    """
    found = Vector((0,) * (log.partitions or 0))
    for mark in marks.values():
        identity, _, label = mark.text.partition(" ")
        vector = Vector.parse(label)
        if vector is not None and identity != log.identity:
            raise EnvironmentProblem(
                f"The topics {topics.prefix}.… belong to another log: {identity}; this one is {log.identity}.",
                remedy="Start with the --log that they belong to, or give this one topics of its own with --prefix.",
            )
        if vector is not None and vector.events > found.events:
            found = vector
    return found


def untold_refused(log: Log, topics: Topics, marks: Mapping[int, Mark], told: Vector) -> list[Refused]:
    """The refused messages that the topics lack, as the log's ``rejected/`` has them: without key and headers.

    Of a message that binary mode spelled in its headers, that is the whole event all the same.
    """
    read = log.intake().offsets
    if all(mark is not None and mark.offset > last for mark, last in ((marks.get(at), read[at]) for at in read)):
        return []
    since = log.snapshot().admitted_at(told.events).date() - ONE_DAY if told.events else date.min
    found: dict[tuple[int, int], Refused] = {}
    for rejection in rejections(log.path, since):
        place = told_place(rejection.problem.place.file or "", topics.events)
        if place is not None and marks.get(place[0], _NO_MARK).offset <= place[1] <= read.get(place[0], -1):
            found[place] = Refused(Message(*place, rejection.raw), rejection.problem)
    return [found[place] for place in sorted(found)]


def untold(log: Log, told: Vector, last: int) -> Iterator[tuple[Vector, Admitted]]:
    """What the topics lack of the log up to position ``last``, in batches, each with the position before it."""
    for first in range(told.events + 1, last + 1, EVENTS_A_BATCH):
        snapshot = log.snapshot(min(first + EVENTS_A_BATCH - 1, last))
        before = log.snapshot(first - 1).vector
        assert before is not None, "a worker's log is partitioned"
        bodies = [body for _, body in snapshot.bodies(range(first, snapshot.position + 1))]
        yield (
            before,
            Admitted(
                first,
                Content(),
                bodies,
                snapshot.places(first, snapshot.position),
                [],
                str(snapshot.vector),
                {},
                snapshot.admitted_at(snapshot.position),
            ),
        )
