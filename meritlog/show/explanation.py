"""An explanation on the terminal: a tree from a line through clause and formula down to the events.

It is made to be read: what is 0 without a single event, and what has no value, is named in one line instead of told,
and a rule stands once with the labels of what it is made of and once with their values. ``--json`` has everything.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.padding import Padding
from rich.text import Text
from rich.tree import Tree

from meritlog.paper.told import in_words, is_nothing, parameters, rate_row, rules
from meritlog.show.figures import Count, column, grouped
from meritlog.show.grid import Column, Kind, needed, table
from meritlog.show.labels import Labels
from schemas.statement import CreditRow, Explanation, Node

INDENTED = (0, 0, 0, 2)


def explanation(document: Explanation, labels: Labels) -> Tree:
    """The whole tree, its root the manager and the period."""
    words = labels.words
    root = Text(document.manager_id, style="bold")
    if person := labels.person(document.manager_id):
        root.append(f"  {person}", "not bold")
    root.append(f"  {labels.title or document.plan}  {document.period}", style="bold cyan")
    root.append(f"  {words('through {day}', day=document.through)}  ·  {words('position')} {document.position}", "dim")
    tree = Tree(root, guide_style="dim")
    for heading, names in (
        ("Incomplete for", [*map(labels.lacking, document.missing)]),
        ("Left out of a mean", [*map(labels.gap, document.gaps)]),
    ):
        if names:
            tree.add(Text(f"{words(heading)}: {', '.join(names)}", style="yellow"))
    _grow(tree, in_words(document, labels).lines, labels)
    return tree


def _grow(tree: Tree, nodes: Iterable[Node], labels: Labels) -> None:
    zero: list[str] = []
    without: list[str] = []
    for node in nodes:
        if is_nothing(node):
            (without if node.value is None else zero).append(labels.told(node.label or None, node.id))
        else:
            _grow(tree.add(Group(*_told(node, labels))), node.inputs, labels)
    for what, names in ((labels.words("No value"), without), ("0", zero)):
        if names:
            tree.add(Text(f"{what}: {', '.join(names)}", style="dim"))


def _told(node: Node, labels: Labels) -> Iterable[RenderableType]:
    words = labels.words
    first = Text(labels.told(node.label or None, node.id), style="bold")
    first.append("  ")
    first.append("–" if node.value is None else grouped(node.value), style="bold green")
    inherited = None if isinstance(node, Explanation) else node.period
    for extra in (node.unit if node.value is not None else None, inherited):
        if extra:
            first.append(f" {extra}", style="green")
    if node.as_of:
        first.append(f"  {words('position')} {node.as_of}", style="dim")
    if node.due:
        first.append(f"  {words('due on {day}', day=node.due)}", style="dim")
    if node.clause:
        first.append(f"  {words('clause')} {node.clause}", style="cyan")
    if node.repeats:
        first.append(f"  ({words('explained above')})", style="dim")
    yield first
    yield from (Text(f"= {rule}", style="dim") for rule in rules(node))
    yield from (Text(f"  {rate_row(row, labels)}", style="dim") for row in node.rows or [])
    yield from (Text(f"  {told}", style="dim") for told in parameters(node, labels))
    if node.reading:
        yield Padding(Text(f"{words('our reading')}: {words.label(node.reading, '')}", style="italic dim"), INDENTED)
    if node.credits:
        yield Padding(Credits(node.credits, labels), INDENTED)


@dataclass(frozen=True, slots=True)
class Credits:
    """The events that a measure adds up, the greatest first where they are limited, with one row for all others.

    Deep in a tree there may be no room for a table: then each event is a line, or as many as it takes.
    """

    rows: Sequence[CreditRow]
    labels: Labels

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        columns = self._columns()
        if needed(columns, broken=True) <= options.max_width:
            yield table(columns, options.max_width, edge=False)
            return
        for cells in zip(*(one.cells for one in columns), strict=True):
            told = [f"{one.heading} {str(cell).strip()}" for one, cell in zip(columns, cells, strict=True) if str(cell)]
            yield Text(" · ".join(told))

    def _columns(self) -> list[Column]:
        words, rows = self.labels.words, self.rows
        events: list[str | Text] = [
            Text(words("{count:other event/other events}", count=Count(row.others)), style="italic")
            if row.others
            else row.event_id or ""
            for row in rows
        ]
        return [
            Column(words("Event"), events),
            Column(words("Position"), [str(row.position or "") for row in rows], Kind.FIGURE),
            Column(words("Business date"), [row.on or "" for row in rows]),
            Column(words("Share"), [row.share or "" for row in rows], Kind.FIGURE),
            Column(words("Amount"), column([row.amount or "" for row in rows]), Kind.FIGURE),
            Column(words("Contribution"), column([row.contribution for row in rows]), Kind.FIGURE),
        ]
