"""Last events: how boards name the event that spoke last of each manager, by id, source and place in the log.

An event just admitted is named from what was handed over with it, any other one is read from the log. A name is kept
for as long as a manager's last event is the same.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from engine.log import Snapshot
from schemas.codec import decode
from schemas.event import Event
from schemas.vector import Vector

HELD_MAX = 1 << 15
"""So many events just admitted are held until their last ones are named; of more, the first are read again."""
Name = dict[str, Any]
Covering = Callable[[int], Snapshot]
"""The log, at a position or a later one."""


class LastEvents:
    """The last events of one log's managers, as boards name them."""

    def __init__(self, covering: Covering) -> None:
        self._covering = covering
        self._names: dict[int, Name] = {}
        self._taken: deque[_Taken] = deque()

    def taken(self, first: int, bodies: Sequence[bytes], places: Sequence[int], label: int | str) -> None:
        """Hold events just admitted: from position ``first`` on, in these partitions, the log at ``label`` after."""
        self._taken.append(_Taken(first, bodies, places, label))
        held = sum(len(batch.bodies) for batch in self._taken)
        while held > HELD_MAX:
            held -= len(self._taken.popleft().bodies)

    def of(self, positions: Mapping[str, int]) -> Mapping[str, Name]:
        """By manager the name of the event at the position; none at position 0."""
        wanted = {*positions.values()} - {0}
        names = {position: self._names[position] for position in wanted & self._names.keys()}
        for batch in self._taken:
            names |= batch.names(wanted - names.keys())
        names |= self._read(wanted - names.keys())
        self._names = names
        self._taken.clear()
        return {manager: names[position] for manager, position in positions.items() if position}

    def _read(self, positions: Set[int]) -> dict[int, Name]:
        if not positions:
            return {}
        snapshot = self._covering(max(positions))
        events = snapshot.events(positions)
        return {position: _name(event, snapshot.place(position)) for position, event in events}


@dataclass(frozen=True)
class _Taken:
    """A batch of events as it was handed over."""

    first: int
    bodies: Sequence[bytes]
    places: Sequence[int]
    label: int | str

    def names(self, positions: Iterable[int]) -> dict[int, Name]:
        """The names of those at ``positions`` that are in it."""
        here = ((position, position - self.first) for position in positions)
        found = ((position, at) for position, at in here if 0 <= at < len(self.bodies))
        return {position: _name(decode(self.bodies[at]), self._place(position, at)) for position, at in found}

    def _place(self, position: int, at: int) -> int | str:
        return position if isinstance(self.label, int) else f"{self.places[at]}:{self._nth[at]}"

    @cached_property
    def _nth(self) -> list[int]:
        """How manieth of its partition each event is."""
        vector = Vector.parse(str(self.label))
        assert vector is not None, "a position is a number or a vector"
        left, nth = list(vector.counts), []
        for place in reversed(self.places):
            nth.append(left[place])
            left[place] -= 1
        return nth[::-1]


def _name(event: Event, place: int | str) -> Name:
    return {"event_id": event.id, "event_source": event.source, "position": place}
