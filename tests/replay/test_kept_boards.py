"""Boards made again only as far as they change: the same as boards made from nothing, after whatever event."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.book import Book
from engine.log import Log
from engine.plan import kept
from engine.plan.evaluate import Evaluation, evaluate
from engine.plan.library import load
from engine.plan.scope import Scope
from engine.stream.windows import RollingMeasures, running
from replay.live import LiveFold
from schemas.period import Period
from schemas.statement import to_json
from tests.banks import banks, random_bank
from tests.projections.logs import Json, log_of
from tests.replay.made import add, bank, plan

PLANS = ("bank-contribution", "bank-kpi", "quarterly-360")
PERIODS = ("2025-01", "2025Q1", "2025H1", "2025", "2024")
TEAM = {"customer_id": "C-1", "team": [{"manager_id": "M-1", "share": "1"}]}


def assert_the_same_as_from_nothing(kept_up: LiveFold, rolling: RollingMeasures, asked: list[tuple[str, str]]) -> None:
    anew = LiveFold(kept_up.log, as_of=kept_up.position)
    for name, period in asked:
        loaded = load(name)
        left, right = (one.standing(loaded, Period.parse(period)) for one in (kept_up, anew))
        assert to_json(left.board) == to_json(right.board)
        assert left.statements == right.statements
    days = anew.book.transaction_days()
    if days is not None:
        windows = running([load(name) for name in PLANS], days[1])
        measures = [
            measured.of(one.book, windows, days[1], "CNY")
            for measured, one in ((rolling, kept_up), (RollingMeasures(), anew))
        ]
        assert measures[0] == measures[1]


def walk(path: Path, events: list[Json], random: Random) -> None:
    """Follow a log in steps of any size, some boards asked for at some of them, and all at the end."""
    log = log_of(path, events)
    fold, rolling = LiveFold(log, as_of=0), RollingMeasures()
    asked = [(name, period) for name in PLANS for period in PERIODS]
    while fold.follow(random.randint(1, 25)):
        assert_the_same_as_from_nothing(fold, rolling, random.sample(asked, random.randint(0, 2)))
    assert_the_same_as_from_nothing(fold, rolling, asked)


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(banks(), st.randoms(use_true_random=False))
def test_after_any_events_a_kept_board_is_the_one_made_from_nothing(
    tmp_path_factory: pytest.TempPathFactory, events: list[Json], random: Random
) -> None:
    walk(tmp_path_factory.mktemp("kept") / "log", events, random)


@pytest.mark.parametrize("seed", range(2))
def test_so_is_a_board_of_a_longer_log(tmp_path: Path, seed: int) -> None:
    walk(tmp_path / "log", random_bank(Random(seed), size=80), Random(seed))


@pytest.fixture
def log(tmp_path: Path) -> Log:
    """A manager, a customer, and fees on two days."""
    return bank(
        tmp_path / "log",
        ("2025-01-01", "manager.appointed", {"manager_id": "M-1", "org_unit": "U-1"}),
        ("2025-01-01", "customer.assigned", TEAM),
        ("2025-02-01", "fee.earned", {"customer_id": "C-1", "service": "consulting", "amount": "500"}),
        ("2025-02-02", "fee.earned", {"customer_id": "C-1", "service": "consulting", "amount": "1"}),
    )


def evaluated(monkeypatch: pytest.MonkeyPatch) -> list[date]:
    """The days before which evaluations end, as they are computed."""
    ends: list[date] = []

    def counted(scope: Scope, book: Book, *others: Any) -> Evaluation:
        ends.append(scope.end)
        return evaluate(scope, book, *others)

    monkeypatch.setattr(kept, "evaluate", counted)
    return ends


FEE = {"customer_id": "C-1", "service": "agency", "amount": "7"}
HALF = TEAM | {"team": [{"manager_id": "M-1", "share": "0.5"}]}
DISQUALIFIED = {"kind": "disqualified", "manager_id": "M-1", "reason": "fraud", "decided_by": "B-1"}
TODAY, BEFORE = date(2025, 2, 3), date(2025, 2, 2)


@pytest.mark.parametrize(
    ("type_", "on", "data", "anew"),
    [
        ("fee.earned", "2025-02-02", FEE, [TODAY]),
        ("customer.assigned", "2025-02-02", HALF, [TODAY]),
        ("rate.changed", "2025-02-02", {"account_id": "A-1", "customer_id": "C-1", "rate": "0.03"}, []),
        ("fee.earned", "2025-02-01", FEE, [TODAY, BEFORE]),
        ("decision.made", "2025-01-05", DISQUALIFIED, [TODAY, BEFORE]),
        ("manager.appointed", "2025-02-02", {"manager_id": "M-2", "org_unit": "U-1"}, [TODAY, BEFORE]),
        ("unit.opened", "2025-01-01", {"org_unit": "U-1"}, []),
    ],
)
def test_only_what_an_event_concerns_is_evaluated_anew(
    log: Log, monkeypatch: pytest.MonkeyPatch, type_: str, on: str, data: Json, anew: list[date]
) -> None:
    fold, loaded, period = LiveFold(log), plan(), Period.parse("2025Q1")
    fold.board(loaded, period)
    ends = evaluated(monkeypatch)
    fold.board(loaded, period)
    assert ends == []
    add(log, type_, on, **data)
    fold.follow()
    board = fold.board(loaded, period)
    assert ends == anew
    assert to_json(board) == to_json(LiveFold(log).board(plan(), period))
