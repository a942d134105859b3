"""Plans on the terminal: what there is, and one plan as the document that its staff read (``meritlog.paper``)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich import box
from rich.console import RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from meritlog.paper import blocks
from meritlog.paper.plan import plan_paper
from meritlog.paper.text import text_of
from meritlog.show.labels import Labels
from meritlog.words import Words
from schemas.plan import Plan

TONES = {"plain": "", "note": "italic dim", "warning": "yellow"}


def plan_list(plans: Sequence[Plan], words: Words) -> Table:
    """The plans, one a row."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column(words("Plan"), no_wrap=True)
    table.add_column(words("Title"))
    table.add_column(words("From the document"))
    for plan in plans:
        table.add_row(plan.plan, plan.title.text(words.language), plan.source.text(words.language))
    return table


def plan_page(plan: Plan, digest: str, labels: Labels) -> Iterator[RenderableType]:
    """A plan from its title to the figures that the bank sets."""
    paper = plan_paper(plan, digest, labels)
    head = Text(paper.title, style="bold")
    head.append(f"  {paper.subtitle}", style="bold cyan")
    yield head
    for block in paper.blocks:
        yield from _block(block)


def _block(block: blocks.Block) -> Iterator[RenderableType]:
    match block:
        case blocks.Heading(text):
            yield Text(f"\n{text}", style="bold underline")
        case blocks.Paragraph(text, tone):
            yield Text(text, style=TONES[tone])
        case blocks.Facts(pairs):
            yield from (Text(f"{name}: {value}", style="dim") for name, value in pairs)
        case blocks.Table():
            yield Padding(_table(block), (0, 0, 0, 2))
        case blocks.Rule():
            yield from _rule(block)


def _rule(rule: blocks.Rule) -> Iterator[Text]:
    head = Text(f"\n{rule.name}", style="bold")
    head.append(f"  {rule.id}", style="not bold cyan")
    head.append(f"  {' · '.join(rule.tags)}", style="not bold dim")
    if rule.clause:
        head.append(f"  § {rule.clause}", style="not bold dim")
    yield head
    if rule.formula is not None:
        yield Text(f"  = {text_of(rule.formula)}")
    if rule.text:
        yield Text(f"  {rule.text}")
    yield from (Text(f"  {note}", style="italic dim") for note in rule.notes)


def _table(block: blocks.Table) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for place, heading in enumerate(block.headings):
        table.add_column(heading, justify="right" if place in block.right else "left", overflow="fold")
    for row in block.rows:
        table.add_row(*row)
    return table
