"""Printing: an evaluation's figures as statements show them (contract §4 and §6)."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from math import gcd
from typing import Any

from msgspec import UNSET, UnsetType

from engine.plan.column import Cell, Column
from engine.plan.evaluate import Evaluation
from engine.plan.names import names_of
from engine.plan.scope import Scope
from schemas.exact import PRINT_UNIT, print_ratio, print_scaled
from schemas.lines import ROUNDED, Line, LineKind
from schemas.statement import Amount, ManagerStatement, StatementLine


def printer(line: Line, column: Column, digits: int) -> Callable[[Any], str]:
    """How a statement prints the column's cells (contract §6): pay with the currency's digits, all else exact."""
    if line.kind in ROUNDED:
        return lambda cell: print_scaled(cell, digits)
    one = column.denominator
    common = gcd(one, PRINT_UNIT)
    denominator, unit = one // common, PRINT_UNIT // common

    def text(cell: int | Fraction | str) -> str:
        if isinstance(cell, int):
            return print_ratio(cell, denominator, unit)
        return cell if isinstance(cell, str) else print_ratio(cell.numerator, cell.denominator * one)

    return text


def manager_statements(evaluation: Evaluation, currency: str) -> list[ManagerStatement]:
    """Every manager's lines, in the plan's order."""
    scope, posts = evaluation.scope, evaluation.gathered.posts
    shown = [_told(evaluation, line, currency) for line in scope.plan.lines if line.id in evaluation.lines]
    missing, gaps = evaluation.gathered.missing, evaluation.gathered.gaps
    last = scope.last
    return [
        ManagerStatement(
            manager_id=manager,
            org_unit=posts.word(manager, "org_unit", last),
            complete=not missing[manager],
            missing=sorted(missing[manager]),
            gaps=sorted(gaps.get(manager, ())),
            lines=[line for line in lines if line is not None],
        )
        for manager, *lines in zip(evaluation.managers, *shown, strict=True)
    ]


def _told(evaluation: Evaluation, line: Line, currency: str) -> list[StatementLine | None]:
    """The line as each manager's statement has it; equal figures, of which none is as common as 0, share one."""
    column = evaluation.lines[line.id]
    line_id, kind, text = line.id, line.kind.value, printer(line, column, evaluation.scope.digits)
    unit, clause, inputs = unit_of(line, currency), line.clause or UNSET, _inputs(evaluation.scope, line)
    known: dict[Cell, StatementLine | None] = {None: None}
    told = []
    for cell in column.cells[: len(evaluation.managers)]:
        if cell not in known:
            known[cell] = StatementLine(line_id, kind, text(cell), unit, clause, inputs)
        told.append(known[cell])
    return told


def unit_of(line: Line, currency: str) -> str | UnsetType:
    """The currency, where the line is an amount of it."""
    return currency if line.unit == "money" and line.kind is not LineKind.SCORE else UNSET


def _inputs(scope: Scope, line: Line) -> list[str] | UnsetType:
    """The measures and lines that the line is made of, each once, in the order in which its rule names them."""
    used = [name for name, is_table in names_of(line) if not is_table]
    return [name for name in dict.fromkeys(used) if name not in scope.plan.parameters]


def uncredited(evaluation: Evaluation) -> list[Amount]:
    """What of each item no manager is credited with."""
    told = []
    for line in evaluation.scope.plan.lines:
        if line.kind is LineKind.ITEM and line.id in evaluation.lines:
            column = evaluation.lines[line.id]
            nobodys = column.cells[-1]
            told.append(Amount(line.id, "0" if nobodys is None else printer(line, column, 0)(nobodys)))
    return told
