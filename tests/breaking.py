"""Poison: events on which the fold breaks, told by their ids, since admission lets none through that breaks it truly.

Each is folded whole before it breaks the fold, so whoever goes on with that state counts what must not count.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from engine.fold.apply import Find, apply_all
from engine.fold.state import State
from schemas.event import Event

POISON = "poison"


class Breaks(Exception):
    """What the fold breaks with."""


def breaking(state: State, steps: Iterable[tuple[int, date, Event]], find: Find) -> None:
    """``apply_all``, which breaks on events whose ids begin with ``POISON``."""
    for step in steps:
        apply_all(state, (step,), find)
        if step[2].id.startswith(POISON):
            raise Breaks("half an event")
