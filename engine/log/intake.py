"""Intake: how far a log has read the topic that feeds it, and what became of what it read.

It stands in the same frame as the events of the same messages, so that both are durable in one step: after any stop a
message has either been counted, together with what it brought, or it is read again. What was read is the sum of what
was admitted, what were duplicates and what was rejected.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec
from msgspec import UNSET, UnsetType

NOTHING = -1


class Intake(msgspec.Struct, frozen=True):
    """What was read so far: by partition of the topic the last offset (-1: nothing), and counts of messages.

    ``topic`` is the topic's id, which tells it from another of the same name; unset where the brokers give none.
    """

    read: list[int] = []
    admitted: int = 0
    duplicates: int = 0
    rejected: int = 0
    topic: str | UnsetType = UNSET

    @property
    def offsets(self) -> dict[int, int]:
        """The last offset read, of the partitions that anything was read of."""
        return {partition: offset for partition, offset in enumerate(self.read) if offset != NOTHING}

    def further(
        self,
        offsets: Mapping[int, int],
        *,
        admitted: int,
        duplicates: int,
        rejected: int,
        topic: str | UnsetType = UNSET,
    ) -> Intake:
        """The intake after a batch of ``topic`` that ended at ``offsets``, with what became of its messages."""
        read = self.offsets | dict(offsets)
        return Intake(
            [read.get(partition, NOTHING) for partition in range(max(read, default=NOTHING) + 1)],
            self.admitted + admitted,
            self.duplicates + duplicates,
            self.rejected + rejected,
            self.topic if topic is UNSET else topic,
        )
