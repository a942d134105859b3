"""Posts: who was a customer manager on which days, of which unit, in which grade.

Staffing is told by ``manager.appointed`` and ``manager.left``. A manager is in post from an appointment on until
the day of leaving (that day no longer). A new appointment without grade, position or unit keeps the earlier
(contract §1).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date
from operator import attrgetter
from typing import NamedTuple

from engine.book import Fact
from engine.recent import Recent

TYPES = ("manager.appointed", "manager.left")
FIELDS = ("grade", "position", "org_unit")
REMEMBERED = 64
"""Answers about all managers that are remembered: of eight plans four periods, each through two last days."""


class Change(NamedTuple):
    """What holds for a manager from a day on: in post or not, and the words of the post."""

    on: date
    in_post: bool
    words: Mapping[str, str | None]


class Posts:
    """Every manager's career as the log tells it; what is asked of all of them is remembered for a while."""

    def __init__(self, facts: Iterable[Fact]) -> None:
        told: dict[str, list[Fact]] = defaultdict(list)
        for fact in sorted(facts, key=attrgetter("on", "position")):
            told[fact.event.data.manager_id].append(fact)
        self._changes = {manager: _career(career) for manager, career in told.items()}
        self._appointed = {
            manager: [fact.on for fact in career if fact.event.type == "manager.appointed"]
            for manager, career in told.items()
        }
        self._ever = frozenset(manager for manager, days in self._appointed.items() if days)
        self._in_post: Recent[frozenset[str]] = Recent(REMEMBERED)
        self._words: Recent[dict[str, str | None]] = Recent(REMEMBERED)

    @property
    def first_day(self) -> date | None:
        """The first day on which anybody was appointed."""
        return min((day for days in self._appointed.values() for day in days), default=None)

    @property
    def managers(self) -> list[str]:
        """Everybody whom staffing ever spoke of, ascending."""
        return sorted(self._changes)

    def managers_in_post(self, start: date, end: date) -> frozenset[str]:
        """Those in post on a day of [start, end)."""
        return self._in_post.remembered(
            (start, end),
            lambda: frozenset(manager for manager in self._changes if self._serves(manager, start, end)),
        )

    @property
    def appointed(self) -> Collection[str]:
        """Everybody who was ever appointed."""
        return self._ever

    def appointments(self, manager: str) -> list[date]:
        """The days on which the manager was appointed, whatever the order in which the log learned of them."""
        return self._appointed.get(manager, [])

    def in_post_throughout(self, manager: str, start: date, end: date) -> bool:
        """Whether the manager was in post on every day of [start, end)."""
        holds = self._holding(manager, start)
        if holds is None or not holds.in_post:
            return False
        return all(change.in_post for change in self._changes.get(manager, ()) if start < change.on < end)

    def served(self, manager: str, field: str | None, day: date) -> tuple[date, date | None] | None:
        """Since when the manager held the post of ``day`` without a break, and the day of leaving, if by then.

        With ``field`` (``position``, ``org_unit``), since when the same word stood in it. None: never in post by then.
        """
        start: date | None = None
        left: date | None = None
        word: str | None = None
        for change in self._changes.get(manager, ()):
            if change.on > day:
                break
            now = change.words[field] if field is not None else None
            if change.in_post:
                if start is None or left is not None or now != word:
                    start = change.on
                left, word = None, now
            elif left is None:
                left = change.on
        return None if start is None else (start, left)

    def word(self, manager: str, field: str, day: date) -> str | None:
        """The ``grade``, ``position`` or ``org_unit`` last held on ``day`` or before."""
        holds = self._holding(manager, day)
        return None if holds is None else holds.words[field]

    def words(self, field: str, day: date) -> Mapping[str, str | None]:
        """By manager what ``word`` says, of everybody whom staffing ever spoke of."""
        return self._words.remembered(
            (field, day), lambda: {manager: self.word(manager, field, day) for manager in self._changes}
        )

    def _holding(self, manager: str, day: date) -> Change | None:
        holds = None
        for change in self._changes.get(manager, ()):
            if change.on > day:
                break
            holds = change
        return holds

    def _serves(self, manager: str, start: date, end: date) -> bool:
        holds = self._holding(manager, start)
        if holds is not None and holds.in_post and start < end:
            return True
        return any(change.in_post for change in self._changes[manager] if start < change.on < end)


def full_months(start: date, end: date) -> int:
    """The full months of service in [start, end)."""
    return (end.year - start.year) * 12 + end.month - start.month - (end.day < start.day)


def _career(facts: Iterable[Fact]) -> list[Change]:
    """What follows from a manager's facts, which ascend by day and position."""
    changes: list[Change] = []
    words: dict[str, str | None] = dict.fromkeys(FIELDS)
    for fact in facts:
        data = fact.event.data
        appointed = fact.event.type == "manager.appointed"
        if appointed:
            words = {field: getattr(data, field) or words[field] for field in FIELDS}
        change = Change(fact.on, appointed, words)
        if changes and changes[-1].on == fact.on:
            changes.pop()
        changes.append(change)
    return changes
