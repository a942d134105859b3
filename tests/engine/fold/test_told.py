"""An event folds alike as it came in and as the log gives it back: the worker folds the one, a replay the other."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count

from hypothesis import given, settings

from engine.admission import admit
from engine.book import Fact
from engine.fold.apply import apply_all
from engine.fold.snapshot import snapshot
from engine.fold.state import State
from schemas.event import Event, Told, business_date
from tests.banks import CURRENCY, Json, banks
from tests.engine.fold.folding import fold, numbered
from tests.engine.fold.test_laws import answers
from tests.reading import INSTITUTION, read_bank
from tests.samples import SAMPLES, line


def folded(events: Sequence[Told], facts: Sequence[Fact]) -> State:
    """The state after ``events``, of which ``facts`` are what a reversal finds in the log."""
    known = {fact.event.identity: fact for fact in facts}

    def find(position: int, event: Told) -> Fact | None:
        found = known.get((event.data.event_source, event.data.event_id))
        return found if found is not None and found.position < position else None

    state = State.empty(CURRENCY)
    steps = ((position, business_date(event, INSTITUTION.zone), event) for position, event in zip(count(1), events))
    apply_all(state, steps, find)
    return state


@settings(max_examples=60, deadline=None)
@given(banks())
def test_what_came_in_folds_like_what_the_log_gives_back(bank: list[Json]) -> None:
    found = admit([line(event) for event in bank], INSTITUTION)
    facts = read_bank(bank)
    assert found.problems == []
    assert not bank or any(not isinstance(event, Event) for event in found.events)
    live, replayed = folded(found.events, facts), fold(facts)
    assert snapshot(live) == snapshot(replayed)
    assert answers(live) == answers(replayed)


def test_every_type_of_event_folds_alike() -> None:
    bank = [event for name, event in SAMPLES.items() if name != "event.reversed"]
    live, replayed = folded(admit([line(event) for event in bank], INSTITUTION).events, []), fold(read_bank(bank))
    assert snapshot(live) == snapshot(replayed)
    assert live.facts.standing == replayed.facts.standing


def test_a_batch_may_hold_events_as_they_came_in_beside_such_as_the_log_gives_back() -> None:
    fee = {"type": "fee.earned", "data": {"customer_id": "C-1", "service": "agency", "on": "2025-01-02"}}
    bank = numbered([{**fee, "time": "2025-01-02T00:00:00Z", "data": {**fee["data"], "amount": "7.25"}}] * 4)
    facts = read_bank(bank)
    found = admit([line(event) for event in bank], INSTITUTION)
    mixed = [*found.events[:1], facts[1].event, *found.events[2:3], facts[3].event]
    assert snapshot(folded(mixed, facts)) == snapshot(fold(facts))
