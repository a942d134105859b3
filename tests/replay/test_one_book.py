"""Plans settled from one book: the statements that each gives from a book of its own, whatever was asked before."""

from __future__ import annotations

import shutil
from pathlib import Path
from random import Random

import pytest

from engine.log import Log
from engine.plan.library import load
from projections.window import Window
from replay.settle import settle
from schemas.period import Period
from schemas.statement import Statement
from tests.banks import random_bank
from tests.projections.logs import log_of
from tests.reading import INSTITUTION

PLANS = ("bank-contribution", "bank-kpi", "profit-centre", "bank-contribution")
PERIODS = ("2025", "2025Q1", "2024", "2025H1")


@pytest.fixture
def log(tmp_path: Path) -> Log:
    return log_of(tmp_path / "log", random_bank(Random(5), 150), INSTITUTION)


def statements(log: Log, *, shared: bool) -> list[Statement]:
    book, made = None, []
    for name, period in zip(PLANS, PERIODS, strict=True):
        settlement = settle(log, load(name), Period.parse(period), book=book)
        book = settlement.book if shared else None
        made.append(settlement.statement)
        shutil.rmtree(log.cache)
    return made


def test_it_gives_each_the_statement_of_a_book_of_its_own(log: Log) -> None:
    assert statements(log, shared=True) == statements(log, shared=False)


def test_steps_left_from_an_earlier_question_would_show(log: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    quarters = [Period.parse("2025Q1"), Period.parse("2025Q2")]
    apart = [settle(log, load("bank-contribution"), quarter).statement for quarter in quarters]
    shutil.rmtree(log.cache)
    make_steps, made = Window._steps, list[Window]()

    def stale(window: Window) -> None:
        if not made:
            make_steps(window)
        made.append(window)

    monkeypatch.setattr(Window, "_steps", stale)
    book = settle(log, load("bank-contribution"), quarters[0]).book
    assert settle(log, load("bank-contribution"), quarters[1], book=book).statement != apart[1]
    assert len(made) > 1


def test_it_stays_at_its_position(log: Log) -> None:
    book = settle(log, load("bank-contribution"), Period.parse("2025"), as_of=100).book
    assert settle(log, load("bank-kpi"), Period.parse("2025"), book=book).statement.position == 100
