"""Formulas as a line of text: for a terminal, and for whoever reads a page aloud."""

from __future__ import annotations

from meritlog.paper.blocks import Brackets, Cases, Figure, Over, Sequence, Sign, Words, Written


def text_of(formula: Written) -> str:
    """The formula in one line: fractions with a stroke, cases in braces."""
    match formula:
        case Words(text) | Figure(text) | Sign(text):
            return text
        case Over(top, bottom):
            return f"{_held(top)} / {_held(bottom)}"
        case Brackets(inner, left, right):
            return f"{left}{text_of(inner)}{right}"
        case Cases(rows):
            return "{ " + "; ".join(f"{text_of(row.value)} {text_of(row.condition)}" for row in rows) + " }"
        case Sequence(parts):
            return _behind_one_another(parts)


def _behind_one_another(parts: list[Written]) -> str:
    told = ""
    for nth, part in enumerate(parts):
        after = parts[nth - 1] if nth else None
        opens = isinstance(part, Brackets) and isinstance(after, Words) and part.left == "("
        minus = nth == 1 and isinstance(after, Sign)
        tight = opens or minus or (isinstance(part, Sign) and part.text == ",") or not told
        told += text_of(part) if tight else f" {text_of(part)}"
    return told


def _held(formula: Written) -> str:
    """A side of a fraction: in brackets where it has more than one part."""
    text = text_of(formula)
    applied = isinstance(formula, Sequence) and len(formula.parts) == 2 and isinstance(formula.parts[1], Brackets)
    return f"({text})" if isinstance(formula, Sequence | Over) and not applied else text
