"""Plans settled together: the statements of settling each alone, from one scan, whatever becomes of one of them."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from random import Random
from typing import Any

import pytest

from engine.log import Log
from engine.plan.copy import copied
from engine.plan.library import load
from projections import book as books
from projections.source import Source
from replay import settle as settling
from replay.settle import Settlement, settle
from replay.together import settle_all
from schemas.business_year import BusinessYear
from schemas.period import Period
from schemas.problems import EnvironmentProblem, Problem
from schemas.statement import Statement
from tests.banks import random_bank
from tests.projections.logs import log_of
from tests.reading import INSTITUTION
from tests.replay.made import add

PLANS = [load(name) for name in ("bank-contribution", "bank-kpi", "profit-centre")]
YEAR = Period.parse("2025")


@pytest.fixture
def log(tmp_path: Path) -> Log:
    return log_of(tmp_path / "log", random_bank(Random(7), 120), INSTITUTION)


def statement(made: Settlement | Exception) -> Statement:
    assert isinstance(made, Settlement), made
    return made.statement


def test_each_gets_the_statement_that_it_has_alone(log: Log) -> None:
    alone = [settle(log, loaded, YEAR, as_of=100, through=date(2025, 6, 30)).statement for loaded in PLANS]
    together = settle_all(log, PLANS, YEAR, as_of=100, through=date(2025, 6, 30))
    assert [statement(made) for _, made in together] == alone


def test_the_log_is_opened_once_for_all(log: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[Source] = []

    def counted(*given: Any) -> Source:
        opened.append(Source(*given))
        return opened[-1]

    monkeypatch.setattr(books, "Source", counted)
    assert len([*settle_all(log, PLANS, YEAR)]) == 3
    assert len(opened) == 1


def test_all_are_of_the_position_that_it_began_at(log: Log) -> None:
    began, positions = log.snapshot().label, []
    for loaded, made in settle_all(log, PLANS, YEAR):
        positions.append(statement(made).position)
        add(log, "fee.earned", "2025-03-01", customer_id="C-1", service=f"other.{loaded.plan.plan}", amount="5.00")
    assert positions == [began] * 3
    assert log.snapshot().label == int(began) + 3


def test_a_plan_without_such_a_period_takes_nothing_from_the_others(log: Log, tmp_path: Path) -> None:
    file = tmp_path / "our-plan.yaml"
    file.write_text(copied("our-plan", "bank-kpi", BusinessYear(4, 1)), encoding="utf-8")
    april = load(str(file))
    plans = [PLANS[0], april, PLANS[1]]
    first, refused, last = (made for _, made in settle_all(log, plans, YEAR))
    assert isinstance(refused, Problem)
    assert "none of the cycles of a plan whose year begins on 04-01" in str(refused)
    alone = [settle(log, loaded, YEAR).statement for loaded in (PLANS[0], PLANS[1])]
    assert [statement(first), statement(last)] == alone


@pytest.mark.parametrize("failure", [ZeroDivisionError("ours"), Problem("The event e-1 cannot be read.")])
def test_a_plan_that_breaks_half_way_takes_nothing_from_the_others(
    log: Log, monkeypatch: pytest.MonkeyPatch, failure: Exception
) -> None:
    alone = [settle(log, loaded, YEAR).statement for loaded in PLANS]
    evaluate = settling.evaluate

    def breaking(scope: Any, *more: Any) -> Any:
        evaluation = evaluate(scope, *more)
        if scope.plan.plan == "bank-kpi":
            raise failure
        return evaluation

    monkeypatch.setattr(settling, "evaluate", breaking)
    first, broken, last = (made for _, made in settle_all(log, PLANS, YEAR))
    assert broken is failure
    assert [statement(first), statement(last)] == [alone[0], alone[2]]


@pytest.mark.parametrize("failure", [EnvironmentProblem("The disk is full."), MemoryError()])
def test_what_no_plan_is_to_blame_for_ends_it(log: Log, monkeypatch: pytest.MonkeyPatch, failure: Exception) -> None:
    def failing(*_: Any) -> Any:
        raise failure

    monkeypatch.setattr(settling, "evaluate", failing)
    with pytest.raises(type(failure)):
        next(settle_all(log, PLANS, YEAR))


def test_a_day_outside_the_period_is_refused_once(log: Log) -> None:
    with pytest.raises(Problem, match="The day 2024-12-31 lies outside 2025"):
        next(settle_all(log, PLANS, YEAR, through=date(2024, 12, 31)))
