"""The leaderboard on the terminal: best first, with the ranks won and lost since the day before."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import RenderableType
from rich.text import Text

from meritlog.show.figures import column
from meritlog.show.grid import Column, Grid, Kind
from meritlog.show.labels import Labels
from schemas.statement import Board, BoardRow

MEDALS = {1: "bold yellow", 2: "bold white", 3: "bold red"}
FIRST_ROWS = 50


def board(document: Board, labels: Labels, score: str, first: int = FIRST_ROWS) -> Iterator[RenderableType]:
    """The board, its ``first`` rows where it is longer; ``score`` is the id of the line that it is ordered by."""
    words = labels.words
    head = Text(f"{labels.title or document.plan}", style="bold")
    head.append(f"  {document.period}", style="bold cyan")
    if isinstance(document.org_unit, str):
        head.append(f"  {document.org_unit}")
    head.append(f"  {words('through {day}', day=document.through)}  ·  {words('position')} {document.position}")
    yield head
    for finding in document.findings or ():
        yield Text(words.label(finding.text, finding.id), style="bold red")
    rows = document.rows[:first]
    if not rows:
        yield Text(words("No manager was in post or credited in this period."))
        return
    yield _rows(rows, labels, score)
    if len(document.rows) > len(rows):
        yield Text(words("… and {count} more: --json", count=len(document.rows) - len(rows)))


def _rows(rows: Sequence[BoardRow], labels: Labels, score: str) -> Grid:
    words = labels.words
    styles = [MEDALS.get(row.rank or 0, "") for row in rows]
    ranks = ["–" if row.rank is None else str(row.rank) for row in rows]
    ranked, managers = (
        [Text(cell, style=style) for cell, style in zip(cells, styles, strict=True)]
        for cells in (ranks, [row.manager_id for row in rows])
    )
    columns = [
        Column(words("Rank"), ranked, Kind.FIGURE),
        Column(words("Change"), [change(row.change) for row in rows]),
        Column(words("Manager"), managers),
        Column(labels(score), column([row.score for row in rows], short=True), Kind.FIGURE),
    ]
    columns.insert(3, Column(words("Unit"), [row.org_unit or "–" for row in rows]))
    if (people := labels.people(row.manager_id for row in rows)) is not None:
        columns.insert(3, Column(words("Full name"), people, Kind.TEXT))
    if any(row.last_event for row in rows):
        last = [str((row.last_event or {}).get("event_id", "")) for row in rows]
        columns.append(Column(words("Last event"), last))
    yielding = [place for place in range(len(columns) - 1, 2, -1) if columns[place].kind is not Kind.FIGURE]
    return Grid(columns, words, yielding)


def change(ranks: int) -> Text:
    """Ranks won (▲) or lost (▼); a dot where the place is the same."""
    if ranks == 0:
        return Text("·", style="dim")
    return Text(f"▲{ranks}", style="green") if ranks > 0 else Text(f"▼{-ranks}", style="red")
