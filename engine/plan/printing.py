"""Printing: an evaluation's figures as statements show them (contract §4 and §6)."""

from __future__ import annotations

from msgspec import UNSET, UnsetType

from engine.plan import formula
from engine.plan.column import Column
from engine.plan.evaluate import Evaluation
from engine.plan.scope import Scope
from schemas.exact import print_ratio, print_scaled
from schemas.plan import ROUNDED, Line, LineKind
from schemas.statement import Amount, ManagerStatement, StatementLine


def printed(line: Line, column: Column, digits: int) -> list[str | None]:
    """The column as a statement prints it (contract §6): pay with the currency's digits, all else exact."""
    if line.kind in ROUNDED:
        return [None if cell is None else print_scaled(cell, digits) for cell in column.cells]
    one = column.denominator
    return [
        cell if cell is None or isinstance(cell, str) else print_ratio(cell.numerator, cell.denominator * one)
        for cell in column.cells
    ]


def manager_statements(evaluation: Evaluation, currency: str) -> list[ManagerStatement]:
    """Every manager's lines, in the plan's order."""
    scope, posts = evaluation.scope, evaluation.gathered.posts
    shown = [line for line in scope.plan.lines if line.id in evaluation.lines]
    texts = [printed(line, evaluation.lines[line.id], scope.digits) for line in shown]
    frames = [
        (line.id, line.kind.value, unit_of(line, currency), line.clause or UNSET, _inputs(scope, line))
        for line in shown
    ]
    statements = []
    for row, manager in enumerate(evaluation.managers):
        lines = [
            StatementLine(line_id, kind, text, unit, clause, inputs)
            for (line_id, kind, unit, clause, inputs), column in zip(frames, texts, strict=True)
            if (text := column[row]) is not None
        ]
        missing = evaluation.missing(manager)
        statements.append(
            ManagerStatement(
                manager_id=manager,
                org_unit=posts.word(manager, "org_unit", scope.last),
                complete=not missing,
                missing=missing,
                gaps=evaluation.gaps(manager),
                lines=lines,
            )
        )
    return statements


def unit_of(line: Line, currency: str) -> str | UnsetType:
    """The currency, where the line is an amount of it."""
    return currency if line.unit == "money" and line.kind is not LineKind.SCORE else UNSET


def _inputs(scope: Scope, line: Line) -> list[str] | UnsetType:
    """The measures and lines that the line is made of, each once, in the order in which its rule names them."""
    if line.rank is not None:
        return [line.rank.by]
    used = [name for name, is_table in formula.names(formula.parse(line.formula or "")) if not is_table]
    return [name for name in dict.fromkeys(used) if name not in scope.plan.parameters]


def uncredited(evaluation: Evaluation) -> list[Amount]:
    """What of each item no manager is credited with."""
    last = evaluation.gathered.rows - 1
    items = [line for line in evaluation.scope.plan.lines if line.kind is LineKind.ITEM and line.id in evaluation.lines]
    return [Amount(line.id, printed(line, evaluation.lines[line.id], 0)[last] or "0") for line in items]
