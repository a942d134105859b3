"""Marks: up to which position the topics have been told, kept where Kafka keeps the offsets of a group.

The offsets let Kafka's own tools show the worker's lag; beside them stands which log it is and its position. They are
no truth of ours: where they are lost, the topics are told again, and who reads them knows a position that was there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from engine.log import Log
from engine.stream.admitting import Admitted
from engine.stream.topics import Topics
from schemas.problems import EnvironmentProblem
from schemas.vector import Vector

EVENTS_A_BATCH = 4096


def spelled(log: str, label: str) -> str:
    """A mark: the log's identity and a position of it."""
    return f"{log} {label}"


def told_so_far(marks: Mapping[int, str], topics: Topics, log: Log) -> Vector:
    """The position up to which the topics have been told, by what was noted.

    Raises:
        EnvironmentProblem: the topics belong to another log.
    """
    found = Vector((0,) * (log.partitions or 0))
    for mark in marks.values():
        identity, _, label = mark.partition(" ")
        vector = Vector.parse(label)
        if vector is not None and identity != log.identity:
            raise EnvironmentProblem(
                f"The topics {topics.prefix}.… belong to another log: {identity}; this one is {log.identity}.",
                remedy="Start with the --log that they belong to, or give this one topics of its own with --prefix.",
            )
        if vector is not None and vector.events > found.events:
            found = vector
    return found


def untold(log: Log, told: Vector, last: int) -> Iterator[tuple[Vector, Admitted]]:
    """What the topics lack of the log up to position ``last``, in batches, each with the position before it.

    What was refused meanwhile is not among it: that is under the log's ``rejected/``, and in no order of the log.
    """
    for first in range(told.events + 1, last + 1, EVENTS_A_BATCH):
        snapshot = log.snapshot(min(first + EVENTS_A_BATCH - 1, last))
        before = log.snapshot(first - 1).vector
        assert before is not None, "a worker's log is partitioned"
        bodies = [body for _, body in snapshot.bodies(range(first, snapshot.position + 1))]
        yield (
            before,
            Admitted(
                first,
                [],
                bodies,
                snapshot.places(first, snapshot.position),
                [],
                str(snapshot.vector),
                {},
                snapshot.admitted_at(snapshot.position),
            ),
        )
