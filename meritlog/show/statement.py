"""A statement on the terminal: the bank at a glance, or one manager line by line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import RenderableType
from rich.text import Text

from meritlog.show.figures import column
from meritlog.show.glance import Glance
from meritlog.show.grid import Column, Grid, Kind
from meritlog.show.labels import Labels, said
from schemas.statement import Finding, ManagerStatement, Statement, StatementLine

FINDINGS_SHOWN = 40


def statement(document: Statement, labels: Labels) -> Iterator[RenderableType]:
    """The parts of a statement, to be printed one after the other."""
    yield heading(document, labels)
    if not document.managers:
        yield Text(labels.words("No manager was in post or credited in this period."))
    elif len(document.managers) == 1:
        yield from one_manager(document.managers[0], labels)
    else:
        yield Glance(document.managers, labels)
        yield from _uncredited(document, labels)
    if document.findings:
        yield from findings(document.findings, labels)


def heading(document: Statement, labels: Labels) -> Text:
    """What was settled, from what, and the digest that names the result."""
    words = labels.words
    head = Text()
    head.append(labels.title or document.plan, style="bold")
    head.append(f"  {document.period}", style="bold cyan")
    status = words(document.status)
    days = words("{first} through {last}", first=document.start, last=document.through)
    head.append(f"  {days}  ·  {status}\n")
    for name, value in (("position", document.position), ("log", document.log_head), ("plan", document.plan_digest)):
        head.append(f"{words(name)} {short(str(value))}  ", style="dim")
    if isinstance(document.digest, str):
        head.append(f"{words('statement')} {short(document.digest)}", style="dim")
    return head


def short(digest: str) -> str:
    """The beginning of a digest, enough for a person to tell it from others."""
    return digest[: len("sha256:") + 12] if digest.startswith("sha256:") else digest


def one_manager(manager: ManagerStatement, labels: Labels) -> Iterator[RenderableType]:
    """All lines of one manager in the plan's order, with the clause of the source."""
    words = labels.words
    who = Text(f"{manager.manager_id}", style="bold")
    for more in (labels.person(manager.manager_id), manager.org_unit or ""):
        who.append(f"  {more}" if more else "", style="not bold")
    yield who
    lines = manager.lines
    yield Grid(
        [
            Column(words("Line"), [labels(line.id) for line in lines], Kind.TEXT),
            Column(words("Kind"), [words(line.kind) for line in lines]),
            Column(words("Value"), column([labels.word(line.value) for line in lines]), Kind.FIGURE),
            Column(words("Unit of value"), [said(line.unit) for line in lines]),
            Column(words("Clause"), [said(line.clause) for line in lines], Kind.TEXT),
        ],
        words,
        yielding=(1, 3, 4),
        styles=[_style(line) for line in lines],
    )
    yield from map(Text, labels.adjusting(manager.lines))
    for heading_text, names in (
        ("Incomplete for", [*map(labels.lacking, manager.missing)]),
        ("Left out of a mean", [*map(labels.gap, manager.gaps)]),
    ):
        if names:
            yield Text(f"{words(heading_text)}: {', '.join(names)}", style="yellow")


def _style(line: StatementLine) -> str:
    return "bold" if line.kind in {"total", "grade", "rank"} else ""


def _uncredited(document: Statement, labels: Labels) -> Iterator[RenderableType]:
    rows = [amount for amount in document.uncredited if amount.value != "0"]
    if not rows:
        return
    yield Text(labels.words("Credited to nobody (no team, shares below 1, or a manager who left)"), style="bold")
    lines = Column(labels.words("Line"), [labels(amount.id) for amount in rows], Kind.TEXT)
    values = Column(labels.words("Value"), column([amount.value for amount in rows]), Kind.FIGURE)
    yield Grid([lines, values], labels.words, yielding=())


def findings(found: Sequence[Finding], labels: Labels) -> Iterator[RenderableType]:
    """What contradicts itself in the log; it stopped nothing."""
    words = labels.words
    yield Text(words("Findings: what contradicts itself in the log; nothing stops for it"), style="bold")
    shown = found[:FINDINGS_SHOWN]
    events = [", ".join(event.get("event_id", "") for event in finding.events) for finding in shown]
    yield Grid(
        [
            Column(words("About"), [finding.about for finding in shown]),
            Column(words("What"), [words.label(finding.text, finding.id) for finding in shown], Kind.TEXT),
            Column(words("Events"), events, Kind.TEXT),
        ],
        words,
        yielding=(),
    )
    if len(found) > FINDINGS_SHOWN:
        yield Text(words("… and {count} more: --json", count=len(found) - FINDINGS_SHOWN))
