from __future__ import annotations

from datetime import date
from fractions import Fraction
from pathlib import Path
from random import Random
from typing import Any

from engine.log import Log
from replay.live import LiveFold
from replay.settle import settle
from replay.units import unit_board
from schemas.period import Period
from schemas.statement import UnitBoard, UnitRow
from tests.banks import random_bank
from tests.product import logged, plan, settled
from tests.projections.logs import assigned, event, log_of

YEAR = Period.parse("2025")
STAFF = [
    event("unit.opened", "2024-01-01", org_unit="BANK"),
    event("unit.opened", "2024-01-01", org_unit="EAST", parent="BANK"),
    event("unit.opened", "2024-01-01", org_unit="WEST", parent="BANK"),
    *(
        event("manager.appointed", "2024-01-01", manager_id=manager, org_unit=unit)
        for manager, unit in (("M-1", "EAST"), ("M-2", "EAST"), ("M-3", "WEST"))
    ),
]


def fees(**amounts: str) -> list[dict[str, Any]]:
    """A fee of a customer of each manager (``M_1`` is ``M-1``); of ``nobody`` one of a customer without a team."""
    events = []
    for manager, amount in amounts.items():
        customer = f"C-{manager}"
        if manager != "nobody":
            events.append(assigned("2024-01-01", customer, **{manager: "1"}))
        events.append(event("fee.earned", "2025-06-30", customer_id=customer, service="agency", amount=amount))
    return events


def rows(board: UnitBoard) -> dict[str | None, UnitRow]:
    return {row.org_unit: row for row in board.rows}


def bank(folder: Path) -> Log:
    return log_of(folder / "log", [*STAFF, *fees(M_1="500", M_2="100", M_3="400", nobody="7")])


def test_units_are_compared_by_the_mean_of_a_manager_and_hold_all_below_them(tmp_path: Path) -> None:
    board = unit_board(bank(tmp_path), plan(), YEAR)
    shown = {
        unit: (row.rank, row.managers, row.score, row.mean, row.best, row.lines["fees"])
        for unit, row in rows(board).items()
    }
    assert shown == {
        "BANK": (1, 3, "1000", "333.3333333333", "M-1", "1000"),
        "EAST": (2, 2, "600", "300", "M-1", "600"),
        "WEST": (1, 1, "400", "400", "M-3", "400"),
        None: (None, 0, None, None, None, "7"),
    }
    assert board.total["fees"] == "1007"
    assert board.through == "2025-06-30"


def test_of_a_period_that_the_log_has_not_reached_no_day_counts_on_any_board(tmp_path: Path) -> None:
    log, following = bank(tmp_path), Period.parse("2026")
    assert unit_board(log, plan(), following).through == "2025-12-31"
    assert LiveFold(log).board(plan(), following).through == "2025-12-31"
    assert settle(log, plan(), following, through=date(2025, 12, 31), unbegun=True).statement.through == "2025-12-31"


def test_a_part_of_the_tree_is_compared_alone(tmp_path: Path) -> None:
    board = unit_board(bank(tmp_path), plan(), YEAR, unit="EAST")
    assert list(rows(board)) == ["EAST"]


def test_the_board_of_a_unit_ranks_its_managers_among_themselves(tmp_path: Path) -> None:
    board = LiveFold(bank(tmp_path)).board(plan(), YEAR, unit="EAST")
    assert [(row.rank, row.manager_id, row.score) for row in board.rows] == [(1, "M-1", "500"), (2, "M-2", "100")]
    assert board.org_unit == "EAST"
    whole = LiveFold(bank(tmp_path / "whole")).board(plan(), YEAR)
    assert [(row.rank, row.manager_id) for row in whole.rows] == [(1, "M-1"), (2, "M-3"), (3, "M-2")]


def test_units_on_top_managers_without_a_unit_and_nobody_are_the_whole_bank(tmp_path: Path) -> None:
    for seed in range(3):
        events = random_bank(Random(seed))
        log = logged(tmp_path / str(seed), events)
        board = unit_board(log, plan(), YEAR, through=YEAR.last)
        statement = settled(log, "2025")
        for item, total in board.total.items():
            on_top = sum(Fraction(row.lines[item]) for row in board.rows if row.depth == 0)
            lines = [line for manager in statement["managers"] for line in manager["lines"]] + statement["uncredited"]
            whole = sum(Fraction(line["value"]) for line in lines if line["id"] == item)
            slack = Fraction(len(lines), 2 * 10**10)
            assert abs(on_top - Fraction(total)) <= slack
            assert abs(whole - Fraction(total)) <= slack
