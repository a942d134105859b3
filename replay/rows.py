"""Rows: a board's rows, of which only those are made again whose figures, place or last event have changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
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
        self._rows: list[BoardRow | None] = []

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
            self._managers, self._texts, self._rows = managers, {}, [None] * len(managers)
        shown = [line for line in plan.lines if line.id in evaluation.lines and line.kind is not LineKind.RANK]
        changed = {at for line in shown for at in self._texts.setdefault(line.id, _Texts()).changed(line, evaluation)}
        units = evaluation.gathered.posts.words("org_unit", evaluation.scope.last)
        ids, texts = [line.id for line in shown], [*zip(*(self._texts[line.id].texts for line in shown), strict=True)]
        rows: list[BoardRow] = []
        for at, (manager, row) in enumerate(zip(managers, self._rows, strict=True)):
            rank, event, unit = ranks.get(manager), last_events.get(manager), units.get(manager)
            change = earlier_ranks[manager] - rank if rank is not None and manager in earlier_ranks else 0
            if row is None or at in changed or _beside(row) != (rank, unit, change, event):
                lines = {line: text for line, text in zip(ids, texts[at], strict=True) if text is not None}
                row = BoardRow(rank, manager, unit, lines.get(plan.board), change, lines, event)
            rows.append(row)
        self._rows = [*rows]
        return rows


def _beside(row: BoardRow) -> tuple[int | None, str | None, int, Event | None]:
    return row.rank, row.org_unit, row.change, row.last_event


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
        different = dict.fromkeys(cells[at] for at in rows)
        different.pop(None, None)
        printed = dict(zip(different, print_cells(line, self._column, evaluation.scope.digits, different), strict=True))
        for at in rows:
            self.texts[at] = printed.get(cells[at])
        return rows
