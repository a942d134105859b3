"""Plans on the terminal: what there is, and one plan as the document that its staff read (``meritlog.paper``)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import RenderableType
from rich.padding import Padding
from rich.text import Text

from meritlog.paper import blocks
from meritlog.paper.plan import plan_paper
from meritlog.paper.text import text_of
from meritlog.show.grid import Column, Grid, Kind
from meritlog.show.labels import Labels
from meritlog.words import Words
from schemas.plan import Plan

TONES = {"plain": "", "note": "italic dim", "warning": "yellow"}


def plan_list(plans: Sequence[Plan], words: Words) -> Grid:
    """The plans, one a row."""
    return Grid(
        [
            Column(words("Plan"), [plan.plan for plan in plans]),
            Column(words("Title"), [plan.title.text(words.language) for plan in plans], Kind.TEXT),
            Column(words("From the document"), [plan.source.text(words.language) for plan in plans], Kind.TEXT),
        ],
        words,
        yielding=(),
    )


def plan_page(plan: Plan, digest: str, labels: Labels) -> Iterator[RenderableType]:
    """A plan from its title to the figures that the bank sets."""
    paper = plan_paper(plan, digest, labels)
    head = Text(paper.title, style="bold")
    head.append(f"  {paper.subtitle}", style="bold cyan")
    yield head
    for block in paper.blocks:
        yield from _block(block, labels.words)


def _block(block: blocks.Block, words: Words) -> Iterator[RenderableType]:
    match block:
        case blocks.Heading(text):
            yield Text(f"\n{text}", style="bold underline")
        case blocks.Paragraph(text, tone):
            yield Text(text, style=TONES[tone])
        case blocks.Facts(pairs):
            yield from (Text(f"{name}: {value}", style="dim") for name, value in pairs)
        case blocks.Table():
            yield Padding(_table(block, words), (0, 0, 0, 2))
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


def _table(block: blocks.Table, words: Words) -> Grid:
    columns = [
        Column(heading, [row[place] for row in block.rows], Kind.FIGURE if place in block.right else Kind.TEXT)
        for place, heading in enumerate(block.headings)
    ]
    return Grid(columns, words, yielding=())
