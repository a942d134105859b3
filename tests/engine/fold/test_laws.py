"""Laws that hold for every bank: nothing vanishes, nothing depends on how or when it was said."""

from __future__ import annotations

import copy
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.book import Fact
from engine.crediting.flows import FLOWS
from engine.fold.book import FoldedBook
from engine.fold.state import State
from engine.measures import Aggregate, CreditMeasure, MeasureTable, Request, Where
from schemas.business_year import BusinessYear
from tests.banks import CURRENCY, Json, banks, random_bank
from tests.engine.fold.daily import Bank
from tests.engine.fold.folding import balance, flow, fold, request
from tests.reading import read_bank

MEASURES = {
    "days": balance(),
    "loan_interest": balance("loan", times="rate"),
    "loan_cost": balance("loan", times="cost", needs_rate=True),
    "deposit_yield": balance("deposit", "card", times="yield", needs_rate=True),
    "loans_moved": flow("loan.moved", times="rate", accrue_to_year_end=True),
    "moved_cost": flow("loan.moved", times="cost", needs_rate=True, accrue_to_year_end=True),
    "loans_exited": flow("loan.exited", times="cost", needs_rate=True),
    "fees": CreditMeasure("fee.earned", Aggregate.SUM, (Where("service", never=("other",)),)),
    "recovery": flow("loan.recovered"),
    "payments": flow("payment.made", times="cost"),
    "cards": flow("card.spent"),
    "merchants": flow("merchant.enrolled", aggregate=Aggregate.COUNT),
    "sales": flow("product.sold", aggregate=Aggregate.QUANTITY),
    "handled": flow("service.handled", aggregate=Aggregate.COUNT),
}
PERIODS = ("2025", "2025Q1", "2024", "2025-01-02..2025-01-31")
APRIL = BusinessYear(4, 1)
lasting = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def asked(period: str) -> Request:
    return request(MEASURES, period)


def answers(state: State) -> list[Any]:
    """Everything that a book can be asked, in a form that can be compared."""
    book = FoldedBook(state)
    tables: list[MeasureTable] = [book.credits(asked(period)) for period in PERIODS]
    tables += [book.inherited(asked("2025")), book.inherited(asked("2025Q1"))]
    ratings = sorted(repr(rating) for period in ("2025", "2025Q1") for rating in book.ratings(period))
    return [*tables, ratings, book.transaction_days()]


def totals(table: MeasureTable) -> dict[str, int]:
    """By measure what managers and nobody have together."""
    return {name: sum(table.values[name]) + table.uncredited[name] for name in MEASURES}


def without_positions(bank: list[Json]) -> list[Json]:
    return [event for event in bank if event["type"] != "event.reversed"]


@lasting
@given(banks())
def test_managers_and_nobody_add_up_to_the_whole_bank(bank: list[Json]) -> None:
    facts = read_bank(bank)
    book, slow = FoldedBook(fold(facts)), Bank(facts, CURRENCY)
    questions = [*map(asked, PERIODS), replace(asked("2025-03-01..2025-05-31"), year=APRIL)]
    for question in questions:
        together = totals(book.credits(question))
        for name in (
            "days",
            "loan_interest",
            "loan_cost",
            "loans_moved",
            "moved_cost",
            "loans_exited",
            "recovery",
            "cards",
        ):
            measure = MEASURES[name]
            assert Fraction(together[name], 10**measure.scale) == slow.total(measure, question), (question, name)


@lasting
@given(banks())
def test_inherited_shares_add_up_to_the_year_before_times_the_days(bank: list[Json]) -> None:
    book = FoldedBook(fold(read_bank(bank)))
    whole, split = totals(book.credits(asked("2024"))), totals(book.inherited(asked("2025Q1")))
    for name in ("days", "loan_cost", "loans_moved", "fees", "recovery", "cards", "merchants", "sales"):
        assert split[name] == whole[name] * 90 * 10_000, name


@lasting
@given(banks())
def test_a_year_from_another_day_inherits_from_the_year_before_that_day(bank: list[Json]) -> None:
    book = FoldedBook(fold(read_bank(bank)))
    before = replace(asked("2024-04-01..2025-03-31"), year=APRIL)
    whole, split = totals(book.credits(before)), totals(book.inherited(replace(asked("2025Q3"), year=APRIL)))
    for name in ("days", "loan_cost", "loans_moved", "fees", "recovery", "cards", "merchants", "sales"):
        assert split[name] == whole[name] * 92 * 10_000, name


@lasting
@given(banks(max_size=40))
def test_every_prefix_folded_on_equals_its_state_made_from_facts_alone(bank: list[Json]) -> None:
    facts = read_bank(bank)
    state = State.empty(CURRENCY)
    known: dict[tuple[str, str], Fact] = {}
    for fact in facts:
        fold([fact], state, known)
        assert answers(state)[:2] == answers(State.of(copy.deepcopy(state.facts)))[:2]
    assert answers(state) == answers(State.of(copy.deepcopy(state.facts)))


@lasting
@given(banks())
def test_what_was_reversed_never_happened(bank: list[Json]) -> None:
    facts = read_bank(bank)
    undone = {(f.event.data.event_source, f.event.data.event_id) for f in facts if f.event.type == "event.reversed"}
    left = [f for f in facts if f.event.type != "event.reversed" and f.event.identity not in undone]
    assert answers(fold(facts)) == answers(fold(left))


@lasting
@given(banks(), st.randoms(use_true_random=False))
def test_reversals_may_come_at_any_time(bank: list[Json], random: Random) -> None:
    facts = read_bank(bank)
    reversals = [fact for fact in facts if fact.event.type == "event.reversed"]
    moved = [fact for fact in facts if fact.event.type != "event.reversed"]
    for fact in reversals:
        moved.insert(random.randrange(len(moved) + 1), fact)
    assert answers(fold(facts)) == answers(fold(moved))


@lasting
@given(banks(), st.randoms(use_true_random=False))
def test_arrival_order_does_not_matter_where_no_two_facts_meet_on_a_day(bank: list[Json], random: Random) -> None:
    facts = _one_fact_a_day(read_bank(without_positions(bank)))
    shuffled = facts[:]
    random.shuffle(shuffled)
    again = [Fact(position, fact.on, fact.event) for position, fact in enumerate(shuffled, 1)]
    assert answers(fold(facts)) == answers(fold(again))


@lasting
@given(banks(reversals=False), st.randoms(use_true_random=False))
def test_the_order_of_different_customers_does_not_matter(bank: list[Json], random: Random) -> None:
    facts = read_bank(bank)
    by_subject: dict[Any, list[Fact]] = {}
    for fact in facts:
        data = fact.event.data
        account = getattr(data, "account_id", None)
        subject = account or next(
            (getattr(data, name) for name in ("customer_id", "manager_id", "currency") if getattr(data, name, None)), ""
        )
        by_subject.setdefault(subject, []).append(fact)
    queues = [queue[:] for queue in by_subject.values()]
    mixed: list[Fact] = []
    while queues:
        queue = random.choice(queues)
        mixed.append(queue.pop(0))
        queues = [queue for queue in queues if queue]
    again = [Fact(position, fact.on, fact.event) for position, fact in enumerate(mixed, 1)]
    assert answers(fold(facts)) == answers(fold(again))


@lasting
@given(banks(), st.integers(1, 999))
def test_an_event_split_in_two_earns_the_same(bank: list[Json], part: int) -> None:
    whole = read_bank(bank)
    halves: list[Json] = []
    for event in without_positions(bank):
        halves.append(event)
        if event["type"] in {"balance.changed", "fee.earned", "payment.made", "loan.moved"}:
            amount = Decimal(event["data"]["amount"])
            first = {**event, "data": {**event["data"], "amount": str(amount - part)}}
            halves[-1:] = [first, {**event, "id": event["id"] + "b", "data": {**event["data"], "amount": str(part)}}]
    unreversed = [fact for fact in whole if fact.event.type != "event.reversed"]
    together, apart = FoldedBook(fold(unreversed)), FoldedBook(fold(read_bank(halves)))
    for period in PERIODS:
        one, two = together.credits(asked(period)), apart.credits(asked(period))
        assert _amounts(one) == _amounts(two)


@lasting
@given(banks(), st.integers(2, 9))
def test_a_bank_of_amounts_times_n_earns_n_times_as_much(bank: list[Json], factor: int) -> None:
    larger = copy.deepcopy(bank)
    for event in larger:
        if "amount" in event["data"]:
            event["data"]["amount"] = str(Decimal(event["data"]["amount"]) * factor)
    one, many = FoldedBook(fold(read_bank(bank))), FoldedBook(fold(read_bank(larger)))
    for period in PERIODS:
        small, large = _amounts(one.credits(asked(period))), _amounts(many.credits(asked(period)))
        assert {key: value * factor for key, value in small.items()} == large


@lasting
@given(banks(), st.sampled_from(["2025-01-15", "2025-02-10"]), st.sampled_from(["C-1", "C-2"]))
def test_a_hand_over_conserves_the_total(bank: list[Json], day: str, customer: str) -> None:
    handed_over = {
        "specversion": "1.0", "id": "handed-over", "source": "s", "type": "customer.assigned",
        "time": f"{day}T00:00:00Z",
        "data": {"customer_id": customer, "team": [{"manager_id": "M-9", "share": "0.7"}], "on": day},
    }  # fmt: skip
    before, after = FoldedBook(fold(read_bank(bank))), FoldedBook(fold(read_bank([*bank, handed_over])))
    for period in PERIODS:
        assert totals(before.credits(asked(period))) == totals(after.credits(asked(period)))


@pytest.mark.parametrize("seed", range(40))
def test_the_months_of_a_year_add_up_to_it(seed: int) -> None:
    book = FoldedBook(fold(read_bank(random_bank(Random(seed), 120))))
    year = totals(book.credits(asked("2025")))
    months = [totals(book.credits(asked(f"2025-{month:02d}"))) for month in range(1, 13)]
    assert {name: sum(month[name] for month in months) for name in MEASURES} == year


@lasting
@given(banks())
def test_the_last_event_of_a_manager_is_the_last_about_somebody_a_team_or_flow_of_whom_ever_named_them(
    bank: list[Json],
) -> None:
    facts = read_bank(bank)
    assert FoldedBook(fold(facts)).last_positions() == _last_spoken(facts)


def _last_spoken(facts: list[Fact]) -> dict[str, int]:
    last: dict[str, int] = {}
    named: dict[tuple[str, str], set[str]] = {}
    heard_of: set[str] = set()
    passed: dict[tuple[str, str], Fact] = {}
    undone: set[tuple[str, str]] = set()
    for fact in facts:
        said: Fact | None = fact
        if fact.event.type == "event.reversed":
            names = (fact.event.data.event_source, fact.event.data.event_id)
            said = passed.get(names) if names not in undone else None
            undone.add(names)
        elif fact.event.identity in undone:
            said = None
        passed[fact.event.identity] = fact
        if said is None or said.event.type == "event.reversed":
            continue
        data, type_ = said.event.data, said.event.type
        owners = [(name, getattr(data, name, None)) for name in ("account_id", "customer_id")]
        owners = [owner for owner in owners if owner[1] is not None]
        managers = {member.manager_id for member in data.team} if type_ == "customer.assigned" else set()
        own = getattr(data, "manager_id", None)
        if own is not None and type_ in FLOWS:
            managers |= {own}
        if own is not None and (type_ in {"manager.appointed", "manager.left"} or (type_ in FLOWS and not owners)):
            heard_of.add(own)
        if owners:
            named.setdefault(owners[0], set()).update(managers)
        concerned = set().union(*(named.get(owner, set()) for owner in owners)) | ({own} & heard_of)
        last |= dict.fromkeys(concerned, fact.position)
    return last


def _amounts(table: MeasureTable) -> dict[tuple[str | None, str], int]:
    """By manager and measure, without counts and quantities, and without what is 0."""
    counted = {"merchants", "sales", "handled"}
    names = [name for name in MEASURES if name not in counted]
    found: dict[tuple[str | None, str], int] = {}
    found |= {(who, name): table.values[name][at] for at, who in enumerate(table.managers) for name in names}
    found |= {(None, name): table.uncredited[name] for name in names}
    return {key: value for key, value in found.items() if value}


def _one_fact_a_day(facts: list[Fact]) -> list[Fact]:
    """The bank without dated facts that meet an earlier one of their kind, on the same thing, on the same day."""
    met: set[Any] = set()
    kept: list[Fact] = []
    for fact in facts:
        data = fact.event.data
        kind = {"manager.left": "manager.appointed", "account.opened": "rate.changed"}.get(
            fact.event.type, fact.event.type
        )
        if kind in {
            "rate.changed",
            "balance.stated",
            "loan.classified",
            "customer.assigned",
            "manager.appointed",
            "fx.fixed",
        }:
            about = [getattr(data, name, None) for name in ("account_id", "manager_id")]
            if kind == "customer.assigned" and data.account_id is None:
                about += [data.customer_id, data.product]
            if kind == "fx.fixed":
                about.append(data.currency)
            what = (kind, *about, fact.on)
            if what in met:
                continue
            met.add(what)
        kept.append(fact)
    return kept


def test_the_laws_are_asked_of_banks_in_which_somebody_earns_something() -> None:
    earning = 0
    for seed in range(60):
        table = FoldedBook(fold(read_bank(random_bank(Random(seed), 80)))).credits(asked("2025"))
        earning += sum(any(table.values[name]) for name in MEASURES)
    assert earning > 60 * len(MEASURES) // 3
