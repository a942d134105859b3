"""Printing: an evaluation's figures as statements show them (contract §4 and §6)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from fractions import Fraction
from typing import Any

import msgspec
from msgspec import UNSET, UnsetType

from engine.plan.column import Column
from engine.plan.evaluate import Evaluation
from engine.plan.names import names_of
from engine.plan.scope import Scope
from schemas.exact import print_ratio, print_ratios, print_scaled
from schemas.lines import ROUNDED, Line, LineKind
from schemas.statement import Amount, ManagerStatement, StatementLine


def print_cells(line: Line, column: Column, digits: int, cells: Collection[Any]) -> list[str]:
    """These values of the column as statements print them: pay with the currency's digits, all else exact (§6)."""
    if line.kind in ROUNDED:
        return [print_scaled(cell, digits) for cell in cells]
    one = column.denominator
    if {*map(type, cells)} == {int}:
        return print_ratios(cells, one)
    return [cell if isinstance(cell, str) else print_ratio(cell.numerator, cell.denominator * one) for cell in cells]


def manager_statements(evaluation: Evaluation, currency: str) -> list[ManagerStatement]:
    """Every manager's lines, in the plan's order."""
    scope, posts = evaluation.scope, evaluation.gathered.posts
    told = (_told(evaluation, line, currency) for line in scope.plan.lines if line.id in evaluation.lines)
    shown = [of_all for of_all in told if any(of_all)]
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
    """The line as each manager's statement has it; equal figures share one."""
    column, scope = evaluation.lines[line.id], evaluation.scope
    cells = column.cells[: len(evaluation.managers)]
    kind, unit, clause, inputs = line.kind.value, unit_of(line, currency), line.clause or UNSET, _inputs(scope, line)
    # In the managers' order, as they will be gone through: a set would scatter the lines over the memory.
    different = [cell for cell in dict.fromkeys(cells) if cell is not None]
    texts = print_cells(line, column, scope.digits, different)
    told = {
        cell: StatementLine(line.id, kind, text, unit, clause, inputs)
        for cell, text in zip(different, texts, strict=True)
    }
    if line.kind is LineKind.ADJUSTMENT:
        return [*_naming_settlements(evaluation, line, map(told.get, cells))]
    return list(map(told.get, cells))


def _naming_settlements(
    evaluation: Evaluation, line: Line, told: Iterable[StatementLine | None]
) -> Iterator[StatementLine | None]:
    """The lines with what they add to each settlement that was closed before."""
    digits, by_measure = evaluation.scope.digits, evaluation.gathered.corrections
    corrections = [one for name, _ in names_of(line) for one in by_measure.get(name, ())]
    for manager, shown in zip(evaluation.managers, told, strict=True):
        amounts: dict[str, Fraction] = {}
        for one in corrections:
            if manager in one.amounts:
                amounts[one.settlement_id] = amounts.get(one.settlement_id, Fraction(0)) + one.amounts[manager]
        if shown is None or not amounts:
            yield shown
        else:
            named = {settlement: print_scaled(int(each * 10**digits), digits) for settlement, each in amounts.items()}
            yield msgspec.structs.replace(shown, settlements=named)


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
            told.append(Amount(line.id, "0" if nobodys is None else print_cells(line, column, 0, [nobodys])[0]))
    return told
