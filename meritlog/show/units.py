"""Units compared on the terminal: a tree, each unit with the sums of the plan's items and the mean of a manager."""

from __future__ import annotations

from collections.abc import Iterator

from rich import box
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from meritlog.show.figures import column
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
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for heading in ("Unit", "Rank", "Number of managers", "Best manager"):
        table.add_column(
            words(heading), no_wrap=True, justify="right" if heading in {"Rank", "Number of managers"} else "left"
        )
    table.add_column(words("Mean: {line}", line=labels(score)), justify="right", no_wrap=True)
    table.add_column(words("Sum: {line}", line=labels(score)), justify="right", no_wrap=True)
    means = column([row.mean for row in document.rows], short=True)
    sums = column([row.score for row in document.rows], short=True)
    for row, mean, total in zip(document.rows, means, sums, strict=True):
        managers = "" if row.uncredited else str(row.managers)
        table.add_row(
            _named(row, labels), "" if row.rank is None else str(row.rank), managers, _best(row, labels), mean, total
        )
    yield table
    yield from _items(document, labels)


def _items(document: UnitBoard, labels: Labels) -> Iterator[RenderableType]:
    shown = [name for name, value in document.total.items() if value != "0"]
    if not shown:
        return
    if len(document.rows) > SIDE_BY_SIDE:
        yield Text(labels.words("The items of so many units: --json. Of a few: --unit ID."))
        return
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column(labels.words("Line"))
    for row in document.rows:
        table.add_column(_named(row, labels).strip(), justify="right", no_wrap=True)
    table.add_column(labels.words("Whole bank"), justify="right", no_wrap=True)
    columns = [column([row.lines[name] for name in shown], short=True) for row in document.rows]
    totals = column([document.total[name] for name in shown], short=True)
    for place, name in enumerate(shown):
        table.add_row(labels(name), *(figures[place] for figures in columns), totals[place])
    yield table


def _named(row: UnitRow, labels: Labels) -> str:
    if row.org_unit is not None:
        return "  " * row.depth + row.org_unit
    return labels.words("Credited to nobody") if row.uncredited else labels.words("without a unit")


def _best(row: UnitRow, labels: Labels) -> str:
    return "" if row.best is None else f"{row.best} {labels.person(row.best)}".strip()
