"""Formulas written out again, with no more parentheses than reading needs: for complaints and for documents."""

from __future__ import annotations

from engine.plan.formula import PRECEDENCE, Binary, Call, Name, Negative, Node, Number

ATOM = 10
"""Binds closer than any operator."""
_ONE_WAY = frozenset({"-", "/", "<", "<=", ">", ">=", "=", "!="})
"""Operators that are read from the left, so that a right side of their own rank stands in parentheses."""


def binding(node: Node) -> int:
    """How closely ``node`` holds together, by the precedence of its outermost operator."""
    match node:
        case Binary(sign, _, _):
            return PRECEDENCE[sign]
        case Negative(_):
            return PRECEDENCE["*"]
        case _:
            return ATOM


def needs_parentheses(side: Node, sign: str, *, right: bool) -> bool:
    """Whether a side of the operator ``sign`` has to stand in parentheses to be read as it is meant."""
    return binding(side) < PRECEDENCE[sign] + (right and (sign in _ONE_WAY or isinstance(side, Negative)))


def spelled(node: Node) -> str:
    """The formula as text."""
    match node:
        case Number(_, text):
            return text
        case Name(name):
            return name
        case Negative(term):
            return f"-{_side(term, needs_parentheses(term, '*', right=False))}"
        case Binary(sign, left, right):
            before = _side(left, needs_parentheses(left, sign, right=False))
            return f"{before} {sign} {_side(right, needs_parentheses(right, sign, right=True))}"
        case Call(function, arguments):
            return f"{function}({', '.join(map(spelled, arguments))})"


def _side(node: Node, in_parentheses: bool) -> str:
    return f"({spelled(node)})" if in_parentheses else spelled(node)
