"""The leaderboard on the terminal: best first, with the ranks won and lost since the day before."""

from __future__ import annotations

from collections.abc import Iterator

from rich import box
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from meritlog.show.figures import column
from meritlog.show.labels import Labels
from schemas.statement import Board

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
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    named = labels.people(row.manager_id for row in rows)
    table.add_column(words("Rank"), justify="right", no_wrap=True)
    for heading in ("Change", "Manager", *(["Full name"] if named else []), "Unit"):
        table.add_column(words(heading), no_wrap=True)
    table.add_column(labels(score), justify="right", no_wrap=True)
    told = any(row.last_event for row in rows)
    if told:
        table.add_column(words("Last event"))
    figures = column([row.score for row in rows], short=True)
    for row, figure, name in zip(rows, figures, named or [""] * len(rows), strict=True):
        rank = "–" if row.rank is None else str(row.rank)
        last = [str((row.last_event or {}).get("event_id", ""))] if told else []
        style = MEDALS.get(row.rank or 0, "")
        table.add_row(
            Text(rank, style=style),
            change(row.change),
            Text(row.manager_id, style=style),
            *([name] if named else []),
            row.org_unit or "–",
            figure,
            *last,
        )
    yield table
    if len(document.rows) > len(rows):
        yield Text(words("… and {count} more: --json", count=len(document.rows) - len(rows)))


def change(ranks: int) -> Text:
    """Ranks won (▲) or lost (▼); a dot where the place is the same."""
    if ranks == 0:
        return Text("·", style="dim")
    return Text(f"▲{ranks}", style="green") if ranks > 0 else Text(f"▼{-ranks}", style="red")
