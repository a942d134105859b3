"""Rows: a board's rows, of which only those are made again whose figures, place or last event have changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from engine.plan.column import Column
from engine.plan.evaluate import Evaluation
from engine.plan.printing import print_cells
from engine.posts import Posts
from schemas.lines import Line, LineKind
from schemas.statement import BoardRow

Event = dict[str, Any]


class Rows:
    """The rows of one plan's period, as they were made last."""

    def __init__(self) -> None:
        self._managers: list[str] = []
        self._texts: dict[str, _Texts] = {}
        self._rows: dict[str, BoardRow] = {}
        self._units: tuple[Posts, object, dict[str, str | None]] | None = None

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
            self._managers, self._texts = managers, {}
        shown = [line for line in plan.lines if line.id in evaluation.lines and line.kind is not LineKind.RANK]
        changed: dict[int, dict[str, str | None]] = {}
        for line in shown:
            for at, text in self._texts.setdefault(line.id, _Texts()).changed(line, evaluation):
                changed.setdefault(at, {})[line.id] = text
        units, known, rows = self._units_of(evaluation), self._rows, []
        for at, manager in enumerate(managers):
            rank, event, unit = ranks.get(manager), last_events.get(manager), units[manager]
            change = earlier_ranks[manager] - rank if rank is not None and manager in earlier_ranks else 0
            row = known.get(manager)
            if row is None or at in changed or _beside(row) != (rank, unit, change, event):
                before = row.lines if row is not None and len(changed.get(at, ())) < len(shown) else {}
                lines = _amended(before, changed.get(at, {}), shown)
                row = BoardRow(rank, manager, unit, lines.get(plan.board), change, lines, event)
            rows.append(row)
        self._rows = {row.manager_id: row for row in rows}
        return rows

    def _units_of(self, evaluation: Evaluation) -> dict[str, str | None]:
        posts, last = evaluation.gathered.posts, evaluation.scope.last
        if self._units is None or self._units[:2] != (posts, last) or self._units[2].keys() != set(self._managers):
            units = {manager: posts.word(manager, "org_unit", last) for manager in self._managers}
            self._units = posts, last, units
        return self._units[2]


def _beside(row: BoardRow) -> tuple[int | None, str | None, int, Event | None]:
    return row.rank, row.org_unit, row.change, row.last_event


def _amended(before: Mapping[str, str], changed: Mapping[str, str | None], shown: Sequence[Line]) -> dict[str, str]:
    """A row's lines in the plan's order; None takes one out."""
    lines: dict[str, str | None] = {**before, **changed}
    if len(lines) > len(before) or None in changed.values():
        lines = {line.id: lines.get(line.id) for line in shown}
    return {line: text for line, text in lines.items() if text is not None}


class _Texts:
    """A line as it was printed last."""

    def __init__(self) -> None:
        self._column = Column([])

    def changed(self, line: Line, evaluation: Evaluation) -> Iterable[tuple[int, str | None]]:
        """The rows in which the line of an evaluation of the same managers has other text, and that; None for none."""
        before, self._column = self._column, evaluation.lines[line.id]
        if self._column is before:
            return ()
        cells = self._column.cells[: len(evaluation.managers)]
        rows: Sequence[int] = range(len(cells))
        if self._column.denominator == before.denominator and before.cells:
            pairs = zip(cells, before.cells, strict=False)
            rows = [at for at, (cell, was) in enumerate(pairs) if cell is not was and cell != was]
        picked = [cells[at] for at in rows]
        different = {*picked} - {None}
        printed = print_cells(line, self._column, evaluation.scope.digits, different)
        texts = dict(zip(different, printed, strict=True))
        return zip(rows, map(texts.get, picked), strict=True)
