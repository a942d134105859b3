"""A statement as a document: the bank at a glance, then every manager on a page, line by line, with the clauses."""

from __future__ import annotations

from collections.abc import Iterator

from meritlog.paper.blocks import Block, Facts, Heading, Paper, Paragraph, Table
from meritlog.show.figures import column
from meritlog.show.labels import Labels, said
from schemas.statement import ManagerStatement, Statement

GLANCE = 6
"""How many figures of a manager a page has room for beside each other."""
GLANCE_KINDS = ("total", "grade", "rank", "score")
STRONG = frozenset({"total", "grade", "rank"})


def statement_paper(document: Statement, labels: Labels) -> Paper:
    """The whole statement."""
    words = labels.words
    blocks = [_about(document, labels)]
    if not document.managers:
        blocks.append(Paragraph(words("No manager was in post or credited in this period.")))
    if len(document.managers) > 1:
        blocks += _glance(document, labels)
        blocks += _uncredited(document, labels)
    blocks += _findings(document, labels)
    for manager in document.managers:
        blocks += _manager(manager, labels, apart=len(document.managers) > 1)
    digest = document.digest if isinstance(document.digest, str) else ""
    return Paper(
        title=labels.title or document.plan,
        subtitle=f"{words('Statement')} {document.period}",
        language=words.language.value,
        day=document.through,
        foot=f"{document.plan} · {document.period} · {words('position')} {document.position} · {digest[:19]}",
        blocks=blocks,
    )


def _about(document: Statement, labels: Labels) -> Block:
    words = labels.words
    return Facts(
        [
            (words("Plan"), document.plan),
            (words("Days"), words("{first} through {last}", first=document.start, last=document.through)),
            (words("Status"), words(document.status)),
            (words("Position in the log"), str(document.position)),
            (words("Head of the log"), document.log_head),
            (words("Digest of the plan"), document.plan_digest),
            (words("Digest of the statement"), document.digest if isinstance(document.digest, str) else ""),
        ]
    )


def _glance(document: Statement, labels: Labels) -> Iterator[Block]:
    words = labels.words
    kinds = {line.id: line.kind for manager in document.managers for line in manager.lines}
    by_weight = [name for kind in GLANCE_KINDS for name in kinds if kinds[name] == kind][:GLANCE]
    chosen = [name for name in kinds if name in by_weight]
    values = [{line.id: labels.word(line.value) for line in manager.lines} for manager in document.managers]
    figures = [column([value.get(name) for value in values], short=True) for name in chosen]
    rows = []
    for place, manager in enumerate(document.managers):
        who = " ".join(filter(None, (manager.manager_id, labels.person(manager.manager_id))))
        told = [of_line[place].rstrip() for of_line in figures]
        rows.append([who, manager.org_unit or "–", *told, ", ".join(map(labels.lacking, manager.missing))])
    yield Heading(words("All managers"))
    headings = [words("Manager"), words("Unit"), *map(labels, chosen), words("Incomplete for")]
    yield Table(headings, rows, right=list(range(2, 2 + len(chosen))))


def _uncredited(document: Statement, labels: Labels) -> Iterator[Block]:
    words = labels.words
    rows = [[labels(amount.id), *column([amount.value])] for amount in document.uncredited if amount.value != "0"]
    if rows:
        yield Heading(words("Credited to nobody (no team, shares below 1, or a manager who left)"))
        yield Table([words("Line"), words("Value")], rows, right=[1])


def _findings(document: Statement, labels: Labels) -> Iterator[Block]:
    words = labels.words
    if document.findings:
        yield Heading(words("Findings: what contradicts itself in the log; nothing stops for it"))
        rows = [[finding.about, words.label(finding.text, finding.id)] for finding in document.findings]
        yield Table([words("About"), words("What")], rows)


def _manager(manager: ManagerStatement, labels: Labels, *, apart: bool) -> Iterator[Block]:
    words = labels.words
    who = (manager.manager_id, labels.person(manager.manager_id), manager.org_unit or "")
    yield Heading("  ".join(filter(None, who)), apart=apart)
    for heading, names in (
        (words("Incomplete for"), [*map(labels.lacking, manager.missing)]),
        (words("Left out of a mean"), [*map(labels.gap, manager.gaps)]),
    ):
        if names:
            yield Paragraph(f"{heading}: {', '.join(names)}", "warning")
    figures = [value.rstrip() for value in column([labels.word(line.value) for line in manager.lines])]
    rows = [
        [labels(line.id), words(line.kind), figure, said(line.unit), said(line.clause)]
        for line, figure in zip(manager.lines, figures, strict=True)
    ]
    headings = [words("Line"), words("Kind"), words("Value"), words("Unit of value"), words("Clause")]
    strong = [place for place, line in enumerate(manager.lines) if line.kind in STRONG]
    yield Table(headings, rows, right=[2], strong=strong)
    for told in labels.adjusting(manager.lines):
        yield Paragraph(told)
