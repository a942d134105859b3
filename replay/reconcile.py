"""Reconciling: are the live boards what the log gives? Manager by manager, line by line, at each board's position.

A board is what the fold made of events one by one, in memory; beside it the same period is settled by the projections,
from the log's files, as of the board's position and through its day. Both print the same plan's lines, so what differs
is a defect, or somebody's change of a board on its way.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from engine.log import Log
from engine.plan.library import LoadedPlan
from replay.settle import settle
from schemas.lines import LineKind
from schemas.period import Period
from schemas.problems import Problem
from schemas.statement import Board, Finding, Statement
from schemas.vector import Vector

RECONCILE = "reconcile"
FINDINGS_MAX = 20


@dataclass(frozen=True, slots=True)
class Difference:
    """A line of a manager that a board shows otherwise than the log gives it; None where one has no such line."""

    plan: str
    period: str
    manager_id: str
    line: str
    live: str | None
    replay: str | None

    def __str__(self) -> str:
        where = f"{self.plan} {self.period}, manager {self.manager_id}, line {self.line}"
        return f"{where}: the board shows {self.live}, the log gives {self.replay}."

    @property
    def finding(self) -> Finding:
        """The difference as a finding, in both languages."""
        chinese = (
            f"{self.plan} {self.period}，客户经理 {self.manager_id}，{self.line}："
            f"榜单为 {self.live}，日志为 {self.replay}。"
        )
        return Finding(RECONCILE, self.manager_id, {"en": str(self), "zh": chinese})


@dataclass(slots=True)
class Reconciliation:
    """What reconciling found, over all boards: at which ``position``, of how many managers, and what differs."""

    position: int | str
    managers: set[str] = field(default_factory=set)
    differences: list[Difference] = field(default_factory=list)

    @property
    def equal(self) -> bool:
        """Whether every figure is the same."""
        return not self.differences

    @property
    def findings(self) -> list[Finding]:
        """That figures differ, and the first of them; nothing where all are equal."""
        if self.equal:
            return []
        count = len(self.differences)
        text = {
            "en": f"What the boards show at position {self.position} is not what the log gives, in {count} of their "
            "figures. Rebuild the live side: delete the log's cache folder and start the worker.",
            "zh": f"位置 {self.position} 的榜单有 {count} 个数字与日志不符。"
            "请重建实时侧：删除日志的 cache 文件夹后启动 worker。",
        }
        told = [one.finding for one in self.differences[:FINDINGS_MAX]]
        return [Finding(RECONCILE, str(self.position), text), *told]


def reconcile(log: Log, plans: Mapping[str, LoadedPlan], boards: Iterable[Board]) -> Reconciliation:
    """Compare ``boards`` with what ``log`` gives; ``plans`` has the plans by name.

    Raises:
        Problem: a board is of a plan that is not at hand or is worded otherwise, or of a position the log never had.
    """
    found = Reconciliation(log.snapshot().label)
    for board in boards:
        found.position = board.position
        loaded = plans.get(board.plan)
        if loaded is None or loaded.digest != board.plan_digest:
            raise Problem(
                f"The board of {board.period} is of the plan {board.plan}, {board.plan_digest}, which is not at hand.",
                remedy="Name the plan file that the worker was started with: --plan FILE.",
            )
        period = Period.parse(board.period)
        moment = Vector.moment(board.position)
        through = date.fromisoformat(board.through)
        statement = settle(log, loaded, period, as_of=moment, through=through, unbegun=True).statement
        shown, given = lines_of_board(board), lines_of_statement(statement)
        found.managers |= shown.keys() | given.keys()
        found.differences += _differences(board, shown, given)
    return found


def _differences(
    board: Board, shown: Mapping[str, Mapping[str, str]], given: Mapping[str, Mapping[str, str]]
) -> Iterable[Difference]:
    for manager in sorted(shown.keys() | given.keys()):
        live, replay = shown.get(manager, {}), given.get(manager, {})
        for line in sorted(live.keys() | replay.keys()):
            if live.get(line) != replay.get(line):
                yield Difference(board.plan, board.period, manager, line, live.get(line), replay.get(line))


def lines_of_board(board: Board) -> dict[str, dict[str, str]]:
    """The board's figures by manager and line."""
    return {row.manager_id: row.lines for row in board.rows}


def lines_of_statement(statement: Statement) -> dict[str, dict[str, str]]:
    """The statement's figures by manager and line, but for the plan's own ranks, which a board does not carry."""
    return {
        manager.manager_id: {line.id: line.value for line in manager.lines if line.kind != LineKind.RANK.value}
        for manager in statement.managers
    }
