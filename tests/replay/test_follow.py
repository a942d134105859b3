"""The live fold follows its log, in steps as small as one likes, to the board that a fold from the beginning gives."""

from __future__ import annotations

from pathlib import Path

from engine.log import Log
from replay.live import LiveFold
from schemas.period import Period
from tests.replay.made import bank, plan, settled

PERIOD = Period.parse("2025Q1")


def events(count: int) -> list[tuple[str, str, dict[str, str]]]:
    fees = [{"customer_id": "C-1", "service": "consulting", "amount": f"{nth}.25"} for nth in range(1, count + 1)]
    return [(f"2025-02-{1 + nth % 28:02d}", "fee.earned", fee) for nth, fee in enumerate(fees)]


def test_a_fold_that_is_behind_catches_up_step_by_step(tmp_path: Path) -> None:
    log = bank(tmp_path / "log", *events(25))
    fold = LiveFold(log, as_of=5)
    steps = []
    while fold.follow(at_most=8):
        steps.append((fold.position, fold.head, fold.label))
    assert steps == [(13, 25, 13), (21, 25, 21), (25, 25, 25)]
    assert fold.board(plan(), PERIOD) == LiveFold(log).board(plan(), PERIOD)


def test_a_board_half_way_is_the_board_as_of_that_position(tmp_path: Path) -> None:
    log = bank(tmp_path / "log", *events(25))
    fold = LiveFold(log, as_of=5)
    fold.follow(at_most=8)
    assert fold.board(plan(), PERIOD) == LiveFold(log, as_of=13).board(plan(), PERIOD)


def test_where_the_log_has_not_grown_there_is_nothing_to_follow(tmp_path: Path) -> None:
    fold = LiveFold(bank(tmp_path / "log", *events(3)))
    assert not fold.follow()
    assert (fold.position, fold.head) == (3, 3)


def test_lines_of_a_standing_are_those_of_the_statement(tmp_path: Path) -> None:
    log: Log = bank(tmp_path / "log", *events(9))
    told = LiveFold(log).standing(plan(), PERIOD, through=PERIOD.last)
    assert [one.manager_id for one in told.statements] == [row.manager_id for row in told.board.rows]
    assert told.statements == settled(log, "2025Q1").statement.managers
