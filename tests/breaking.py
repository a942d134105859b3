"""Poison: events on which our code breaks, told by their ids, since admission lets none through that breaks it truly.

Each is folded whole before it breaks the fold, so whoever goes on with that state counts what must not count.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from engine.fold.apply import Find, apply_all
from engine.fold.batch import Block
from engine.fold.state import State
from engine.plan.evaluate import Evaluation, evaluate
from projections.book import ProjectedBook
from schemas.event import Event

POISON = "poison"


class Breaks(Exception):
    """What our code breaks with."""


def breaking(state: State, steps: Iterable[tuple[int, date, Event]], find: Find, blocks: Iterable[Block] = ()) -> None:
    """``apply_all``, which breaks on events whose ids begin with ``POISON``."""
    for step in steps:
        apply_all(state, (step,), find)
        if step[2].id.startswith(POISON):
            raise Breaks("half an event")
    for block in blocks:
        for index, event_id in enumerate(block.alike.ids.to_pylist()):
            others = [other for other in range(len(block.positions)) if other != index]
            apply_all(state, (), find, [block.but(others)])
            if event_id.startswith(POISON):
                raise Breaks("half an event")


def evaluate_breaking(scope: Any, book: Any, earlier: Any) -> Evaluation:
    """``evaluate``, which breaks on a projected book that holds such an event and no reversal of it."""
    if isinstance(book, ProjectedBook):
        events = [event for _, event in book.snapshot.events()]
        undone = {event.data.event_id for event in events if event.type == "event.reversed"}
        if any(event.id.startswith(POISON) and event.id not in undone for event in events):
            raise Breaks("a sum")
    return evaluate(scope, book, earlier)
