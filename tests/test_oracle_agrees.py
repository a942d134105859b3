"""The product and the oracle on random small banks: every line of every manager, and what nobody is credited with.

The product is asked twice, by its fold and, for a fifth of the banks, by its projections: the laws of the two being
the same are tested elsewhere. `MERITLOG_BANKS=3000 pytest tests/test_oracle_agrees.py` tries more banks than the suite
does; `MERITLOG_FIRST_BANK` says where to begin, so that a failure, which names its bank, can be tried alone.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

import pytest

from engine.log import Log
from engine.plan.library import LoadedPlan
from tests.banks import CUSTOMERS, MANAGERS, random_bank
from tests.compare import differences
from tests.oracle import days, rules
from tests.oracle.statement import as_printed
from tests.oracle.statement import settle as oracle_settles
from tests.product import folded, logged, plan, settled

Json = dict[str, Any]
Bank = list[Json]
Question = tuple[str, date | None, int | None]
Answer = Callable[[Log, str, date | None, int | None, LoadedPlan | None], Json]

FIRST_BANK = int(os.environ.get("MERITLOG_FIRST_BANK", "0"))
BANKS = int(os.environ.get("MERITLOG_BANKS", "100"))
BATCH = 20
QUESTIONS = 3
PERIODS = (
    "2025",
    "2025",
    "2025H1",
    "2025Q1",
    "2025Q2",
    "2025-01",
    "2025B1",
    "2024-12-20..2025-01-10",
    "2024",
    "2024Q4",
    "2026Q1",
)
SHIFTED = {
    (4, 1): (
        "2024-04-01..2025-03-31",
        "2025-04-01..2026-03-31",
        "2024-10-01..2025-03-31",
        "2025-04-01..2025-09-30",
        "2025Q1",
        "2025-04",
        "2025-02-01..2025-03-31",
        "2025-03-20..2025-04-10",
    ),
    (12, 21): (
        "2024-12-21..2025-12-20",
        "2023-12-21..2024-12-20",
        "2024-12-21..2025-06-20",
        "2024-12-21..2025-03-20",
        "2024-12-21..2025-01-20",
        "2024-12-21..2025-02-20",
        "2025-12-21..2026-03-20",
        "2024-12-11..2025-01-10",
    ),
}
"""Periods to ask for where the year begins on another day."""
AMOUNTS = ("0.10", "999999.99", "1000000", "2999999.99", "3000000", "4200000", "7000000", "10000000.01", "12000000")
SCORES = ("0", "33.333333", "90", "100")


def bank_that_pays(random: Random, periods: Sequence[str] = PERIODS) -> Bank:
    """A random bank where most customers are served from the start, with figures and ratings that lead to awards."""
    bank = random_bank(random, size=random.choice((15, 30, 60, 90)))
    extra = [*assigned_early(random), *large_fees(random)]
    for manager in MANAGERS:
        extra += judged(random, manager, periods)
    for number, (type_, data) in enumerate(extra, start=1):
        event: Json = {"specversion": "1.0", "id": f"x-{number}", "source": "urn:bank:desk", "type": type_}
        event |= {"time": "2025-12-31T09:00:00+08:00", "data": data}
        bank.insert(random.randrange(len(bank) + 1), event)
    return bank


def assigned_early(random: Random) -> list[tuple[str, Json]]:
    """Customers who have a manager before anything happens."""
    teams = [(customer, [{"manager_id": random.choice(MANAGERS), "share": "1"}]) for customer in CUSTOMERS]
    return [
        ("customer.assigned", {"customer_id": customer, "team": team, "on": "2024-01-01"})
        for customer, team in teams
        if random.random() < 0.8
    ]


def large_fees(random: Random) -> list[tuple[str, Json]]:
    """Fees of the size of grades and bases, in both years."""
    return [
        (
            "fee.earned",
            {
                "customer_id": random.choice(CUSTOMERS),
                "service": "consulting",
                "amount": random.choice(AMOUNTS),
                "on": random.choice(("2024-06-30", "2025-01-02", "2025-01-02", "2025-03-31")),
            },
        )
        for _ in range(random.randrange(6))
    ]


def judged(random: Random, manager: str, periods: Sequence[str]) -> list[tuple[str, Json]]:
    """Ratings of a manager and decisions about one, for a few periods."""
    said: list[tuple[str, Json]] = []
    for period in sorted({periods[0], random.choice(periods), random.choice(periods)}):
        of = {"manager_id": manager, "period": period}
        for item in random.sample(rules.QUALITATIVE_ITEMS, random.randrange(9)):
            rating = {"group": random.choice(rules.RATER_GROUPS), "score": str(random.randrange(8)), "full": "7"}
            said.append(("rating.given", {**of, "item": item, **rating}))
        for kind, values in (("base-contribution", AMOUNTS), ("qualitative-score", SCORES)):
            if random.random() < 0.3:
                value = {"kind": kind, "value": random.choice(values), "on": "2025-12-31"}
                said.append(("decision.made", {**of, **value, "reason": "as minuted", "decided_by": "committee"}))
    return said


def questions_of(random: Random, bank: Bank, periods: Sequence[str] = PERIODS) -> list[Question]:
    """A few settlements: whole periods, some broken off on a day, some as of a position."""
    asked: list[Question] = []
    for period in random.sample(periods, QUESTIONS):
        named = days.read(period)
        last = random.randrange((named.end - named.first).days)
        through = named.first + last * days.ONE_DAY if random.random() < 0.25 else None
        as_of = random.randrange(1, len(bank) + 1) if random.random() < 0.25 else None
        asked.append((period, through, as_of))
    return asked


def found(answer: Answer, folder: Path, seeds: range, begins: tuple[int, int] = days.JANUARY) -> list[str]:
    """Where the product, asked in one of its ways, and the oracle differ; `begins` is the year's month and day."""
    said, periods = [], SHIFTED.get(begins, PERIODS)
    loaded = plan("{:02d}-{:02d}".format(*begins))
    for seed in seeds:
        random = Random(seed)
        bank = bank_that_pays(random, periods)
        log = logged(folder / f"{seed}", bank)
        for period, through, as_of in questions_of(random, bank, periods):
            statement = answer(log, period, through, as_of, loaded)
            expected: Json = as_printed(oracle_settles(bank, period, through, as_of, begins=begins))
            where = f"bank {seed}, {period} through {through} as of {as_of}"
            said += [f"{where}: {difference}" for difference in differences(statement, expected)]
    return said


def batches(banks: int) -> list[range]:
    """The banks to try, a test for a batch of them."""
    return [
        range(first, min(first + BATCH, FIRST_BANK + banks)) for first in range(FIRST_BANK, FIRST_BANK + banks, BATCH)
    ]


@pytest.mark.parametrize("seeds", batches(BANKS), ids=str)
def test_the_live_fold_agrees_with_the_oracle(seeds: range, tmp_path: Path) -> None:
    differing = found(folded, tmp_path, seeds)
    assert not differing, "\n".join(differing)


@pytest.mark.parametrize("seeds", batches(BANKS // 5), ids=str)
def test_the_settlement_agrees_with_the_oracle(seeds: range, tmp_path: Path) -> None:
    differing = found(settled, tmp_path, seeds)
    assert not differing, "\n".join(differing)


@pytest.mark.parametrize("begins", SHIFTED, ids=str)
@pytest.mark.parametrize("seeds", batches(BANKS // 5), ids=str)
def test_fold_and_settlement_of_a_year_from_another_day_agree_with_the_oracle(
    begins: tuple[int, int], seeds: range, tmp_path: Path
) -> None:
    differing = found(folded, tmp_path / "folded", seeds, begins)
    differing += found(settled, tmp_path / "settled", seeds[: len(seeds) // 4], begins)
    assert not differing, "\n".join(differing)
