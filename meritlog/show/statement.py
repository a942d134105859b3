"""A statement on the terminal: the bank at a glance, or one manager line by line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from msgspec import UNSET
from rich import box
from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

from meritlog.show.figures import column
from meritlog.show.labels import Labels
from schemas.statement import Finding, ManagerStatement, Statement, StatementLine

GLANCE_KINDS = {"score", "rank", "grade", "total"}
GLANCE_ROWS = 40
NARROWEST = 8
WIDEST = 1000
EDGES = 2  # the table's own margins, which its measurement leaves out


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


@dataclass(frozen=True, slots=True)
class Glance:
    """Every manager in one row: scores, rank, grade and totals, as many as there is room for.

    Items are shown manager by manager. A narrow terminal may wrap a heading, never a figure; what has no room is named.
    """

    managers: Sequence[ManagerStatement]
    labels: Labels

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        words = self.labels.words
        kinds = {line.id: line.kind for row in self.managers for line in row.lines if line.kind in GLANCE_KINDS}
        table = self._table(list(kinds))
        left_out = []
        for name in _least_first(kinds):
            if Measurement.get(console, options.update(max_width=WIDEST), table).minimum + EDGES <= options.max_width:
                break
            left_out.append(name)
            table = self._table([other for other in kinds if other not in left_out])
        yield table
        if left_out:
            yield Text(words("No room for: {columns}", columns=", ".join(map(self.labels, left_out))), style="dim")
        if len(self.managers) > GLANCE_ROWS:
            count = len(self.managers) - GLANCE_ROWS
            yield Text(
                words("… and {count} more managers. All of them: --out statement.xlsx. One: --manager ID", count=count)
            )

    def _table(self, names: Sequence[str]) -> Table:
        words = self.labels.words
        shown = self.managers[:GLANCE_ROWS]
        table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
        named = self.labels.people(row.manager_id for row in shown)
        table.add_column(words("Manager"), no_wrap=True)
        if named:
            table.add_column(words("Full name"))
        table.add_column(words("Unit"), no_wrap=True)
        values = [{line.id: line.value for line in row.lines} for row in shown]
        columns = [column([value.get(name) for value in values], short=True) for name in names]
        for name, figures in zip(names, columns, strict=True):
            widest = max(map(cell_len, figures), default=0)
            table.add_column(self.labels(name), justify="right", min_width=max(widest, NARROWEST))
        if any(row.missing for row in shown):
            table.add_column(words("Incomplete for"))
        for number, row in enumerate(shown):
            who = (row.manager_id, named[number]) if named else (row.manager_id,)
            told = (figures[number] for figures in columns)
            table.add_row(*who, row.org_unit or "–", *told, *_reasons(row))
        return table


def _least_first(kinds: Mapping[str, str]) -> list[str]:
    """The columns in the order in which they give way: what is paid and the first score stay longest."""
    scores = [name for name, kind in kinds.items() if kind == "score"]
    totals = [name for name, kind in kinds.items() if kind == "total"]
    others = [name for name, kind in kinds.items() if kind in {"grade", "rank"}]
    return [*reversed(scores[1:]), *reversed(others), *totals[:-1], *scores[:1]]


def _reasons(row: ManagerStatement) -> Iterator[Text]:
    if row.missing:
        yield Text(", ".join(row.missing), style="yellow")


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
    for heading_text, names in (("Incomplete for", manager.missing), ("Left out of a mean", manager.gaps)):
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
    for finding in found[:GLANCE_ROWS]:
        events = ", ".join(event.get("event_id", "") for event in finding.events)
        table.add_row(finding.about, words.label(finding.text, finding.id), events)
    yield table
    if len(found) > GLANCE_ROWS:
        yield Text(words("… and {count} more: --json", count=len(found) - GLANCE_ROWS))
