"""The position of a partitioned log: how many events each of its partitions has, spelled ``0:812,1:790`` (contract §1).

A partitioned log is fed by Kafka. Its events still have one order, in which they were admitted; a vector names the
moment in it at which each partition had so many of them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

_SPELLED = re.compile(r"(0|[1-9][0-9]*):(0|[1-9][0-9]*)")


@dataclass(frozen=True, slots=True)
class Vector:
    """How many events each partition has, in order of partition."""

    counts: tuple[int, ...]

    def __str__(self) -> str:
        return ",".join(f"{partition}:{count}" for partition, count in enumerate(self.counts))

    @property
    def events(self) -> int:
        """How many events the log has at this moment."""
        return sum(self.counts)

    @classmethod
    def parse(cls, text: str) -> Vector | None:
        """The vector that ``text`` spells, all partitions in order; None where it spells none."""
        pairs = [_SPELLED.fullmatch(part) for part in text.split(",")]
        if any(pair is None for pair in pairs):
            return None
        told = [(int(pair[1]), int(pair[2])) for pair in pairs if pair is not None]
        if [partition for partition, _ in told] != list(range(len(told))):
            return None
        return cls(tuple(count for _, count in told))

    @classmethod
    def moment(cls, spelled: int | str) -> int | Vector | None:
        """The position that an event names (``settlement.closed``): a number or a vector; None where it is neither."""
        return spelled if isinstance(spelled, int) else cls.parse(spelled)

    def after(self, places: Sequence[int]) -> Vector:
        """The vector after events that went to these partitions."""
        counts = list(self.counts)
        for place, count in Counter(places).items():
            counts[place] += count
        return Vector(tuple(counts))
