"""Folding in tests: a list of facts to a state, each reversal with the event that it names."""

from __future__ import annotations

from collections.abc import Iterable

from engine.book import Fact
from engine.fold.apply import REVERSAL, apply
from engine.fold.state import State
from tests.banks import CURRENCY


def fold(facts: Iterable[Fact], state: State | None = None, known: dict[tuple[str, str], Fact] | None = None) -> State:
    """The state after ``facts``; ``known`` collects the events by identity."""
    state = state if state is not None else State.empty(CURRENCY)
    known = known if known is not None else {}
    for fact in facts:
        event = fact.event
        target = None
        if event.type == REVERSAL:
            target = known.get((event.data.event_source, event.data.event_id))
        apply(state, fact.position, fact.on, event, target)
        known[event.identity] = fact
    return state
