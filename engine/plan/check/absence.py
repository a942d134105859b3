"""Absence: pay that would vanish without a word, because a figure that it is made of was never decided or known.

A figure without value leaves what is made of it without value, and nothing is shown. That is right for a figure that
has to come; for a decision that nobody had to make, or a settlement that there has not been, it is a trap.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import Enum, auto

from engine.plan import formula
from engine.plan.check.draft import Complaint, Draft
from engine.plan.check.presence import cycles
from engine.plan.names import names_of
from schemas.lines import ROUNDED, LineKind
from schemas.measures import (
    CorrectionsDocument,
    DecisionDocument,
    FigureDocument,
    RatingDocument,
    SettledDocument,
)
from schemas.period import Cycle
from schemas.plan import Plan


class Want(Enum):
    """For want of what a measure has no value."""

    DECISION = auto()
    SETTLEMENT = auto()
    TARGET = auto()
    REPORT = auto()
    RATING = auto()


NEED_NOT_BE = frozenset({Want.DECISION, Want.SETTLEMENT})
"""What nobody has to make; the others have to come, and are named where they make a result incomplete."""


def vanishing(draft: Draft) -> Iterator[Complaint]:
    """What is paid out has a value where nothing was decided, and before there was a settlement.

    Where a figure that has to come is lacking, it has one, too, or the result is incomplete.
    """
    wanted = _paid_out(draft)
    awaited = _awaited(draft)
    because = _optional(draft.plan)
    for place, node in draft.formulas.items():
        line = draft.plan.lines[place]
        absent = [name for name in needed(node) if name in because]
        if absent and isinstance(node, formula.Name):
            because[line.id] = because[node.name]  # the line only shows it; what builds on the line is looked at
        elif line.id in wanted:
            for name in absent:
                unsaid = [cycle for cycle in line.cycles if name not in awaited[cycle]]
                remedy = f"Write 'first({name}, 0)' where it is 0 then."
                if because[name] not in NEED_NOT_BE:
                    periods = cycles(unsaid)
                    remedy = f"Say 'required: [{periods}]' of {line.id!r}, or write 'first({name}, 0)'."
                if unsaid or because[name] in NEED_NOT_BE:
                    yield draft.warning(("lines", place, "formula"), _vanished(because[name], name, line.id), remedy)


def _vanished(want: Want, name: str, line: str) -> str:
    match want:
        case Want.DECISION:
            return f"Where nothing was decided, {name!r} has no value, and then {line!r} has none either."
        case Want.SETTLEMENT:
            return f"Before there was a settlement {name!r} has no value, and then {line!r} has none either."
        case Want.TARGET:
            return f"Where nobody set it, {name!r} has no value; then {line!r} is lacking, and nothing says so."
        case Want.REPORT:
            return f"Where nobody reported it, {name!r} has no value; then {line!r} is lacking, and nothing says so."
        case Want.RATING:
            return f"Where nobody rated it, {name!r} has no value; then {line!r} is lacking, and nothing says so."


def _optional(plan: Plan) -> dict[str, Want]:
    """The measures that need not be there, and for want of what they are not."""
    told = {}
    for name, document in plan.measures.items():
        match document:
            case DecisionDocument():
                told[name] = Want.DECISION
            case SettledDocument() | CorrectionsDocument():
                told[name] = Want.SETTLEMENT
            case FigureDocument():
                told[name] = Want.TARGET if document.of == "target" else Want.REPORT
            case RatingDocument():
                told[name] = Want.RATING
            case _:
                continue
    return told


def _awaited(draft: Draft) -> Mapping[Cycle, set[str]]:
    """By cycle what a result is incomplete without: its required lines, and the names that these need."""
    lines = draft.plan.lines
    awaited = {cycle: {line.id for line in lines if cycle in line.required} for cycle in Cycle}
    for place, line in reversed(list(enumerate(lines))):
        names = needed(draft.formulas[place]) if place in draft.formulas else [name for name, _ in names_of(line)]
        for cycle in line.cycles:
            if line.id in awaited[cycle]:
                awaited[cycle].update(names)
    return awaited


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
        case formula.Call("when", (condition, value)):
            return [name for name in _each(needed(condition), needed(value)) if name not in _asked_for(condition)]
        case formula.Call("if", (condition, then, otherwise)):
            return _each(needed(condition), _common(needed(then), needed(otherwise)))
        case formula.Call(function, arguments):
            own = arguments[1:] if function in formula.TABLE_FUNCTIONS else arguments
            return _each(*map(needed, own))


def _asked_for(node: formula.Node) -> set[str]:
    """The names that a condition asks the presence of: the plan says what then."""
    match node:
        case formula.Call("has", (formula.Name(name),)):
            return {name}
        case formula.Binary(_, left, right):
            return _asked_for(left) | _asked_for(right)
        case _:
            return set()


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
