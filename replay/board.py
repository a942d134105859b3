"""The leaderboard: managers of a period by the plan's board line, from any book of the log (contract §7).

At one position and one ``through`` its lines are those of the statement, character by character, because both print the
same evaluation. ``change`` compares with the same board through one day earlier.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from msgspec import UNSET

from engine.book import Book
from engine.log import Log
from engine.plan.evaluate import Evaluation, evaluate
from engine.plan.library import LoadedPlan
from engine.plan.printing import manager_statements, uncredited
from engine.plan.scope import Earlier
from engine.units import Units, members
from replay.changes import place
from replay.settle import scope_of
from schemas.lines import LineKind
from schemas.period import Period
from schemas.statement import Board, BoardRow, Finding, ManagerStatement, sealed


@dataclass(frozen=True, slots=True)
class Standing:
    """A board, and of the same evaluation every manager's lines as a statement shows them."""

    board: Board
    statements: list[ManagerStatement]


def standing(
    log: Log,
    loaded: LoadedPlan,
    period: Period,
    book: Book,
    earlier: Earlier,
    last_events: Mapping[str, dict[str, Any]],
    position: int | str,
    through: date | None = None,
    findings: Sequence[Finding] = (),
    unit: str | None = None,
) -> Standing:
    """Where the managers stand in ``period``, its days up to and including ``through``.

    ``through`` is by default the log's last transaction. ``last_events`` says of each manager which event spoke last of
    the manager's business; ``position`` is the book's, as documents print it; ``findings`` name what the book lacks.
    With ``unit`` the board shows the managers of that unit and of all below it, ranked among themselves by the same
    scores.

    Raises:
        Problem: there is no such unit, or the plan's year has no such period.
    """
    last = last_day(book, period) if through is None else min(through, period.last)
    today = evaluate(scope_of(log, loaded, period, last), book, earlier)
    before = evaluate(scope_of(log, loaded, period, last - timedelta(days=1)), book, earlier)
    shown = set(today.managers) if unit is None else members(units_of(today), unit, unit_of_managers(today))
    ranks, earlier_ranks = _ranks(today, shown), _ranks(before, shown)
    statements = manager_statements(today, log.institution.currency)
    rows = [_row(one, loaded, ranks, earlier_ranks, last_events) for one in statements if one.manager_id in shown]
    rows.sort(key=place)
    document = Board(
        plan=loaded.plan.plan,
        plan_digest=loaded.digest,
        period=today.scope.period.name,
        through=max(last, period.start - timedelta(days=1)).isoformat(),
        position=position,
        rows=rows,
        uncredited=uncredited(today) if unit is None else [],
        findings=list(findings) or UNSET,
        org_unit=UNSET if unit is None else unit,
    )
    return Standing(sealed(document), statements)


def _row(
    statement: ManagerStatement,
    loaded: LoadedPlan,
    ranks: Mapping[str, int],
    earlier_ranks: Mapping[str, int],
    last_events: Mapping[str, dict[str, Any]],
) -> BoardRow:
    manager = statement.manager_id
    lines = {line.id: line.value for line in statement.lines if line.kind != LineKind.RANK.value}
    rank = ranks.get(manager)
    return BoardRow(
        rank=rank,
        manager_id=manager,
        org_unit=statement.org_unit,
        score=lines.get(loaded.plan.board),
        change=earlier_ranks[manager] - rank if rank is not None and manager in earlier_ranks else 0,
        lines=lines,
        last_event=last_events.get(manager),
    )


def last_day(book: Book, period: Period) -> date:
    """The latest business date among the log's transactions, as far as it lies in the period; no clock is asked."""
    days = book.transaction_days()
    day_before = period.start - timedelta(days=1)
    return day_before if days is None else max(day_before, min(days[1], period.last))


def _ranks(evaluation: Evaluation, shown: Collection[str]) -> dict[str, int]:
    """Places by the board line, ties sharing the better one; whoever has no score has no place."""
    column = evaluation.lines.get(evaluation.scope.plan.board)
    if column is None:
        return {}
    scored = [
        (column.cells[row], manager)
        for row, manager in enumerate(evaluation.managers)
        if column.cells[row] is not None and manager in shown
    ]
    places: dict[object, int] = {}
    for index, (score, _) in enumerate(sorted(scored, reverse=True)):
        places.setdefault(score, index + 1)
    return {manager: places[score] for score, manager in scored}


def unit_of_managers(evaluation: Evaluation) -> dict[str, str | None]:
    """By manager of an evaluation the unit of its last day; of who left by then, the last one."""
    posts, last = evaluation.gathered.posts, evaluation.scope.last
    return {manager: posts.word(manager, "org_unit", last) for manager in evaluation.managers}


def units_of(evaluation: Evaluation) -> Units:
    """The institution's units, as far as an evaluation knows of them."""
    return Units(evaluation.gathered.facts.parents, filter(None, unit_of_managers(evaluation).values()))
