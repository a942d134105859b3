"""Units compared: the lines of a plan's board added up over each unit and all units below it.

Items add up: the units on top, managers without a unit and what nobody is credited with are the whole bank. Scores are
compared by their mean, so that a large unit is not better for being large.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from datetime import date
from fractions import Fraction

from engine.log import AsOf, Log
from engine.plan.column import Column
from engine.plan.evaluate import Evaluation, evaluate
from engine.plan.library import LoadedPlan
from engine.units import Units
from projections.book import ProjectedBook
from replay.board import last_day, unit_of_managers, units_of
from replay.scope import scope_of
from replay.settle import earlier_settlements
from schemas.exact import print_exact
from schemas.lines import LineKind
from schemas.period import Period
from schemas.statement import UnitBoard, UnitRow, sealed


def unit_board(
    log: Log,
    loaded: LoadedPlan,
    period: Period,
    *,
    as_of: AsOf = None,
    through: date | None = None,
    unit: str | None = None,
) -> UnitBoard:
    """The units of a period, all of them or one and those below it; ``through`` is by default as a board's.

    Raises:
        Problem: there is no such unit, ``as_of`` lies beyond the log, or the plan's year has no such period.
    """
    book = ProjectedBook.of(log, as_of)
    scope = scope_of(log, loaded, period, last_day(book, period) if through is None else min(through, period.last))
    comparison = _Comparison(evaluate(scope, book, earlier_settlements(log, loaded, book)))
    return sealed(
        UnitBoard(
            plan=loaded.plan.plan,
            plan_digest=loaded.digest,
            period=scope.period.name,
            through=scope.through.isoformat(),
            position=book.snapshot.label,
            rows=list(comparison.rows(unit)),
            total={name: print_exact(value) for name, value in comparison.whole().items()},
        )
    )


class _Comparison:
    def __init__(self, evaluation: Evaluation) -> None:
        self._evaluation = evaluation
        self._units: Units = units_of(evaluation)
        self._members: dict[str | None, list[str]] = defaultdict(list)
        for manager, unit in unit_of_managers(evaluation).items():
            for above in self._units.above(unit):
                self._members[above].append(manager)
            if unit is None:
                self._members[None].append(manager)
        self._rows = {manager: row for row, manager in enumerate(evaluation.managers)}
        lines = evaluation.scope.plan.lines
        self._items = {
            line.id: evaluation.lines[line.id]
            for line in lines
            if line.kind is LineKind.ITEM and line.id in evaluation.lines
        }
        self._scores: Column | None = evaluation.lines.get(evaluation.scope.plan.board)

    def rows(self, within: str | None) -> Iterator[UnitRow]:
        """Every unit, then managers without one and what nobody is credited with, where all is asked for."""
        listed = self._units.in_order()
        if within is not None:
            below = self._units.below(self._units.known(within))
            listed = [(unit, depth) for unit, depth in listed if unit in below]
        means = {unit: self._mean(self._members[unit]) for unit, _ in listed}
        scored: dict[str | None, list[Fraction]] = defaultdict(list)
        for unit, mean in means.items():
            if mean is not None:
                scored[self._units.parent(unit)].append(mean)
        for unit, depth in listed:
            above, mean = self._units.parent(unit), means[unit]
            rank = None if mean is None else 1 + sum(other > mean for other in scored[above])
            yield self._row(self._members[unit], unit, above, depth, rank)
        if within is None:
            if self._members[None]:
                yield self._row(self._members[None], None, None, 0, None)
            yield self._nobodys()

    def whole(self) -> dict[str, Fraction]:
        """What the whole bank earned, by item."""
        return {name: _sum(column, range(len(column.cells))) for name, column in self._items.items()}

    def _row(
        self, managers: Collection[str], unit: str | None, parent: str | None, depth: int, rank: int | None
    ) -> UnitRow:
        scores = self._scored(managers)
        best = max(sorted(scores), key=lambda manager: scores[manager], default=None)
        mean = self._mean(managers)
        return UnitRow(
            rank=rank,
            org_unit=unit,
            uncredited=False,
            parent=parent,
            depth=depth,
            managers=len(managers),
            scored=len(scores),
            score=print_exact(sum(scores.values(), Fraction(0))) if scores else None,
            mean=None if mean is None else print_exact(mean),
            best=best,
            lines={
                name: print_exact(_sum(column, [self._rows[one] for one in managers]))
                for name, column in self._items.items()
            },
        )

    def _nobodys(self) -> UnitRow:
        last = len(self._rows)
        lines = {name: print_exact(_sum(column, [last])) for name, column in self._items.items()}
        return UnitRow(
            rank=None,
            org_unit=None,
            uncredited=True,
            parent=None,
            depth=0,
            managers=0,
            scored=0,
            score=None,
            mean=None,
            best=None,
            lines=lines,
        )

    def _scored(self, managers: Collection[str]) -> dict[str, Fraction]:
        if self._scores is None:
            return {}
        values = {manager: self._scores.value(self._rows[manager]) for manager in managers}
        return {manager: value for manager, value in values.items() if isinstance(value, Fraction)}

    def _mean(self, managers: Collection[str]) -> Fraction | None:
        scores = self._scored(managers)
        return sum(scores.values(), Fraction(0)) / len(scores) if scores else None


def _sum(column: Column, rows: Collection[int]) -> Fraction:
    cells = [column.cells[row] for row in rows]
    return Fraction(sum(cell for cell in cells if cell is not None)) / column.denominator
