"""The bank at a glance: every manager of a statement in one row, as much of it as a terminal has room for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.text import Text

from meritlog.show.figures import Count, column
from meritlog.show.grid import Column, Kind, needed, table
from meritlog.show.labels import Labels
from schemas.statement import ManagerStatement

KINDS = {"score", "rank", "grade", "total"}
ROWS = 40


@dataclass(frozen=True, slots=True)
class Glance:
    """Every manager in one row: scores, rank, grade and totals, as many as there is room for.

    Items are shown manager by manager. A narrow terminal may wrap a heading, never a figure; what has no room is named.
    Grades are called by their labels where these fit, else by their ids, and a legend says what each is called.
    """

    managers: Sequence[ManagerStatement]
    labels: Labels

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        words, room = self.labels.words, options.max_width
        kinds = {line.id: line.kind for row in self.managers for line in row.lines if line.kind in KINDS}
        labelled = self._columns([*kinds], self.labels.word)
        if needed(labelled) <= room:
            yield table(labelled, room)
        else:
            yield from self._narrow(kinds, room)
        if len(self.managers) > ROWS:
            count = Count(len(self.managers) - ROWS)
            yield Text(
                words(
                    "… and {count:more manager/more managers}. All of them: --out statement.xlsx. One: --manager ID",
                    count=count,
                )
            )

    def _narrow(self, kinds: Mapping[str, str], room: int) -> Iterator[RenderableType]:
        shown = [*kinds]
        for name in _least_first(kinds):
            if needed(self._columns(shown, str)) <= room:
                break
            shown.remove(name)
        yield table(self._columns(shown, str), room)
        values = {line.value for row in self.managers[:ROWS] for line in row.lines if line.id in shown}
        called = {value: self.labels.word(value) for value in sorted(values)}
        if legend := [f"{value}: {label}" for value, label in called.items() if label != value]:
            yield Text(", ".join(legend), style="dim")
        if left_out := [self.labels(name) for name in kinds if name not in shown]:
            yield Text(self.labels.words("No room for: {columns}", columns=", ".join(left_out)), style="dim")

    def _columns(self, names: Sequence[str], spelled: Callable[[str], str]) -> list[Column]:
        words, rows = self.labels.words, self.managers[:ROWS]
        columns = [Column(words("Manager"), [row.manager_id for row in rows])]
        if (people := self.labels.people(row.manager_id for row in rows)) is not None:
            columns.append(Column(words("Full name"), people, Kind.TEXT))
        columns.append(Column(words("Unit"), [row.org_unit or "–" for row in rows]))
        values = [{line.id: spelled(line.value) for line in row.lines} for row in rows]
        for name in names:
            cells = column([value.get(name) for value in values], short=True)
            columns.append(Column(self.labels(name), cells, Kind.FIGURE))
        if any(row.missing for row in rows):
            lacking = [", ".join(map(self.labels.lacking, row.missing)) for row in rows]
            columns.append(Column(words("Incomplete for"), lacking, Kind.TEXT, "yellow"))
        return columns


def _least_first(kinds: Mapping[str, str]) -> list[str]:
    """The columns in the order in which they give way: what is paid and the first score stay longest."""
    scores = [name for name, kind in kinds.items() if kind == "score"]
    totals = [name for name, kind in kinds.items() if kind == "total"]
    others = [name for name, kind in kinds.items() if kind in {"grade", "rank"}]
    return [*reversed(scores[1:]), *reversed(others), *totals[:-1], *scores[:1]]
