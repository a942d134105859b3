"""Documents as HTML: one file that needs nothing else, with formulas in MathML."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape
from importlib import resources

from meritlog.paper.blocks import (
    Block,
    Brackets,
    Cases,
    Facts,
    Figure,
    Heading,
    Over,
    Paper,
    Paragraph,
    Rule,
    Sequence,
    Sign,
    Table,
    Words,
    Written,
)

SPACE = '<mspace width="0.25em"></mspace>'


def encode(paper: Paper) -> bytes:
    """The document as a page of its own (UTF-8)."""
    style = resources.files("meritlog.paper").joinpath("paper.css").read_text(encoding="utf-8")
    language = "zh-CN" if paper.language == "zh" else "en"
    lines = [
        "<!doctype html>",
        f'<html lang="{language}">',
        f'<head><meta charset="utf-8"><title>{escape(paper.title)}</title>',
        f'<meta name="viewport" content="width=device-width"><style>{style}</style></head>',
        f"<body><header><h1>{escape(paper.title)}</h1><p>{escape(paper.subtitle)}</p></header>",
        *(line for block in paper.blocks for line in _block(block)),
        f"<footer>{escape(paper.foot)}</footer></body></html>",
    ]
    return ("\n".join(lines) + "\n").encode()


def _block(block: Block) -> Iterator[str]:
    match block:
        case Heading(text, level, apart):
            apart_class = ' class="apart"' if apart else ""
            yield f"<h{level + 1}{apart_class}>{escape(text)}</h{level + 1}>"
        case Paragraph(text, tone):
            yield f'<p class="{tone}">{_lines(text)}</p>'
        case Facts(pairs):
            yield "<dl>"
            yield from (f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in pairs)
            yield "</dl>"
        case Table():
            yield from _table(block)
        case Rule():
            yield from _rule(block)


def _lines(text: str) -> str:
    return "<br>".join(escape(line) for line in text.split("\n"))


def _table(table: Table) -> Iterator[str]:
    yield f"<table><thead>{_row(table.headings, table.right, 'th')}</thead><tbody>"
    for place, row in enumerate(table.rows):
        yield _row(row, table.right, "td", "strong" if place in table.strong else "")
    yield "</tbody></table>"


def _row(cells: Iterable[str], right: list[int], tag: str, row_class: str = "") -> str:
    told = "".join(
        f"<{tag}{' class=figure' if place in right else ''}>{_lines(cell)}</{tag}>" for place, cell in enumerate(cells)
    )
    return f"<tr{f' class={row_class}' if row_class else ''}>{told}</tr>"


def _rule(rule: Rule) -> Iterator[str]:
    yield f'<section class="rule" id="{escape(rule.id)}"><h3>{escape(rule.name)}'
    clause = f'<span class="clause">§ {escape(rule.clause)}</span>' if rule.clause else ""
    yield f"<code>{escape(rule.id)}</code>{clause}</h3>"
    yield f'<p class="tags">{escape(" · ".join(rule.tags))}</p>'
    if rule.formula is not None:
        yield f'<p class="formula">{inline(rule.formula)}</p>'
    if rule.text:
        yield f"<p>{escape(rule.text)}</p>"
    yield from (f'<p class="note">{escape(note)}</p>' for note in rule.notes)
    yield "</section>"


def inline(formula: Written) -> str:
    """The formula as running text that a browser may break, its fractions in presentation MathML (Core)."""
    match formula:
        case Words(text) | Figure(text) | Sign(text):
            return escape(text)
        case Over(_, _):
            return f'<math displaystyle="true">{mathml(formula)}</math>'
        case Sequence(parts, tight):
            return ("" if tight else " ").join(map(inline, parts))
        case Brackets(inner, left, right):
            return f"{left}{inline(inner)}{right}"
        case Cases(rows):
            told = "".join(f"<span>{inline(row.value)}</span><span>{inline(row.condition)}</span>" for row in rows)
            return f'<span class="cases">{told}</span>'


def mathml(formula: Written) -> str:
    """A part of a fraction in MathML."""
    match formula:
        case Words(text):
            return f"<mtext>{escape(text)}</mtext>"
        case Figure(text):
            return f"<mn>{escape(text)}</mn>"
        case Sign(text):
            return f"<mo>{escape(text)}</mo>"
        case Over(top, bottom):
            return f"<mfrac><mrow>{mathml(top)}</mrow><mrow>{mathml(bottom)}</mrow></mfrac>"
        case Sequence(parts, tight):
            return f"<mrow>{('' if tight else SPACE).join(map(mathml, parts))}</mrow>"
        case Brackets(inner, left, right):
            return f"<mrow><mo>{left}</mo>{mathml(inner)}<mo>{right}</mo></mrow>"
        case Cases(rows):
            told = "".join(
                f"<mtr><mtd>{mathml(row.value)}</mtd><mtd>{mathml(row.condition)}</mtd></mtr>" for row in rows
            )
            return f'<mrow><mo stretchy="true">{{</mo><mtable>{told}</mtable></mrow>'
