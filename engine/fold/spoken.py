"""Who was spoken of last: by manager the last event that named the manager, or a customer or account of a team.

A customer or account counts for every manager whom one of its teams, or a flow of it, ever named: they are its
audience. Many have the same one, so an event is told to the audience, and to its managers when somebody asks.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, eq=False)
class Audience:
    """The managers whom an event about a customer or an account concerns."""

    managers: tuple[str, ...] = ()


NOBODY_LISTENS = Audience()


@dataclass(slots=True)
class Spoken:
    """By manager the ``last`` position told to that manager alone, or to all by now; ``told`` by audience since."""

    last: dict[str, int] = field(default_factory=dict)
    told: dict[Audience, int] = field(default_factory=dict)
    _alike: dict[tuple[str, ...], Audience] = field(default_factory=dict)

    def joined(self, audience: Audience, manager_id: str, touched: int) -> Audience:
        """The audience of an owner, last spoken of at ``touched``, that a manager belongs to from now on."""
        if manager_id in audience.managers:
            return audience
        managers = (*audience.managers, manager_id)
        more = self._alike.get(managers)
        if more is None:
            more = self._alike[managers] = Audience(managers)
        self.told[more] = max(self.told.get(more, 0), touched)
        return more

    def positions(self) -> dict[str, int]:
        """The last position by manager."""
        last = self.last
        for audience, position in self.told.items():
            for manager_id in audience.managers:
                if last.get(manager_id, 0) < position:
                    last[manager_id] = position
        self.told.clear()
        return dict(last)
