"""The bank at a glance: every manager of a statement in one row, as much of it as a terminal has room for."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from dataclasses import dataclass

from rich.console import Console, ConsoleOptions, RenderResult
from rich.text import Text

from meritlog.show.figures import Count, column
from meritlog.show.grid import Column, Grid, Kind, needed
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
        labelled = self._grid(kinds, self.labels.word)
        if needed(labelled.columns) <= room:
            yield labelled
        else:
            grid = self._grid(kinds, str)
            yield grid
            left = grid.left_out(room)
            yield from self._legend({name for place, name in enumerate(kinds, len(self._whose())) if place not in left})
        if len(self.managers) > ROWS:
            count = Count(len(self.managers) - ROWS)
            yield Text(
                words(
                    "… and {count:more manager/more managers}. All of them: --out statement.xlsx. One: --manager ID",
                    count=count,
                )
            )

    def _grid(self, kinds: Mapping[str, str], spelled: Callable[[str], str]) -> Grid:
        words, rows, whose = self.labels.words, self.managers[:ROWS], self._whose()
        values = [{line.id: spelled(line.value) for line in row.lines} for row in rows]
        cells = {name: column([value.get(name) for value in values], short=True) for name in kinds}
        columns = [*whose, *(Column(self.labels(name), cells[name], Kind.FIGURE) for name in kinds)]
        if any(row.missing for row in rows):
            lacking = [", ".join(map(self.labels.lacking, row.missing)) for row in rows]
            columns.append(Column(words("Incomplete for"), lacking, Kind.TEXT, "yellow"))
        places = {name: place for place, name in enumerate(kinds, len(whose))}
        return Grid(columns, words, [places[name] for name in _least_first(kinds)])

    def _whose(self) -> list[Column]:
        """The columns that say whose row it is."""
        words, rows = self.labels.words, self.managers[:ROWS]
        people = self.labels.people(row.manager_id for row in rows)
        return [
            Column(words("Manager"), [row.manager_id for row in rows]),
            *([] if people is None else [Column(words("Full name"), people, Kind.TEXT)]),
            Column(words("Unit"), [row.org_unit or "–" for row in rows]),
        ]

    def _legend(self, shown: Container[str]) -> Iterator[Text]:
        """What the grades in the lines that are ``shown`` are called."""
        values = {line.value for row in self.managers[:ROWS] for line in row.lines if line.id in shown}
        called = {value: self.labels.word(value) for value in sorted(values)}
        if legend := [f"{value}: {label}" for value, label in called.items() if label != value]:
            yield Text(", ".join(legend), style="dim")


def _least_first(kinds: Mapping[str, str]) -> list[str]:
    """The columns in the order in which they give way: what is paid and the first score stay longest."""
    scores = [name for name, kind in kinds.items() if kind == "score"]
    totals = [name for name, kind in kinds.items() if kind == "total"]
    others = [name for name, kind in kinds.items() if kind in {"grade", "rank"}]
    return [*reversed(scores[1:]), *reversed(others), *totals[:-1], *scores[:1]]
