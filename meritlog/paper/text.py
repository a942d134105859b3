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
        case Sequence(parts, tight):
            return ("" if tight else " ").join(map(text_of, parts))


def _held(formula: Written) -> str:
    """A side of a fraction: in brackets where it has more than one part."""
    text = text_of(formula)
    parts = isinstance(formula, Over) or (isinstance(formula, Sequence) and not formula.tight)
    return f"({text})" if parts else text
