"""Judging a batch: what is new, what was here before, and what contradicts what was here before.

The same (source, id) with equal content (type, time, data, compared as parsed; extension attributes do not count) is a
duplicate; with other content a conflict. That holds between events of one batch as it does across the log, so that
batching does not show.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from engine.admission import Candidates
from engine.log.identity import CHECK_BYTES, Known
from schemas.event import Event, same_content

Stored = Callable[[int], Event]


@dataclass(slots=True)
class Verdicts:
    """Of one batch, by index: what to admit, what are duplicates, and conflicts with the position they contradict.

    ``distinct`` says that no admitted event shares its identity key with any other event.
    """

    admitted: Sequence[int]
    duplicates: list[int] = field(default_factory=list)
    conflicts: list[tuple[int, int]] = field(default_factory=list)
    distinct: bool = True


def judge(batch: Candidates, known: Mapping[int, Sequence[Known]], stored: Stored, next_position: int) -> Verdicts:
    """Judge ``batch``; ``known`` gives, by index, the positions that have its key, ``stored`` the event at one."""
    if not known and len(np.unique(batch.keys)) == len(batch.keys):
        return Verdicts(range(len(batch.keys)))
    return _Judge(batch, known, stored, next_position).judge()


class _Judge:
    def __init__(
        self, batch: Candidates, known: Mapping[int, Sequence[Known]], stored: Stored, next_position: int
    ) -> None:
        self._batch = batch
        self._known = known
        self._stored = stored
        self._next = next_position
        self._admitted: list[int] = []
        self._here: dict[int, list[int]] = {}

    def judge(self) -> Verdicts:
        verdicts = Verdicts(self._admitted)
        for index, key in enumerate(self._batch.keys.tolist()):
            position, same = self._earlier(index, key)
            if position is None:
                mates = self._here.setdefault(key, [])
                if mates or index in self._known:
                    verdicts.distinct = False
                mates.append(len(self._admitted))
                self._admitted.append(index)
            elif same:
                verdicts.duplicates.append(index)
            else:
                verdicts.conflicts.append((index, position))
        return verdicts

    def _earlier(self, index: int, key: int) -> tuple[int | None, bool]:
        """Where the identity stands already (in the log, or earlier in the batch), and whether it says the same."""
        for position, check in self._known.get(index, ()):
            if check == self._batch.leaves[index][:CHECK_BYTES]:
                return position, True
            event, new = self._stored(position), self._batch.event(index)
            if event.identity == new.identity:
                return position, same_content(event, new)
        for rank in self._here.get(key, ()):
            earlier = self._admitted[rank]
            if self._batch.leaves[earlier] == self._batch.leaves[index]:
                return self._next + rank, True
            event, new = self._batch.event(earlier), self._batch.event(index)
            if event.identity == new.identity:
                return self._next + rank, same_content(event, new)
        return None, False
