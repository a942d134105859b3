"""Rows: a board's rows, of which only those are made again whose figures, place or last event have changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import zip_longest
from typing import Any

from engine.plan.column import Column
from engine.plan.evaluate import Evaluation
from engine.plan.printing import print_cells
from schemas.lines import Line, LineKind
from schemas.statement import BoardRow

Event = dict[str, Any]


class Rows:
    """The rows of one plan's period, as they were made last."""

    def __init__(self) -> None:
        self._managers: list[str] = []
        self._texts: dict[str, _Texts] = {}
        self._beside: list[_Beside] = []
        self._rows: list[BoardRow] = []

    def of(
        self,
        evaluation: Evaluation,
        ranks: Mapping[str, int],
        earlier_ranks: Mapping[str, int],
        last_events: Mapping[str, Event],
    ) -> list[BoardRow]:
        """A row for each manager of the evaluation, in its order; who has no place in ``ranks`` has no rank."""
        plan, managers = evaluation.scope.plan, evaluation.managers
        if managers != self._managers:
            self._managers, self._texts, self._beside = managers, {}, []
            self._rows = [BoardRow(None, manager, None, None, 0, {}, None) for manager in managers]
        shown = [line for line in plan.lines if line.id in evaluation.lines and line.kind is not LineKind.RANK]
        changed = {at for line in shown for at in self._texts.setdefault(line.id, _Texts()).changed(line, evaluation)}
        beside, before = _beside(evaluation, ranks, earlier_ranks, last_events), self._beside
        changed.update(at for at, (now, was) in enumerate(zip_longest(beside, before)) if now != was)
        ids, texts = [line.id for line in shown], [*zip(*(self._texts[line.id].texts for line in shown), strict=True)]
        self._beside = beside
        for at in changed:
            rank, unit, change, event = beside[at]
            lines = {line: text for line, text in zip(ids, texts[at], strict=True) if text is not None}
            self._rows[at] = BoardRow(rank, managers[at], unit, lines.get(plan.board), change, lines, event)
        return [*self._rows]


_Beside = tuple[int | None, str | None, int, Event | None]
"""What a row shows beside its lines: rank, unit, change, last event."""


def _beside(
    evaluation: Evaluation,
    ranks: Mapping[str, int],
    earlier_ranks: Mapping[str, int],
    last_events: Mapping[str, Event],
) -> list[_Beside]:
    managers = evaluation.managers
    placed = [*map(ranks.get, managers)]
    moved = [
        0 if now is None or was is None else was - now
        for now, was in zip(placed, map(earlier_ranks.get, managers), strict=True)
    ]
    units = map(evaluation.gathered.posts.words("org_unit", evaluation.scope.last).get, managers)
    return [*zip(placed, units, moved, map(last_events.get, managers), strict=True)]


class _Texts:
    """A line as it was printed last, a text a manager; None where there is nothing to print."""

    def __init__(self) -> None:
        self.texts: list[str | None] = []
        self._column = Column([])

    def changed(self, line: Line, evaluation: Evaluation) -> Iterable[int]:
        """Print the line of an evaluation of the same managers, and say in which rows it is another figure."""
        before, self._column = self._column, evaluation.lines[line.id]
        if self._column is before:
            return ()
        cells = self._column.cells[: len(evaluation.managers)]
        rows: Sequence[int] = range(len(cells))
        if self._column.denominator == before.denominator and before.cells:
            pairs = zip(cells, before.cells, strict=False)
            rows = [at for at, (cell, was) in enumerate(pairs) if cell is not was and cell != was]
        else:
            self.texts = [None] * len(cells)
        filled = [at for at in rows if cells[at] is not None]
        printed = print_cells(line, self._column, evaluation.scope.digits, [cells[at] for at in filled])
        for at in rows:
            self.texts[at] = None
        for at, text in zip(filled, printed, strict=True):
            self.texts[at] = text
        return rows
