"""Reconciling: equal boards are called equal, and any figure that differs is found and told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from random import Random

import msgspec
import pytest

from engine.log import Log
from engine.plan.library import LoadedPlan
from replay.live import LiveFold
from replay.reconcile import Difference, Reconciliation, reconcile
from schemas.period import Period
from schemas.problems import Problem
from schemas.statement import Board, BoardRow, sealed
from tests.banks import random_bank
from tests.projections.logs import log_of
from tests.replay.made import add, plan

PLANS = {"bank-contribution": plan()}
PERIODS = ("2025-02", "2025Q1", "2025")


@pytest.fixture
def log(tmp_path: Path) -> Log:
    return log_of(tmp_path / "log", random_bank(Random(11), size=80))


def boards(log: Log, as_of: int | None = None) -> list[Board]:
    fold = LiveFold(log, as_of)
    return [fold.board(plan(), Period.parse(period)) for period in PERIODS]


def test_what_the_fold_shows_is_what_the_log_gives(log: Log) -> None:
    shown = boards(log)
    found = reconcile(log, PLANS, shown)
    assert found.equal, found.differences
    assert found.position == log.snapshot().label
    assert found.managers == {row.manager_id for board in shown for row in board.rows}
    assert found.managers


def test_each_board_is_compared_at_its_own_position(log: Log) -> None:
    earlier, now = boards(log, 40), boards(log)
    assert reconcile(log, PLANS, [*now, *earlier]).equal
    moved = [msgspec.structs.replace(board, position=log.snapshot().position) for board in earlier]
    assert not reconcile(log, PLANS, moved).equal, "these are figures of another position"


def test_a_log_that_goes_on_does_not_disturb(log: Log) -> None:
    shown = boards(log)
    add(log, "fee.earned", "2025-02-11", customer_id="C-1", service="other", amount="7000")
    assert reconcile(log, PLANS, shown).equal


def test_a_board_of_a_period_that_has_not_begun_is_compared_too(log: Log) -> None:
    shown = LiveFold(log).board(plan(), Period.parse("2031"))
    assert shown.through == "2030-12-31"
    assert reconcile(log, PLANS, [shown]).equal


def changed(board: Board, change: Callable[[list[BoardRow]], list[BoardRow]]) -> Board:
    """A falsified board whose digest fits."""
    return sealed(msgspec.structs.replace(board, rows=change(list(board.rows))))


def test_a_figure_that_somebody_changed_is_told_with_both_values(log: Log) -> None:
    shown = boards(log)[1]
    row = shown.rows[0]
    line = next(iter(row.lines))
    falsified = msgspec.structs.replace(row, lines={**row.lines, line: "4711"})
    found = reconcile(log, PLANS, [changed(shown, lambda rows: [falsified, *rows[1:]])])
    expected = Difference("bank-contribution", "2025Q1", row.manager_id, line, "4711", row.lines[line])
    assert found.differences == [expected]
    assert not found.equal
    assert str(expected) == (
        f"bank-contribution 2025Q1, manager {row.manager_id}, line {line}: the board shows 4711, the log gives "
        f"{row.lines[line]}."
    )


def test_a_manager_who_is_missing_from_a_board_is_told_line_by_line(log: Log) -> None:
    shown = boards(log)[1]
    gone = shown.rows[-1]
    found = reconcile(log, PLANS, [changed(shown, lambda rows: rows[:-1])])
    assert {(one.manager_id, one.live) for one in found.differences} == {(gone.manager_id, None)}
    assert {one.line: one.replay for one in found.differences} == gone.lines


def test_a_manager_whom_the_log_does_not_know_is_told(log: Log) -> None:
    ghost = msgspec.structs.replace(boards(log)[1].rows[0], manager_id="M-99", lines={"composite": "1"})
    found = reconcile(log, PLANS, [changed(boards(log)[1], lambda rows: [*rows, ghost])])
    assert found.differences == [Difference("bank-contribution", "2025Q1", "M-99", "composite", "1", None)]


def test_of_no_boards_there_is_nothing_to_differ(log: Log) -> None:
    assert reconcile(log, PLANS, []) == Reconciliation(log.snapshot().label)


@pytest.mark.parametrize("other", [{}, {"bank-contribution": replace(plan(), digest="sha256:other")}])
def test_a_board_of_a_plan_that_is_not_at_hand_is_no_difference_but_a_problem(
    log: Log, other: dict[str, LoadedPlan]
) -> None:
    with pytest.raises(Problem, match=r"The board of 2025-02 is of the plan bank-contribution, .* Name the plan file"):
        reconcile(log, other, boards(log))


def test_a_board_of_a_position_that_the_log_never_had_is_a_problem(log: Log) -> None:
    ahead = msgspec.structs.replace(boards(log)[0], position=10_000)
    with pytest.raises(Problem, match="The log has no position 10000"):
        reconcile(log, PLANS, [ahead])
