"""The board: the live fold's figures, equal to the settled ones character by character."""

from datetime import date
from pathlib import Path
from random import Random

import pytest

from engine.plan.library import load
from replay.live import LiveFold
from schemas.period import Period
from schemas.statement import Board, BoardRow
from tests.banks import random_bank
from tests.projections.logs import log_of
from tests.replay.made import bank, plan, settled

TEAM = {"C-1": "M-1", "C-2": "M-2", "C-3": "M-3"}


@pytest.fixture
def board(tmp_path: Path) -> Board:
    """Three managers: M-2 overtakes M-1 on the last day, M-3 equals M-1."""
    fees = [("2025-02-01", "C-1", "500"), ("2025-02-02", "C-2", "400"), ("2025-02-09", "C-2", "200")]
    log = bank(
        tmp_path / "log",
        *(("2025-01-01", "manager.appointed", {"manager_id": one, "org_unit": "U-1"}) for one in TEAM.values()),
        *(
            ("2025-01-01", "customer.assigned", {"customer_id": customer, "team": [{"manager_id": one, "share": "1"}]})
            for customer, one in TEAM.items()
        ),
        *(
            (on, "fee.earned", {"customer_id": customer, "service": "consulting", "amount": amount})
            for on, customer, amount in [*fees, ("2025-02-03", "C-3", "500")]
        ),
    )
    return LiveFold(log).board(plan(), Period.parse("2025Q1"))


def row(board: Board, manager: str) -> BoardRow:
    return next(one for one in board.rows if one.manager_id == manager)


def test_the_best_stand_first_and_ties_share_the_better_rank(board: Board) -> None:
    assert [(one.rank, one.manager_id, one.score) for one in board.rows] == [
        (1, "M-2", "600"),
        (2, "M-1", "500"),
        (2, "M-3", "500"),
    ]


def test_a_board_stops_at_the_last_business_date_of_the_log(board: Board) -> None:
    assert board.through == "2025-02-09"


def test_change_counts_ranks_won_and_lost_since_the_day_before(board: Board) -> None:
    assert [row(board, manager).change for manager in ("M-1", "M-2", "M-3")] == [-1, 2, -1]


def test_each_row_names_the_event_that_last_spoke_of_the_manager(board: Board) -> None:
    last = row(board, "M-2").last_event
    assert last == {"event_id": "e-9", "event_source": "core", "position": 9}


@pytest.mark.parametrize("seed", range(4))
def test_its_lines_are_those_of_the_statement(tmp_path: Path, seed: int) -> None:
    log = log_of(tmp_path / "log", random_bank(Random(seed), size=80))
    for period, through in (("2025Q1", date(2025, 2, 10)), ("2025", date(2025, 12, 31))):
        live = LiveFold(log).board(plan(), Period.parse(period), through=through)
        statement = settled(log, period, through=through).statement
        assert {one.manager_id: one.lines for one in live.rows} == {
            one.manager_id: {line.id: line.value for line in one.lines if line.id != "rank"}
            for one in statement.managers
        }
        assert live.uncredited == statement.uncredited


def test_the_board_of_a_period_not_begun_is_empty_of_figures(tmp_path: Path) -> None:
    log = bank(tmp_path / "log", ("2025-01-01", "manager.appointed", {"manager_id": "M-1", "org_unit": "U-1"}))
    board = LiveFold(log).board(plan(), Period.parse("2026"))
    assert (board.through, board.rows) == ("2025-12-31", [])


def test_a_board_with_quotas_of_levels_is_empty_while_nobody_is_appointed(tmp_path: Path) -> None:
    log = bank(tmp_path / "log", ("2025-01-01", "unit.opened", {"org_unit": "U-1"}))
    assert LiveFold(log).board(load("quarterly-360"), Period.parse("2025Q1")).rows == []
