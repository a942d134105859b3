"""Units compared on the terminal: a tree, each unit with the sums of the plan's items and the mean of a manager."""

from __future__ import annotations

from collections.abc import Iterator
from operator import attrgetter

from rich.console import RenderableType
from rich.text import Text

from meritlog.show.figures import column
from meritlog.show.grid import Column, Grid, Kind
from meritlog.show.labels import Labels
from schemas.statement import UnitBoard, UnitRow

SIDE_BY_SIDE = 6
"""Units whose items stand beside each other; more find no room."""


def units(document: UnitBoard, labels: Labels, score: str) -> Iterator[RenderableType]:
    """The comparison; ``score`` is the id of the line that ranks units. Items that are 0 everywhere are left out."""
    words = labels.words
    head = Text(f"{labels.title or document.plan}", style="bold")
    head.append(f"  {document.period}", style="bold cyan")
    head.append(f"  {words('through {day}', day=document.through)}  ·  {words('position')} {document.position}")
    yield head
    rows = document.rows
    ranks = ["" if row.rank is None else str(row.rank) for row in rows]
    managers = ["" if row.uncredited else str(row.managers) for row in rows]
    means, sums = (column([*map(attrgetter(name), rows)], short=True) for name in ("mean", "score"))
    yield Grid(
        [
            Column(words("Unit"), [_named(row, labels) for row in rows]),
            Column(words("Rank"), ranks, Kind.FIGURE),
            Column(words("Number of managers"), managers, Kind.FIGURE),
            Column(words("Best manager"), [_best(row, labels) for row in rows], Kind.TEXT),
            Column(words("Mean: {line}", line=labels(score)), means, Kind.FIGURE),
            Column(words("Sum: {line}", line=labels(score)), sums, Kind.FIGURE),
        ],
        words,
        yielding=(3, 2, 5),
    )
    yield from _items(document, labels)


def _items(document: UnitBoard, labels: Labels) -> Iterator[RenderableType]:
    shown = [name for name, value in document.total.items() if value != "0"]
    if not shown:
        return
    if len(document.rows) > SIDE_BY_SIDE:
        yield Text(labels.words("The items of so many units: --json. Of a few: --unit ID."))
        return
    columns = [Column(labels.words("Line"), [labels(name) for name in shown], Kind.TEXT)]
    for row in document.rows:
        figures = column([row.lines[name] for name in shown], short=True)
        columns.append(Column(_named(row, labels).strip(), figures, Kind.FIGURE))
    totals = column([document.total[name] for name in shown], short=True)
    columns.append(Column(labels.words("Whole bank"), totals, Kind.FIGURE))
    yield Grid(columns, labels.words)


def _named(row: UnitRow, labels: Labels) -> str:
    if row.org_unit is not None:
        return "  " * row.depth + row.org_unit
    return labels.words("Credited to nobody") if row.uncredited else labels.words("without a unit")


def _best(row: UnitRow, labels: Labels) -> str:
    return "" if row.best is None else f"{row.best} {labels.person(row.best)}".strip()
