"""Two statements compared on the terminal, and the audit of a closed one: sums first, then managers, then events."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from operator import attrgetter

from msgspec import UNSET
from rich.console import RenderableType
from rich.text import Text

from meritlog.show.figures import column
from meritlog.show.grid import Column, Grid, Kind
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
    yield Grid(
        [
            Column(words("What"), [words("Position"), words("Log head"), words("Statement")], Kind.TEXT),
            Column(
                words("Closed as"),
                [str(document.position), short(document.log_head), short(document.result_digest)],
                Kind.TEXT,
            ),
            Column(words("Made again"), [str(made.position), short(made.log_head), short(made.digest)], Kind.TEXT),
        ],
        words,
        yielding=(),
    )
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
    named = ((words("Before"), document.before), (words("After"), document.after))
    sides = [side for _, side in named]
    columns = [Column("", [f"{name}: {_named(side, labels)}" for name, side in named], Kind.TEXT)]
    for heading, cells in (
        ("Plan", [f"{side.plan} {short(side.plan_digest)}" for side in sides]),
        ("Period", [side.period for side in sides]),
        ("Through", [side.through for side in sides]),
        ("Position", [str(side.position) for side in sides]),
        ("Statement", [short(side.digest) for side in sides]),
    ):
        columns.append(Column(words(heading), cells, Kind.TEXT))
    yield Grid(columns, words, yielding=())


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
    shown = arrived[:EVENTS_SHOWN]
    yield Grid(
        [
            Column(words("Event"), [one.event_id for one in shown]),
            Column(words("Type of event"), [one.type for one in shown]),
            Column(words("Position"), [str(one.position) for one in shown]),
            Column(words("Business date"), [one.on for one in shown]),
        ],
        words,
    )
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


def _lines(changes: Sequence[tuple[str, LineChange]], labels: Labels, *, named: bool) -> Grid:
    words = labels.words
    columns = []
    if named:
        whose = [manager for manager, _ in changes]
        who = [
            f"{manager}  {labels.person(manager)}".rstrip() if manager != before else ""
            for before, manager in zip(["", *whose], whose, strict=False)
        ]
        columns.append(Column(words("Manager"), who))
    columns.append(Column(words("Line"), [labels(change.id) for _, change in changes], Kind.TEXT))
    for heading, name in (("Before", "before"), ("After", "after"), ("Difference", "difference")):
        values = [getattr(change, name) for _, change in changes]
        figures = column([labels.word(value) if value is not None else None for value in values], short=True)
        columns.append(Column(words(heading), figures, Kind.FIGURE))
    after = len(columns) - 2
    return Grid(columns, words, yielding=(after, after - 1))


def _events(manager: str, events: Sequence[EventChange], labels: Labels) -> Iterator[RenderableType]:
    words = labels.words
    yield Text(words("Events that account for {manager}", manager=manager), style="bold")
    shown = events[:EVENTS_SHOWN]
    before, after = (column([*map(attrgetter(name), shown)], short=True) for name in ("before", "after"))
    yield Grid(
        [
            Column(words("Measure"), [labels(one.measure) for one in shown], Kind.TEXT),
            Column(words("Event"), [one.event_id for one in shown]),
            Column(words("Position"), [str(one.position) for one in shown]),
            Column(words("Business date"), [one.on or "" for one in shown]),
            Column(words("Before"), before, Kind.FIGURE),
            Column(words("After"), after, Kind.FIGURE),
        ],
        words,
        yielding=(3, 2),
    )
    if len(events) > len(shown):
        yield Text(words("… and {count} more: --json", count=len(events) - len(shown)))
