"""Two statements compared on the terminal, and the audit of a closed one: sums first, then managers, then events."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from operator import attrgetter

from msgspec import UNSET
from rich import box
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from meritlog.show.figures import column
from meritlog.show.labels import Labels
from meritlog.show.statement import short
from schemas.comparison import Arrived, Audit, Comparison, EventChange, LineChange, ManagerChange, Side

MANAGERS_SHOWN = 20
EVENTS_SHOWN = 10


def comparison(document: Comparison, labels: Labels) -> Iterator[RenderableType]:
    """Both sides, and what differs between them."""
    yield from _sides(document, labels)
    yield from _what_differs(document, labels)


def audit(document: Audit, labels: Labels) -> Iterator[RenderableType]:
    """Whether the settlement is what was closed, and what has come in since."""
    words, made = labels.words, document.made_again
    head = Text(f"{labels.title or document.plan}  {document.period}", style="bold")
    head.append(f"  {document.settlement_id}  ·  {words('paid') if document.paid else words('not yet paid')}")
    yield head
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for name in (words("What"), words("Closed as"), words("Made again")):
        table.add_column(name)
    table.add_row(words("Position"), str(document.position), str(made.position))
    table.add_row(words("Log head"), short(document.log_head), short(made.log_head))
    table.add_row(words("Statement"), short(document.result_digest), short(made.digest))
    yield table
    if document.equal:
        yield Text(words("Equal: the settlement is what was closed, to the last digit."), style="green")
    else:
        yield Text(words("NOT EQUAL: what the log gives is not what was closed."), style="bold red")
    if document.differences is not UNSET and document.differences:
        yield Text(words("Lines that differ from the statement given"), style="bold")
        yield from _managers(document.differences, labels)
    if document.later.equal:
        yield Text(words("Nothing that came in since would change it."))
    else:
        yield Text(words("What came in since would change it; it stays closed"), style="bold")
        yield from _what_differs(document.later, labels)


def _sides(document: Comparison, labels: Labels) -> Iterator[RenderableType]:
    words = labels.words
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for name in ("", words("Plan"), words("Period"), words("Through"), words("Position"), words("Statement")):
        table.add_column(name, no_wrap=True)
    for name, side in ((words("Before"), document.before), (words("After"), document.after)):
        plan = f"{side.plan} {short(side.plan_digest)}"
        named = f"{name}: {_named(side, labels)}"
        table.add_row(named, plan, side.period, side.through, str(side.position), short(side.digest))
    yield table


def _named(side: Side, labels: Labels) -> str:
    return labels.words.catalogue.get(side.of, side.of)


def _what_differs(document: Comparison, labels: Labels) -> Iterator[RenderableType]:
    words = labels.words
    if document.equal:
        yield Text(words("Equal in every line of every manager."), style="green")
        return
    if document.totals:
        yield Text(words("All managers together"), style="bold")
        yield _lines([("", change) for change in document.totals], labels, named=False)
    yield from _managers(document.managers, labels)
    if document.arrived is not UNSET and document.arrived:
        yield from _arrived(document.arrived, labels)
    if document.uncredited:
        yield Text(words("Credited to nobody"), style="bold")
        yield _lines([("", change) for change in document.uncredited], labels, named=False)


def _arrived(arrived: Sequence[Arrived], labels: Labels) -> Iterator[RenderableType]:
    words = labels.words
    yield Text(words("What came in between and says how business counts"), style="bold")
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for name in (words("Event"), words("Type of event"), words("Position"), words("Business date")):
        table.add_column(name, no_wrap=True)
    shown = arrived[:EVENTS_SHOWN]
    for one in shown:
        table.add_row(one.event_id, one.type, str(one.position), one.on)
    yield table
    if len(arrived) > len(shown):
        yield Text(words("… and {count} more: --json", count=len(arrived) - len(shown)))


def _managers(changes: Sequence[ManagerChange], labels: Labels) -> Iterator[RenderableType]:
    words = labels.words
    shown = changes[:MANAGERS_SHOWN]
    lines = [(change.manager_id, line) for change in shown for line in change.lines]
    if lines:
        yield _lines(lines, labels, named=True)
    for change in shown:
        if change.missing_after is not UNSET:
            lacking = ", ".join(map(labels.lacking, change.missing_after)) or words("nothing")
            yield Text(f"{change.manager_id}: {words('Incomplete for')} {lacking}", style="yellow")
    if len(changes) > len(shown):
        yield Text(words("… and {count} more: --json", count=len(changes) - len(shown)))
    for change in shown:
        if change.events is not UNSET and change.events:
            yield from _events(change.manager_id, change.events, labels)


def _lines(changes: Sequence[tuple[str, LineChange]], labels: Labels, *, named: bool) -> Table:
    words = labels.words
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    if named:
        table.add_column(words("Manager"), no_wrap=True)
    table.add_column(words("Line"))
    for name in (words("Before"), words("After"), words("Difference")):
        table.add_column(name, justify="right", no_wrap=True)
    figures = [
        column([labels.word(value) if value is not None else None for value in values], short=True)
        for values in zip(*((one.before, one.after, one.difference) for _, one in changes), strict=True)
    ]
    last = ""
    for place, (manager, change) in enumerate(changes):
        who = f"{manager}  {labels.person(manager)}".rstrip() if manager != last else ""
        last = manager
        table.add_row(*([who] if named else []), labels(change.id), *(figure[place] for figure in figures))
    return table


def _events(manager: str, events: Sequence[EventChange], labels: Labels) -> Iterator[RenderableType]:
    words = labels.words
    yield Text(words("Events that account for {manager}", manager=manager), style="bold")
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for name in (words("Measure"), words("Event"), words("Position"), words("Business date")):
        table.add_column(name, no_wrap=True)
    for name in (words("Before"), words("After")):
        table.add_column(name, justify="right", no_wrap=True)
    shown = events[:EVENTS_SHOWN]
    before, after = (column([*map(attrgetter(name), shown)], short=True) for name in ("before", "after"))
    for one, was, now in zip(shown, before, after, strict=True):
        table.add_row(labels(one.measure), one.event_id, str(one.position), one.on or "", was, now)
    yield table
    if len(events) > len(shown):
        yield Text(words("… and {count} more: --json", count=len(events) - len(shown)))
