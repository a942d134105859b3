"""An explanation on the terminal: a tree from a line through clause and formula down to the events."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec
from rich import box
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text
from rich.tree import Tree

from meritlog.show.figures import column, grouped
from meritlog.show.labels import Labels
from schemas.statement import CreditRow, Explanation, Node

INDENTED = (0, 0, 0, 2)


def explanation(document: Explanation, labels: Labels) -> Tree:
    """The whole tree, its root the manager and the period."""
    words = labels.words
    root = Text(document.manager_id, style="bold")
    root.append(f"  {labels.title or document.plan}  {document.period}", style="bold cyan")
    root.append(f"  {words('through {day}', day=document.through)}  ·  {words('position')} {document.position}", "dim")
    tree = Tree(root, guide_style="dim")
    for heading, names in (("Incomplete for", document.missing), ("Left out of a mean", document.gaps)):
        if names:
            tree.add(Text(f"{words(heading)}: {', '.join(names)}", style="yellow"))
    for node in document.tree:
        _grow(tree, node, labels)
    return tree


def _grow(tree: Tree, node: Node, labels: Labels) -> None:
    branch = tree.add(Group(*_told(node, labels)))
    for each in node.inputs or ():
        _grow(branch, _as_node(each), labels)


def _as_node(each: object) -> Node:
    return each if isinstance(each, Node) else msgspec.convert(each, Node)


def _told(node: Node, labels: Labels) -> Iterable[RenderableType]:
    words = labels.words
    first = Text(labels.told(node.label or None, node.id), style="bold")
    first.append("  ")
    first.append("–" if node.value is None else grouped(node.value), style="bold green")
    for extra in (node.unit, node.period):
        if extra:
            first.append(f" {extra}", style="green")
    if node.clause:
        first.append(f"  {words('clause')} {node.clause}", style="cyan")
    if node.repeats:
        first.append(f"  ({words('explained above')})", style="dim")
    yield first
    if node.formula:
        yield Text(f"= {node.formula}", style="dim")
    if node.parameters:
        for name, parameter in node.parameters.items():
            since = words("since {day}", day=parameter.since)
            yield Text(f"  {labels(name)} = {parameter.value}  ({since})", style="dim")
    if node.reading:
        yield Padding(Text(f"{words('our reading')}: {words.label(node.reading, '')}", style="italic dim"), INDENTED)
    if node.credits:
        yield Padding(credits(node.credits, labels), INDENTED)


def credits(rows: Iterable[CreditRow], labels: Labels) -> Table:
    """The events that a measure adds up, the greatest first where they are limited, with one row for all others."""
    words = labels.words
    listed = list(rows)
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
    for name in ("Event", "Position", "Business date", "Share", "Amount", "Contribution"):
        right = name in {"Position", "Share", "Amount", "Contribution"}
        table.add_column(words(name), justify="right" if right else "left", no_wrap=name != "Event")
    amounts = column([row.amount or "" for row in listed])
    contributions = column([row.contribution for row in listed])
    for row, amount, contribution in zip(listed, amounts, contributions, strict=True):
        if row.others:
            others = words("{count} other events", count=row.others)
            table.add_row(Text(others, style="italic"), "", "", "", "", contribution)
            continue
        position = str(row.position) if row.position else ""
        table.add_row(row.event_id or "", position, row.on or "", row.share or "", amount, contribution)
    return table
