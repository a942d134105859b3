"""Presence: which figures always have a value, and which can have none."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from engine.plan import formula
from engine.plan.check.draft import Draft
from engine.plan.units import is_literal
from engine.plan.unset import is_set
from schemas.lines import Line
from schemas.measures import AnyMeasure, CalendarDocument, CreditDocument, LineDocument, StandingDocument
from schemas.period import Cycle
from schemas.plan import Plan

Shown = Mapping[str, frozenset[Cycle]]
"""By name the cycles in which it always has a value, or ever has one."""
ALL = frozenset(Cycle)
NONE: frozenset[Cycle] = frozenset()


class Presence:
    """By name of a figure the cycles in which it ``always`` has a value, and those in which it ``ever`` has one."""

    def __init__(self, draft: Draft) -> None:
        plan = draft.plan
        self.always: dict[str, frozenset[Cycle]] = {}
        self.ever: dict[str, frozenset[Cycle]] = {}
        for name, parameter in plan.parameters.items():
            self.always[name] = self.ever[name] = ALL if parameter.values else NONE
        for name, document in plan.measures.items():
            self.always[name], self.ever[name] = _measured(document, plan)
        self._empty = {name for name, table in plan.tables.items() if not table.rows}
        for place, line in enumerate(plan.lines):
            always, ever = self._made(line, draft.formulas.get(place))
            self.always[line.id], self.ever[line.id] = always & set(line.cycles), ever & set(line.cycles)

    def _made(self, line: Line, node: formula.Node | None) -> tuple[frozenset[Cycle], frozenset[Cycle]]:
        if line.formula is not None:
            return (ALL, ALL) if node is None else (self.always_of(node), self.ever_of(node))
        if line.weighted is not None and line.weighted.absent != "none":
            weights = [self._ever(name) for name in line.weighted.parts.values()]
            return NONE, frozenset.intersection(*weights)
        if line.group is not None and line.group.take == "count":
            return NONE, ALL
        needed = {
            name
            for rule in (line.rank, line.group, line.quota, line.allot)
            if rule is not None
            for name in (getattr(rule, field, None) for field in ("by", "of", "pool"))
            if name is not None
        }
        if line.weighted is not None:
            needed |= {*line.weighted.parts, *line.weighted.parts.values()}
        return NONE, frozenset.intersection(ALL, *(self._ever(name) for name in needed))

    def _ever(self, name: str) -> frozenset[Cycle]:
        return self.ever.get(name, ALL)

    def always_of(self, node: formula.Node) -> frozenset[Cycle]:
        """The cycles in which a formula has a value for everybody."""
        match node:
            case formula.Number(_):
                return ALL
            case formula.Name(name):
                return self.always.get(name, NONE)
            case formula.Negative(term):
                return self.always_of(term)
            case formula.Binary("/", left, right):
                divides = isinstance(right, formula.Number) and right.value != 0
                return self.always_of(left) if divides else NONE
            case formula.Binary(_, left, right):
                return self.always_of(left) & self.always_of(right)
            case formula.Call("has", _):
                return ALL
            case formula.Call("first", arguments):
                return frozenset.union(*map(self.always_of, arguments))
            case formula.Call("when", _):
                return NONE
            case formula.Call(function, _) if function in formula.TABLE_FUNCTIONS:
                return NONE
            case formula.Call(_, arguments):
                return frozenset.intersection(*map(self.always_of, arguments))

    def ever_of(self, node: formula.Node) -> frozenset[Cycle]:
        """The cycles in which a formula may have a value for somebody."""
        match node:
            case formula.Number(_):
                return ALL
            case formula.Name(name):
                return self._ever(name)
            case formula.Negative(term):
                return self.ever_of(term)
            case formula.Binary("/", _, right) if is_literal(right) and formula.is_zero(right):
                return NONE
            case formula.Binary(_, left, right):
                return self.ever_of(left) & self.ever_of(right)
            case formula.Call("has", _):
                return ALL
            case formula.Call("first", arguments):
                return frozenset.union(*map(self.ever_of, arguments))
            case formula.Call("if", (condition, then, otherwise)):
                return self.ever_of(condition) & (self.ever_of(then) | self.ever_of(otherwise))
            case formula.Call(function, arguments) if function in formula.TABLE_FUNCTIONS:
                table = next(formula.names(node))[0]
                read = frozenset.intersection(*map(self.ever_of, arguments[1:]))
                return NONE if table in self._empty else read
            case formula.Call(_, arguments):
                return frozenset.intersection(*map(self.ever_of, arguments))


def _measured(document: AnyMeasure, plan: Plan) -> tuple[frozenset[Cycle], frozenset[Cycle]]:
    if not is_set(document, plan):
        return NONE, NONE
    match document:
        case CreditDocument():
            return ALL, ALL
        case StandingDocument():
            return ALL, ALL
        case CalendarDocument():
            shown = ALL if document.field in {"days", "year-days"} else ALL - {Cycle.RANGE}
            return shown, shown
        case LineDocument() if document.over == ("previous",):
            return NONE, _cycles_of(plan, document.line)
        case _:
            return NONE, ALL


def _cycles_of(plan: Plan, name: str) -> frozenset[Cycle]:
    line = plan.line(name)
    return ALL if line is None else frozenset(line.cycles)


def cycles(names: Collection[Cycle]) -> str:
    """Cycles as a plan spells them."""
    return ", ".join(cycle.value for cycle in Cycle if cycle in names)
