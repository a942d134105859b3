"""Units: the tree of an institution's units, and which managers belong where.

A unit's managers are those in it and in all units below it. Where parents run in a circle, each unit of it counts once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from schemas.document import nearest
from schemas.problems import Place, Problem


def with_parents(unit: str | None, parents: Mapping[str, str | None]) -> list[str]:
    """The unit and all that it belongs to, from below."""
    seen: list[str] = []
    while unit is not None and unit not in seen:
        seen.append(unit)
        unit = parents.get(unit)
    return seen


class Units:
    """The units that were opened, or that anybody was appointed to."""

    def __init__(self, parents: Mapping[str, str | None], named: Iterable[str] = ()) -> None:
        """``parents`` says of each unit what it belongs to; ``named`` are units that may never have been opened."""
        self._parents: dict[str, str | None] = {**dict.fromkeys(named), **parents}
        for parent in list(self._parents.values()):
            if parent is not None:
                self._parents.setdefault(parent, None)

    def __contains__(self, unit: object) -> bool:
        return unit in self._parents

    def __iter__(self) -> Iterator[str]:
        return iter(self._parents)

    def known(self, unit: str) -> str:
        """The unit, if it is one.

        Raises:
            Problem: it is none.
        """
        if unit not in self._parents:
            raise Problem(
                f"There is no unit {unit!r}: none was opened so, and nobody appointed to it.",
                place=Place(field="--unit"),
                remedy=nearest(unit, set(self._parents)) or "meritlog board PLAN PERIOD --by-unit shows them all.",
            )
        return unit

    def above(self, unit: str | None) -> list[str]:
        """The unit itself and all that it belongs to, from below."""
        return with_parents(unit, self._parents)

    def parent(self, unit: str) -> str | None:
        """What the unit belongs to."""
        return self._parents.get(unit)

    def below(self, unit: str) -> set[str]:
        """The unit and all units that belong to it."""
        return {other for other in self._parents if unit in self.above(other)}

    def in_order(self) -> list[tuple[str, int]]:
        """Every unit with its depth, each behind what it belongs to; those of one parent by their ids."""
        children: dict[str | None, list[str]] = defaultdict(list)
        for unit in sorted(self._parents):
            parent = self._parents[unit]
            # In a circle the first by id stands on top.
            top = unit in self.above(parent) and unit == min(self.above(unit))
            children[None if top else parent].append(unit)
        ordered: list[tuple[str, int]] = []
        waiting = [(unit, 0) for unit in reversed(children[None])]
        while waiting:
            unit, depth = waiting.pop()
            ordered.append((unit, depth))
            waiting += [(child, depth + 1) for child in reversed(children[unit])]
        return ordered


def members(units: Units, unit: str, unit_of: Mapping[str, str | None]) -> set[str]:
    """The managers of a unit and of all units below it.

    Raises:
        Problem: there is no such unit.
    """
    below = units.below(units.known(unit))
    return {manager for manager, own in unit_of.items() if own in below}
