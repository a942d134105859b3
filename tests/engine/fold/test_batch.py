"""Batches: what is heard of for the first time is begun together, and gives what it would have given alone."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.crediting.teams import Holders, Team
from engine.crediting.timeline import Steps, Timeline
from engine.fold import courses, holding
from engine.fold.apply import apply_all
from engine.fold.book import FoldedBook
from engine.fold.facts import Owner, OwnerKind
from engine.fold.state import State
from engine.measures import Aggregate
from tests.banks import CURRENCY, Json, banks, random_bank
from tests.engine.fold.folding import Said, book, credited, flow, fold, missing, numbered, say, team
from tests.engine.fold.test_laws import answers, lasting
from tests.reading import read_bank

ASSIGNED = say("customer.assigned", "01-01", customer_id="C", team=team(M1="1"))
HANDED_OVER = say("customer.assigned", "02-01", customer_id="C", team=team(M2="1"))
OPENED = say("account.opened", "01-01", account_id="A", customer_id="C", product="card.credit")
YEAR = "2025"


def fee(customer: str, service: str, amount: str, day: str = "01-02") -> Said:
    return say("fee.earned", day, customer_id=customer, service=service, amount=amount)


def spent(day: str, amount: str, account: str = "A", **more: str) -> Said:
    return say("card.spent", day, account_id=account, customer_id="C", amount=amount, **more)


def handled(manager: str, kind: str, **more: str) -> Said:
    return say("service.handled", "01-02", manager_id=manager, kind=kind, **more)


@lasting
@given(banks(), st.lists(st.integers(0, 80), max_size=6))
def test_it_makes_no_difference_where_a_batch_ends(bank: list[Json], cuts: list[int]) -> None:
    facts = read_bank(bank)
    state, known = State.empty(CURRENCY), {}
    for first, end in pairwise(sorted({0, *(min(cut, len(facts)) for cut in cuts), len(facts)})):
        fold(facts[first:end], state, known)
    assert answers(state) == answers(fold(facts))


@pytest.mark.parametrize("waiting", [0, 12])
def test_it_makes_no_difference_how_much_waits_to_be_written_into_the_columns(
    waiting: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    facts = read_bank(random_bank(Random(5), 200))
    expected = answers(fold(facts))
    monkeypatch.setattr(courses, "WAITING", waiting)
    state = fold(facts)
    assert answers(state) == answers(State.of(state.facts)) == expected


def test_several_new_flows_of_a_customer_an_account_and_a_manager_are_told_apart() -> None:
    bank = book(
        ASSIGNED, OPENED, fee("C", "agency", "1"), fee("C", "other", "2"), fee("C", "agency", "4"),
        fee("D", "other", "8"), spent("01-02", "10"), spent("01-03", "20", currency="USD"), spent("01-04", "40"),
        say("fx.fixed", "01-01", currency="USD", rate="7"), handled("M1", "visit"), handled("M2", "call"),
        handled("M1", "call"), handled("M1", "visit"), handled("M1", "visit", customer_id="C"),
    )  # fmt: skip
    assert credited(bank, flow("fee.earned"), YEAR) == {"M1": 7, None: 8}
    assert credited(bank, flow("fee.earned", "agency"), YEAR) == {"M1": 5}
    assert credited(bank, flow("card.spent"), YEAR) == {"M1": 190}
    assert credited(bank, flow("service.handled", aggregate=Aggregate.COUNT), YEAR) == {"M1": 4, "M2": 1}
    assert credited(bank, flow("service.handled", "call", by="kind", aggregate=Aggregate.COUNT), YEAR) == {
        "M1": 1,
        "M2": 1,
    }
    facts = bank.state.facts
    owners = [(OwnerKind.CUSTOMER, "C"), (OwnerKind.CUSTOMER, "D"), (OwnerKind.ACCOUNT, "A")]
    owners += [(OwnerKind.MANAGER, "M1"), (OwnerKind.MANAGER, "M2")]
    found = [len(facts.flows_of(Owner(*owner))) for owner in owners]
    assert found == [3, 1, 2, 2, 1], "one for each owner and what it is told apart by"


@pytest.mark.parametrize("opened_at", [0, 2, 4])
def test_a_new_flow_on_an_account_that_is_new_in_the_same_batch_follows_its_team(opened_at: int) -> None:
    said = [spent("01-02", "1"), spent("02-01", "2"), ASSIGNED, HANDED_OVER]
    bank = book(*said[:opened_at], OPENED, *said[opened_at:])
    assert credited(bank, flow("card.spent"), YEAR) == {"M1": 1, "M2": 2}
    assert missing(bank, flow("card.spent", needs_rate=True), YEAR) == {"M1": {"rate:A"}, "M2": {"rate:A"}}


def test_what_a_new_flow_lacks_is_asked_again_where_the_answer_is_kept() -> None:
    measure = flow("card.spent", times="cost", needs_rate=True)
    facts = read_bank(numbered([ASSIGNED, OPENED, fee("C", "agency", "1"), spent("01-02", "1"), spent("01-03", "2")]))
    kept = FoldedBook(fold(facts[:3]))
    assert missing(kept, measure, YEAR) == {}
    fold(facts[3:], kept.state)
    assert missing(kept, measure, YEAR) == missing(FoldedBook(fold(facts)), measure, YEAR) == {"M1": {"rate:A"}}


def test_flows_held_alike_share_their_phases() -> None:
    bank = book(
        ASSIGNED, HANDED_OVER, fee("C", "agency", "1"), fee("C", "other", "2"), spent("01-02", "4", account="B")
    )
    taken = [bank.state.credits.courses[number] for number in bank.state.facts.flows.values()]
    assert len({course.base for course in taken}) == 3
    assert len({id(course.phases) for course in taken}) == 1


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 5), st.booleans())
def test_the_event_on_which_a_batch_breaks_is_named(at: int, known_before: bool) -> None:
    said = [fee(f"C-{number}", service, "1") for number in range(3) for service in ("agency", "other")]
    said[at]["data"]["customer_id"] = "C-broken"
    broken = say("customer.assigned", "01-01", customer_id="C-broken", team=team(BROKEN="1"))
    facts = read_bank(numbered([broken, fee("C-0", "agency", "1"), fee("C-0", "consulting", "1"), *said]))
    state = fold(facts[: 2 if known_before else 1])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(holding, "holder_steps", _breaking(holding.holder_steps))
        with pytest.raises(ZeroDivisionError):
            apply_all(state, [(fact.position, fact.on, fact.event) for fact in facts[2:]], lambda _, __: None)
    assert state.facts.position == 4 + at


def _breaking(steps: Callable[..., Steps[Holders]]) -> Callable[..., Steps[Holders]]:
    """``holder_steps``, which breaks on a team with the manager BROKEN."""

    def breaking(teams: Steps[Team], duty: Callable[[str], Timeline[bool]]) -> Steps[Holders]:
        if any(manager_id == "BROKEN" for _, members in teams for manager_id, _ in members):
            raise ZeroDivisionError
        return steps(teams, duty)

    return breaking
