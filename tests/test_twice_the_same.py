"""Live equals replay (design §2, law 2): at every position, fold and projections give the same integers."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from engine.fold.apply import STANDING
from engine.fold.book import FoldedBook
from engine.fold.state import State
from engine.measures import Aggregate, CreditMeasure, DailyFactor, MeasureTable, Request, Where
from projections.book import ProjectedBook
from schemas.business_year import BusinessYear
from tests.banks import CURRENCY, PERIODS, Json, random_bank
from tests.engine.fold.folding import fold
from tests.projections.logs import log_of
from tests.reading import INSTITUTION, read_bank

BALANCE, SUM = Aggregate.PRODUCT_DAYS, Aggregate.SUM
FACTORS = {
    "cost": DailyFactor(((date(2024, 3, 1), 24_000), (date(2025, 1, 15), 22_500), (date(2025, 6, 30), -1_000))),
    "fee": DailyFactor(((date(2024, 1, 1), 3_800),)),
}


def only(field: str, *words: str, never: tuple[str, ...] = ()) -> tuple[Where, ...]:
    return (Where(field, words, never),)


MEASURES = {
    "balances": CreditMeasure("balance", BALANCE),
    "loan_interest": CreditMeasure("balance", BALANCE, only("product", "loan"), "rate"),
    "loan_cost": CreditMeasure("balance", BALANCE, only("product", "loan"), "cost", needs_rate=True),
    "performing": CreditMeasure("balance", BALANCE, only("product", "loan"), "rate", until_class="substandard"),
    "bad": CreditMeasure("balance", BALANCE, only("class", "doubtful", "loss")),
    "deposit_yield": CreditMeasure("balance", BALANCE, only("product", "deposit"), "cost"),
    "foreign": CreditMeasure("balance", BALANCE, only("currency", never=(CURRENCY,))),
    "moved": CreditMeasure("loan.moved", SUM, (), "rate", accrue_to_year_end=True),
    "moved_cost": CreditMeasure("loan.moved", SUM, (), "cost", needs_rate=True, accrue_to_year_end=True),
    "exited": CreditMeasure("loan.exited", SUM, (), "rate"),
    "exited_amount": CreditMeasure("loan.exited", SUM),
    "recovered": CreditMeasure("loan.recovered", SUM, only("class", "loss", "doubtful")),
    "fees": CreditMeasure("fee.earned", SUM, only("service", never=("other",))),
    "spending": CreditMeasure("card.spent", SUM, (), "fee"),
    "rated_spending": CreditMeasure("card.spent", SUM, needs_rate=True),
    "payments": CreditMeasure("payment.made", SUM, only("channel", "ebank", "phone")),
    "merchants": CreditMeasure("merchant.enrolled", Aggregate.COUNT),
    "sold": CreditMeasure("product.sold", Aggregate.QUANTITY),
    "sales": CreditMeasure("product.sold", SUM, only("product", "fund", "wealth")),
    "visits": CreditMeasure("activity.logged", Aggregate.COUNT, only("kind", "visit")),
    "handled": CreditMeasure("service.handled", Aggregate.QUANTITY),
    "complaints": CreditMeasure("complaint.received", Aggregate.COUNT),
    "surveys": CreditMeasure("survey.answered", Aggregate.COUNT),
    "survey_scores": CreditMeasure("survey.answered", Aggregate.QUANTITY, only("topic", "counter")),
    "incidents": CreditMeasure("incident.recorded", Aggregate.QUANTITY),
}
DAYS = ((2025, 1, 1, 2026, 1, 1), (2025, 1, 1, 2025, 4, 1), (2025, 1, 15, 2025, 2, 1), (2024, 12, 31, 2025, 1, 3))
SINGLY = ("sales", "fees", "payments", "spending", "sold", "survey_scores", "incidents", "handled", "recovered")
"""Measures that are asked for transaction by transaction, too."""
REQUESTS = [
    *(Request(MEASURES, date(*days[:3]), date(*days[3:]), FACTORS) for days in DAYS),
    Request(MEASURES, date(2025, 1, 21), date(2025, 2, 21), FACTORS, BusinessYear(12, 21)),
    Request(MEASURES, date(2025, 1, 10), date(2025, 2, 1), FACTORS, BusinessYear(1, 15)),
]


def assert_equal_at(bank: list[Json], positions: list[int]) -> None:
    facts = read_bank(bank)
    with TemporaryDirectory() as directory:
        log = log_of(Path(directory) / "log", bank, INSTITUTION)
        live, known, folded_to = FoldedBook(State.empty(CURRENCY)), {}, 0
        for position in positions:
            fold(facts[folded_to:position], live.state, known)
            folded_to = position
            replayed = ProjectedBook(log.snapshot(position))
            for request in REQUESTS:
                credited = live.credits(request)
                assert replayed.credits(request) == credited
                assert_single_ones_make_the_sums(request, credited, live, replayed)
                if request.end <= request.year.end(request.start):
                    assert replayed.inherited(request) == live.inherited(request)
            for period in PERIODS:
                assert set(replayed.ratings(period)) == set(live.ratings(period))
            assert list(replayed.facts(STANDING)) == list(live.facts(STANDING))
            assert replayed.transaction_days() == live.transaction_days()


def assert_single_ones_make_the_sums(
    request: Request, credited: MeasureTable, live: FoldedBook, replayed: ProjectedBook
) -> None:
    """Both books know the same transactions, and these add up to what is credited."""
    singly = Request({name: MEASURES[name] for name in SINGLY}, request.start, request.end, FACTORS)
    found = live.transactions(singly)
    assert replayed.transactions(singly) == found
    for name, by_holder in found.items():
        sums = dict(zip(credited.managers, credited.values[name], strict=True)) | {None: credited.uncredited[name]}
        for holder, counted in by_holder.items():
            assert sum(one.value * one.share * times for one, times in counted.items()) == sums.pop(holder, 0)
        assert not any(sums.values())


@pytest.mark.parametrize("seed", range(2))
def test_at_every_position_of_a_random_log_fold_and_projections_agree(seed: int) -> None:
    bank = random_bank(Random(seed), 16)
    assert_equal_at(bank, list(range(len(bank) + 1)))


@settings(max_examples=8, deadline=None, derandomize=True, phases=[Phase.explicit, Phase.generate])
@given(seed=st.integers(0, 10**9), size=st.integers(20, 150), share=st.integers(1, 100))
def test_at_any_position_of_any_log_fold_and_projections_agree(seed: int, size: int, share: int) -> None:
    bank = random_bank(Random(seed), size)
    assert_equal_at(bank, sorted({len(bank) * share // 100, len(bank)}))
