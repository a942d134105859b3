"""An explanation as a document to hand out: every figure under its number, with rule, values, parameters and events."""

from __future__ import annotations

from collections.abc import Iterator

from meritlog.paper.blocks import Block, Facts, Paper, Paragraph, Rule, Table
from meritlog.paper.told import in_words, is_nothing, parameters, rate_row, rules
from meritlog.show.figures import Count, column, grouped
from meritlog.show.labels import Labels, said
from schemas.statement import CreditRow, Explanation, Node


def explanation_paper(document: Explanation, labels: Labels) -> Paper:
    """The whole tree, from the line, or all lines, down to the events; what is nothing is left out."""
    words = labels.words
    lines = [node for node in in_words(document, labels).lines if not is_nothing(node)]
    blocks = [_about(document, labels)]
    for heading, names in (
        (words("Incomplete for"), [*map(labels.lacking, document.missing)]),
        (words("Left out of a mean"), [*map(labels.gap, document.gaps)]),
    ):
        if names:
            blocks.append(Paragraph(f"{heading}: {', '.join(names)}", "warning"))
    for nth, node in enumerate(lines, 1):
        blocks += _node(node, str(nth), labels)
    who = "  ".join(filter(None, (document.manager_id, labels.person(document.manager_id))))
    return Paper(
        title=labels.title or document.plan,
        subtitle=f"{words('Explanation')} {said(document.period)} · {who}",
        language=words.language.value,
        day=document.through,
        foot=f"{document.plan} · {said(document.period)} · {document.manager_id} · {document.log_head[:19]}",
        blocks=blocks,
    )


def _about(document: Explanation, labels: Labels) -> Block:
    words = labels.words
    return Facts(
        [
            (words("Plan"), document.plan),
            (words("Through"), document.through),
            (words("Position in the log"), str(document.position)),
            (words("Head of the log"), document.log_head),
            (words("Digest of the plan"), document.plan_digest),
        ]
    )


def _node(node: Node, number: str, labels: Labels) -> Iterator[Block]:
    words = labels.words
    value = "–" if node.value is None else grouped(labels.word(node.value))
    inherited = "" if isinstance(node, Explanation) else said(node.period)
    figure = " ".join(filter(None, (value, said(node.unit) if node.value is not None else "", inherited)))
    again = [words("explained above")] if node.repeats else []
    due = [words("due on {day}", day=node.due)] if node.due else []
    rule, *values = [*rules(node), ""]
    notes = [f"= {one}" for one in values if one]
    notes += [rate_row(row, labels) for row in node.rows or []]
    notes += parameters(node, labels)
    if node.reading:
        notes.append(f"{words('Our reading')}: {words.label(node.reading, '')}")
    name = f"{number}  {labels.told(node.label or None, node.id)}  {figure}"
    yield Rule(name, node.id, [*again, *due], said(node.clause), text=f"= {rule}" if rule else "", notes=notes)
    if node.credits:
        yield _credits(node.credits, labels)
    told = (each for each in node.inputs if not is_nothing(each))
    for nth, each in enumerate(told, 1):
        yield from _node(each, f"{number}.{nth}", labels)


def _credits(rows: list[CreditRow], labels: Labels) -> Table:
    words = labels.words
    headings = ("Event", "Source", "Position", "Business date", "Share", "Amount", "Contribution")
    amounts, contributions = column([said(row.amount) for row in rows]), column([row.contribution for row in rows])
    told = [
        [
            words("{count:other event/other events}", count=Count(row.others)) if row.others else said(row.event_id),
            said(row.event_source),
            str(row.position or ""),
            said(row.on),
            said(row.share),
            amount.rstrip(),
            contribution.rstrip(),
        ]
        for row, amount, contribution in zip(rows, amounts, contributions, strict=True)
    ]
    return Table([words(heading) for heading in headings], told, right=[2, 4, 5, 6])
