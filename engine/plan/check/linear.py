"""Plain sums: lines that customers can hand on, because they are the same sum whoever was credited with its parts."""

from __future__ import annotations

from collections.abc import Mapping

from engine.plan import formula
from engine.plan.check.draft import Draft
from engine.plan.formula import Node
from schemas.measures import CreditDocument

Degrees = Mapping[str, int | None]
"""By name 0 for what is the same for every event, 1 for a plain sum of credits, None for everything else."""


def plain_sums(draft: Draft) -> set[str]:
    """The lines that add up credited measures, with nothing but parameters as factors."""
    degrees: dict[str, int | None] = dict.fromkeys((*draft.plan.parameters, *draft.plan.tables), 0)
    for name, document in draft.plan.measures.items():
        degrees[name] = 1 if isinstance(document, CreditDocument) and _is_linear(document) else None
    for place, line in enumerate(draft.plan.lines):
        node = draft.formulas.get(place)
        degrees[line.id] = None if node is None else _degree(node, degrees)
    return {line.id for line in draft.plan.lines if degrees[line.id] == 1}


def _is_linear(document: CreditDocument) -> bool:
    return not document.over and document.each is None and document.aggregate != "closing-balance"


def _degree(node: Node, degrees: Degrees) -> int | None:
    match node:
        case formula.Number(_):
            return 0
        case formula.Name(name):
            return degrees.get(name)
        case formula.Negative(term):
            return _degree(term, degrees)
        case formula.Binary(sign, left, right):
            return _of_binary(sign, _degree(left, degrees), _degree(right, degrees))
        case formula.Call("if", (condition, then, otherwise)) if _degree(condition, degrees) == 0:
            branches = {_degree(branch, degrees) for branch in (then, otherwise) if not formula.is_zero(branch)}
            return branches.pop() if len(branches) == 1 else 0 if not branches else None
        case formula.Call(_, arguments):
            return 0 if all(_degree(one, degrees) == 0 for one in arguments) else None
    return None


def _of_binary(sign: str, left: int | None, right: int | None) -> int | None:
    if left is None or right is None:
        return None
    if sign in "+-":
        return left if left == right else None
    if sign == "*":
        return left + right if left + right <= 1 else None
    if sign == "/":
        return left if right == 0 else None
    return 0 if left == right == 0 else None
