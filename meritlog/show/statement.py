"""A statement on the terminal: the bank at a glance, or one manager line by line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import UNSET
from rich import box
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from meritlog.show.figures import column
from meritlog.show.glance import Glance
from meritlog.show.labels import Labels
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
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column(words("Line"))
    table.add_column(words("Kind"))
    table.add_column(words("Value"), justify="right", no_wrap=True)
    table.add_column(words("Unit of value"))
    table.add_column(words("Clause"))
    figures = column([labels.word(line.value) for line in manager.lines])
    for line, figure in zip(manager.lines, figures, strict=True):
        table.add_row(labels(line.id), words(line.kind), figure, _unit(line), _said(line.clause), style=_style(line))
    yield table
    yield from map(Text, labels.adjusting(manager.lines))
    for heading_text, names in (
        ("Incomplete for", [*map(labels.lacking, manager.missing)]),
        ("Left out of a mean", [*map(labels.gap, manager.gaps)]),
    ):
        if names:
            yield Text(f"{words(heading_text)}: {', '.join(names)}", style="yellow")


def _said(text: object) -> str:
    return "" if text is UNSET or text is None else str(text)


def _unit(line: StatementLine) -> str:
    return _said(line.unit)


def _style(line: StatementLine) -> str:
    return "bold" if line.kind in {"total", "grade", "rank"} else ""


def _uncredited(document: Statement, labels: Labels) -> Iterator[RenderableType]:
    rows = [amount for amount in document.uncredited if amount.value != "0"]
    if not rows:
        return
    yield Text(labels.words("Credited to nobody (no team, shares below 1, or a manager who left)"), style="bold")
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column(labels.words("Line"))
    table.add_column(labels.words("Value"), justify="right", no_wrap=True)
    for amount, figure in zip(rows, column([row.value for row in rows]), strict=True):
        table.add_row(labels(amount.id), figure)
    yield table


def findings(found: Sequence[Finding], labels: Labels) -> Iterator[RenderableType]:
    """What contradicts itself in the log; it stopped nothing."""
    words = labels.words
    yield Text(words("Findings: what contradicts itself in the log; nothing stops for it"), style="bold")
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column(words("About"), no_wrap=True)
    table.add_column(words("What"))
    table.add_column(words("Events"))
    for finding in found[:FINDINGS_SHOWN]:
        events = ", ".join(event.get("event_id", "") for event in finding.events)
        table.add_row(finding.about, words.label(finding.text, finding.id), events)
    yield table
    if len(found) > FINDINGS_SHOWN:
        yield Text(words("… and {count} more: --json", count=len(found) - FINDINGS_SHOWN))
