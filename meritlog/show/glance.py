"""The bank at a glance: every manager of a statement in one row, as much of it as a terminal has room for.

Widths are reckoned here: where room is short, a table that sets its own may cut figures to spare a heading.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from rich import box
from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, JustifyMethod, RenderableType, RenderResult
from rich.table import Table
from rich.text import Text

from meritlog.show.figures import column
from meritlog.show.labels import Labels
from schemas.statement import ManagerStatement

KINDS = {"score", "rank", "grade", "total"}
ROWS = 40
NARROWEST = 8
BETWEEN, AROUND = 3, 2
"""The room between two columns, and that of the table's edges together."""


@dataclass(slots=True)
class _Column:
    """A column: ``width`` at first the least that cuts nothing; a heading may take several lines."""

    heading: str
    cells: Sequence[str]
    width: int
    is_figure: bool = False
    style: str = ""

    def widen(self, room: int, texts: Sequence[str]) -> int:
        """Take what ``texts`` need on one line, as far as there is room; what is left of it."""
        more = min(room, max(0, max(map(cell_len, texts), default=0) - self.width))
        self.width += more
        return room - more


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
        if _needed(labelled) <= room:
            yield _table(labelled, room)
        else:
            yield from self._narrow(kinds, room)
        if len(self.managers) > ROWS:
            count = len(self.managers) - ROWS
            yield Text(
                words("… and {count} more managers. All of them: --out statement.xlsx. One: --manager ID", count=count)
            )

    def _narrow(self, kinds: Mapping[str, str], room: int) -> Iterator[RenderableType]:
        shown = [*kinds]
        for name in _least_first(kinds):
            if _needed(self._columns(shown, str)) <= room:
                break
            shown.remove(name)
        yield _table(self._columns(shown, str), room)
        values = {line.value for row in self.managers[:ROWS] for line in row.lines if line.id in shown}
        called = {value: self.labels.word(value) for value in sorted(values)}
        if legend := [f"{value}: {label}" for value, label in called.items() if label != value]:
            yield Text(", ".join(legend), style="dim")
        if left_out := [self.labels(name) for name in kinds if name not in shown]:
            yield Text(self.labels.words("No room for: {columns}", columns=", ".join(left_out)), style="dim")

    def _columns(self, names: Sequence[str], spelled: Callable[[str], str]) -> list[_Column]:
        words, rows = self.labels.words, self.managers[:ROWS]
        columns = [_whole(words("Manager"), [row.manager_id for row in rows])]
        if (people := self.labels.people(row.manager_id for row in rows)) is not None:
            columns.append(_wrapped(words("Full name"), people))
        columns.append(_whole(words("Unit"), [row.org_unit or "–" for row in rows]))
        values = [{line.id: spelled(line.value) for line in row.lines} for row in rows]
        for name in names:
            cells = column([value.get(name) for value in values], short=True)
            columns.append(_Column(self.labels(name), cells, max([NARROWEST, *map(cell_len, cells)]), is_figure=True))
        if any(row.missing for row in rows):
            lacking = [", ".join(map(self.labels.lacking, row.missing)) for row in rows]
            columns.append(_wrapped(words("Incomplete for"), lacking, "yellow"))
        return columns


def _whole(heading: str, cells: Sequence[str]) -> _Column:
    return _Column(heading, cells, max(map(cell_len, (heading, *cells))))


def _wrapped(heading: str, cells: Sequence[str], style: str = "") -> _Column:
    longest = max(cell_len(word) for cell in (heading, *cells) for word in cell.split())
    return _Column(heading, cells, longest, style=style)


def _needed(columns: Sequence[_Column]) -> int:
    return sum(one.width for one in columns) + BETWEEN * (len(columns) - 1) + AROUND


def _table(columns: Sequence[_Column], width: int) -> Table:
    room = max(0, width - _needed(columns))
    for one in columns:
        room = one.widen(room, one.cells)
    for one in columns:
        room = one.widen(room, one.heading.split())
    for one in columns:
        room = one.widen(room, [one.heading])
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for one in columns:
        justify: JustifyMethod = "right" if one.is_figure else "left"
        table.add_column(one.heading, justify=justify, width=one.width, style=one.style, overflow="fold")
    for cells in zip(*(one.cells for one in columns), strict=True):
        table.add_row(*map(Text, cells))
    return table


def _least_first(kinds: Mapping[str, str]) -> list[str]:
    """The columns in the order in which they give way: what is paid and the first score stay longest."""
    scores = [name for name, kind in kinds.items() if kind == "score"]
    totals = [name for name, kind in kinds.items() if kind == "total"]
    others = [name for name, kind in kinds.items() if kind in {"grade", "rank"}]
    return [*reversed(scores[1:]), *reversed(others), *totals[:-1], *scores[:1]]
