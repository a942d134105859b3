"""Several plans settled at once, at a glance: a row a plan with what it came to, those that failed left out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec
from rich.console import RenderableType
from rich.text import Text

from meritlog.show.figures import grouped
from meritlog.show.grid import Column, Grid, Kind
from meritlog.show.statement import short
from meritlog.words import Words
from schemas.statement import Statement


class Settled(msgspec.Struct, frozen=True, rename={"start": "from", "end": "to"}):
    """What one plan's statement says of itself, how many managers and findings it has, and the files it was written to.

    ``incomplete`` are the managers whose result lacks something.
    """

    plan: str
    plan_digest: str
    period: str
    start: str
    end: str
    through: str
    position: int | str
    log_head: str
    status: str
    managers: int
    incomplete: int
    findings: int
    digest: str
    files: list[str]

    @classmethod
    def of(cls, statement: Statement, files: Sequence[Path]) -> Settled:
        """The outcome of ``statement``, without its figures: ten plans of a large bank would fill the memory."""
        return cls(
            plan=statement.plan,
            plan_digest=statement.plan_digest,
            period=statement.period,
            start=statement.start,
            end=statement.end,
            through=statement.through,
            position=statement.position,
            log_head=statement.log_head,
            status=statement.status,
            managers=len(statement.managers),
            incomplete=sum(not one.complete for one in statement.managers),
            findings=len(statement.findings),
            digest=str(statement.digest),
            files=[str(file) for file in files],
        )


def outcomes(settled: Sequence[Settled], words: Words) -> Iterator[RenderableType]:
    """A table of what was settled, and the position that all of it is of."""
    if not settled:
        return
    one = settled[0]
    head = Text(words("{first} through {last}", first=one.start, last=one.through), style="bold cyan")
    head.append(f"  {words('position')} {one.position}  {words('log')} {short(one.log_head)}", style="dim")
    yield head
    columns = [Column(words("Plan"), [one.plan for one in settled])]
    for name, heading in (("managers", "Managers"), ("incomplete", "Incomplete"), ("findings", "Findings")):
        counts = [grouped(str(getattr(one, name))) for one in settled]
        columns.append(Column(words(heading), counts, Kind.FIGURE))
    columns.append(Column(words("Digest of the statement"), [short(one.digest) for one in settled]))
    yield Grid(columns, words)
    yield from (Text(words("Written: {file}", file=file)) for one in settled for file in one.files)
