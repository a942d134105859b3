"""Absence: pay that would vanish without a word, because a figure that it is made of was never decided or known.

A figure without value leaves what is made of it without value, and nothing is shown. That is right for a figure that
has to come; for a decision that nobody had to make, or a settlement that there has not been, it is a trap.
"""

from __future__ import annotations

from collections.abc import Iterator

from engine.plan import formula
from engine.plan.check.draft import Complaint, Draft
from schemas.lines import ROUNDED, LineKind
from schemas.measures import CorrectionsDocument, DecisionDocument, SettledDocument
from schemas.plan import Plan


def vanishing(draft: Draft) -> Iterator[Complaint]:
    """What is paid out has a value where nothing was decided, and before there was a settlement."""
    wanted = _paid_out(draft)
    because = _optional(draft.plan)
    for place, node in draft.formulas.items():
        line = draft.plan.lines[place]
        absent = [name for name in needed(node) if name in because]
        if absent and isinstance(node, formula.Name):
            because[line.id] = because[node.name]  # the line only shows it; what builds on the line is looked at
        elif line.id in wanted:
            for name in absent:
                what = f"Where nothing was decided, {name!r} has no value, and then {line.id!r} has none either."
                if not because[name]:
                    what = f"Before there was a settlement {name!r} has no value, and then {line.id!r} has none either."
                yield draft.warning(("lines", place, "formula"), what, f"Write 'first({name}, 0)' where it is 0 then.")


def _optional(plan: Plan) -> dict[str, bool]:
    """The measures that need not be there, and whether for want of a decision; otherwise for want of a settlement."""
    told = {}
    for name, document in plan.measures.items():
        match document:
            case DecisionDocument():
                told[name] = True
            case SettledDocument() | CorrectionsDocument():
                told[name] = False
            case _:
                continue
    return told


def needed(node: formula.Node) -> list[str]:
    """The names without any one of which the formula has no value, in reading order."""
    match node:
        case formula.Number(_):
            return []
        case formula.Name(name):
            return [name]
        case formula.Negative(term):
            return needed(term)
        case formula.Binary(_, left, right):
            return _each(needed(left), needed(right))
        case formula.Call("has", _):
            return []
        case formula.Call("first", arguments):
            return _common(*map(needed, arguments))
        case formula.Call("if", (condition, then, otherwise)):
            return _each(needed(condition), _common(needed(then), needed(otherwise)))
        case formula.Call(function, arguments):
            own = arguments[1:] if function in formula.TABLE_FUNCTIONS else arguments
            return _each(*map(needed, own))


def _each(*lists: list[str]) -> list[str]:
    return list(dict.fromkeys(name for names in lists for name in names))


def _common(first: list[str], *others: list[str]) -> list[str]:
    return [name for name in first if all(name in names for names in others)]


def _paid_out(draft: Draft) -> set[str]:
    """The totals, or else the lines of pay, and every line without which one of them has no value."""
    kinds = {line.kind for line in draft.plan.lines}
    paying = {LineKind.TOTAL} if LineKind.TOTAL in kinds else ROUNDED
    wanted: set[str] = set()
    for place, line in reversed(list(enumerate(draft.plan.lines))):
        if line.kind in paying:
            wanted.add(line.id)
        if line.id in wanted and place in draft.formulas:
            wanted |= set(needed(draft.formulas[place]))
    return wanted
