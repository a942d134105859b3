"""An event folds alike as it came in and as the log gives it back: the worker folds the one, a replay the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings

from engine.admission import Candidates, admit
from engine.book import Fact
from engine.content import Content
from engine.fold.apply import apply_all
from engine.fold.snapshot import snapshot
from engine.fold.state import State
from engine.fold.taking import taken
from engine.forms.reading import MANY
from schemas.event import Event, Told, business_date
from tests.banks import CURRENCY, Json, banks
from tests.engine.fold.folding import Said, fold, numbered, reversal, say, team
from tests.engine.fold.test_laws import answers
from tests.engine.forms.made import columns_from
from tests.reading import INSTITUTION, read_bank
from tests.samples import SAMPLES, line


def folded(found: Candidates, facts: Sequence[Fact]) -> State:
    """The state after what admission ``found``, of which ``facts`` are what a reversal finds in the log."""
    known = {fact.event.identity: fact for fact in facts}

    def find(position: int, event: Told) -> Fact | None:
        found = known.get((event.data.event_source, event.data.event_id))
        return found if found is not None and found.position < position else None

    state = State.empty(CURRENCY)
    events, blocks = taken(1, found.content, found.bodies, INSTITUTION.zone)
    steps = ((position, business_date(event, INSTITUTION.zone), event) for position, event in events)
    apply_all(state, steps, find, blocks)
    return state


def admitted(bank: Sequence[Json]) -> Candidates:
    found = admit([line(event) for event in bank], INSTITUTION)
    assert found.problems == []
    return found


@pytest.mark.parametrize("many", [MANY, 2])
@settings(max_examples=60, deadline=None)
@given(bank=banks())
def test_what_came_in_folds_like_what_the_log_gives_back(bank: list[Json], many: int) -> None:
    facts = read_bank(bank)
    with columns_from(many):
        found = admitted(bank)
    assert any(not isinstance(event, Event) for event in found.content.events) or found.content.alike
    live, replayed = folded(found, facts), fold(facts)
    assert answers(live) == answers(replayed)
    assert many < MANY or snapshot(live) == snapshot(replayed)


@pytest.mark.parametrize("many", [MANY, 1])
def test_every_type_of_event_folds_alike(many: int) -> None:
    bank = [event for name, event in SAMPLES.items() if name != "event.reversed"]
    with columns_from(many):
        live = folded(admitted(bank), [])
    replayed = fold(read_bank(bank))
    assert answers(live) == answers(replayed)
    assert live.facts.standing == replayed.facts.standing


def test_a_batch_may_hold_events_as_they_came_in_beside_such_as_the_log_gives_back() -> None:
    fee = {"type": "fee.earned", "data": {"customer_id": "C-1", "service": "agency", "on": "2025-01-02"}}
    bank = numbered([{**fee, "time": "2025-01-02T00:00:00Z", "data": {**fee["data"], "amount": "7.25"}}] * 4)
    facts = read_bank(bank)
    found = admitted(bank)
    told = found.content.events
    mixed = replace(found, content=Content.of([told[0], facts[1].event, told[2], facts[3].event]))
    assert snapshot(folded(mixed, facts)) == snapshot(fold(facts))


FEE = say("fee.earned", "01-02", customer_id="C", service="agency", amount="5")


@pytest.mark.parametrize(
    ("said", "stand"),
    [
        ([FEE, FEE, FEE], 3),
        ([FEE, FEE, reversal(2)], 1),
        ([reversal(2), FEE, FEE], 1),
        ([reversal(3), FEE, FEE, reversal(3)], 1),
        ([reversal(2), reversal(3), FEE, FEE, reversal(4)], 0),
        ([FEE, reversal(1), reversal(4), FEE], 0),
    ],
)
@pytest.mark.parametrize("cut", range(5))
def test_an_event_in_columns_never_happened_whenever_its_reversal_comes(said: list[Said], stand: int, cut: int) -> None:
    bank = numbered([say("customer.assigned", "01-01", customer_id="C", team=team(M1="1")), *said])
    bank = [{**event, "id": f"e{number}"} for number, event in enumerate(bank)]
    state, facts = State.empty(CURRENCY), read_bank(bank)
    known = {fact.event.identity: fact for fact in facts}

    def find(position: int, event: Told) -> Fact | None:
        fact = known.get((event.data.event_source, event.data.event_id))
        return fact if fact is not None and fact.position < position else None

    for first, part in ((1, bank[:cut]), (cut + 1, bank[cut:])):
        with columns_from(1):
            found = admitted(part)
        events, blocks = taken(first, found.content, found.bodies, INSTITUTION.zone)
        steps = [(position, business_date(event, INSTITUTION.zone), event) for position, event in events]
        apply_all(state, steps, find, blocks)
    assert answers(state) == answers(fold(facts))
    assert sum(state.facts.days.values()) == stand


def test_only_the_event_of_the_source_that_is_named_is_passed_over() -> None:
    bank = numbered([say("customer.assigned", "01-01", customer_id="C", team=team(M1="1")), reversal(3), FEE])
    bank.append({**bank[-1], "source": "another"})
    with columns_from(1):
        found = admitted(bank)
    assert [len(alike) for alike in found.content.alike] == [2]
    assert answers(folded(found, read_bank(bank))) == answers(fold(read_bank(bank)))
    assert sum(folded(found, []).facts.days.values()) == 1
