"""Evaluation: a plan's lines for every manager of a period, from the answers of a book.

The lines are computed in the plan's order, each once for all managers. What pays is rounded where the line ends,
and what builds on it takes it as printed, so that anyone can re-add a statement by hand.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cached_property
from types import NoneType
from typing import Any

from engine.book import Book
from engine.plan import column, formula
from engine.plan.across import allotted, grouped, levelled, ranked
from engine.plan.column import Column, Value
from engine.plan.facts import Facts
from engine.plan.gather import TAKEN, Gathered, gather
from engine.plan.inherit import InheritedYear, inherit, sum_of_years
from engine.plan.names import contributing_lines, names_of
from engine.plan.scope import Earlier, Scope
from engine.plan.unset import PARAMETER, waits_for
from engine.plan.valuing import NOTHING, Names, parameters_on, value_of
from engine.plan.windows import parts, window
from schemas.lines import ROUNDED, Line, Weighted
from schemas.measures import InheritedDocument, LineDocument, RatingDocument


@dataclass(slots=True)
class Evaluation:
    """All figures of a plan for a period: its lines by id, and what they were made of."""

    scope: Scope
    gathered: Gathered
    lines: dict[str, Column]
    names: dict[str, Value]
    inherited: dict[str, list[InheritedYear]]
    carried: dict[str, list[Evaluation]]
    """By measure of another period's line: the evaluations that it was taken from, in order of time."""

    @property
    def managers(self) -> list[str]:
        """The managers, ascending."""
        return list(self.gathered.managers)

    def missing(self, manager: str) -> list[str]:
        """What makes the manager's result incomplete."""
        return sorted(self.gathered.missing[manager])

    def gaps(self, manager: str) -> list[str]:
        """What was only left out of a mean."""
        return sorted(self.gathered.gaps.get(manager, ()))


def evaluate(
    scope: Scope, book: Book, earlier: Earlier, facts: Facts | None = None, before: Evaluation | None = None
) -> Evaluation:
    """The plan's lines over the days of ``scope``, as the log stands in ``book``; ``facts`` are the book's.

    What has the same inputs as in ``before``, an evaluation of the same scope at an earlier position, is taken from it.
    """
    return _Periods(book, earlier, facts or Facts(book)).of(scope, before)


PREVIOUS = ("previous",)
COMPACT_BITS = 64
"""Figures over a longer denominator are brought to their least one when they are carried: else it grows and grows."""


class _Periods:
    """The periods that one evaluation looks at, each evaluated once: its own, and those that lines are carried from."""

    def __init__(self, book: Book, earlier: Earlier, facts: Facts) -> None:
        self._book = book
        self._earlier = earlier
        self._facts = facts
        self._done: dict[tuple[str, date], Evaluation] = {}

    def of(self, scope: Scope, before: Evaluation | None = None) -> Evaluation:
        """The evaluation of ``scope``, all its lines."""
        self._go_before(scope)
        return self._evaluated(scope, None, before)

    def _carried_from(self, scope: Scope) -> Evaluation:
        """The evaluation of a period that lines are carried from, of no more than they need."""
        if _key(scope) not in self._done:
            self._go_before(scope)
            self._done[_key(scope)] = self._evaluated(scope, carried_names(scope))
        return self._done[_key(scope)]

    def _go_before(self, scope: Scope) -> None:
        """Where each cycle hands a line to the next, evaluate them from the first on, so that none nests in another."""
        plan, cycle = scope.plan, scope.period.cycle
        handed = {one.line for one in plan.measures.values() if isinstance(one, LineDocument) and one.over == PREVIOUS}
        if not any(line.id in handed and cycle in line.cycles for line in plan.lines):
            return
        chain: list[Scope] = []
        before = window(scope, PREVIOUS)
        while before.period.end > self._begin(scope) and _key(before) not in self._done:
            chain.append(before)
            before = window(before, PREVIOUS)
        for each in reversed(chain):
            self._done[_key(each)] = self._evaluated(each, carried_names(each))

    def _begin(self, scope: Scope) -> date:
        """No line is carried from before that day: the plan's first, or the first on which anybody was appointed."""
        return max(scope.plan.effective, self._appointed or date.max)

    @cached_property
    def _appointed(self) -> date | None:
        return self._facts.posts.first_day

    def _evaluated(self, scope: Scope, wanted: Collection[str] | None, before: Evaluation | None = None) -> Evaluation:
        """The lines and measures named in ``wanted``, or all."""
        known_gathered = before.gathered if before is not None else None
        gathered = gather(scope, self._book, self._facts, self._earlier, wanted, known_gathered)
        known = _Known.of(before, gathered)
        names: dict[str, Value] = known.parameters(scope, gathered.rows)
        names.update((name, known.same(name, value)) for name, value in gathered.measures.items())
        result = Evaluation(scope, gathered, {}, names, {}, {})
        for name, document in scope.plan.measures.items():
            if wanted is not None and name not in wanted:
                continue
            if isinstance(document, InheritedDocument):
                years = inherit(scope, self._book, document, gathered, known.inherited(name))
                result.inherited[name] = years
                names[name] = known.same(name, sum_of_years(document, years, gathered.rows))
            elif isinstance(document, LineDocument):
                result.carried[name] = self._other_periods(scope, document)
                names[name] = known.same(name, _carried(document, result.carried[name], gathered))
        for line in scope.plan.lines:
            if wanted is not None and line.id not in wanted:
                continue
            if scope.period.cycle in line.cycles:
                value = known.line(line, names) or _line(scope, line, names, gathered)
                _note_missing(scope, line, value, gathered)
                names[line.id] = result.lines[line.id] = value
            else:
                names[line.id] = known.same(line.id, Column([None] * gathered.rows))
        return result

    def _other_periods(self, scope: Scope, document: LineDocument) -> list[Evaluation]:
        if document.each is not None:
            return [self._carried_from(part) for part in parts(scope, document.each)]
        other = window(scope, document.over)
        return [self._carried_from(other)] if other.period.end > self._begin(scope) else []


class _Known:
    """What an evaluation may take from an earlier one of the same managers, because it is made of the same."""

    def __init__(self, before: Evaluation | None) -> None:
        self._before = before
        self._names: Names = {} if before is None else before.names

    @classmethod
    def of(cls, before: Evaluation | None, gathered: Gathered) -> _Known:
        """What ``before`` may give; nothing where it is of other managers."""
        return cls(before if before is not None and before.managers == gathered.managers else None)

    def same(self, name: str, value: Any) -> Any:
        """The earlier value of the name where it is equal, so that whoever builds on it sees at once that it is."""
        known = self._names.get(name)
        return known if known == value else value

    def parameters(self, scope: Scope, rows: int) -> dict[str, Value]:
        """The plan's parameters as they hold in the period."""
        if self._before is None:
            return parameters_on(scope, scope.start, rows)
        return {name: self._names[name] for name in (NOTHING, *scope.plan.parameters)}

    def inherited(self, name: str) -> list[InheritedYear]:
        """The years that a measure was inherited from."""
        return [] if self._before is None else self._before.inherited.get(name, [])

    def line(self, line: Line, names: Names) -> Column | None:
        """The line's earlier figures, if its formula's names all stand for the same."""
        if self._before is None or line.formula is None or line.id not in self._before.lines:
            return None
        used = (name for name, is_table in names_of(line) if not is_table)
        return self._before.lines[line.id] if all(names[name] is self._names.get(name) for name in used) else None


def carried_names(scope: Scope) -> set[str] | None:
    """The lines that other periods may take from this one, with all that they are made of; None for simply all.

    A place or a level depends on who is complete, and so on every line that may be missing.
    """
    plan, cycle = scope.plan, scope.period.cycle
    carried = {document.line for document in plan.measures.values() if isinstance(document, LineDocument)}
    wanted: set[str] = set()
    for line in plan.lines:
        if line.id in carried and cycle in line.cycles:
            for part in contributing_lines(plan, line.id):
                if part.rank is not None or part.quota is not None:
                    return None
                wanted |= {part.id, *(name for name, _ in names_of(part))}
    ratings = (plan.measures[name] for name in wanted & plan.measures.keys())
    return wanted | {one.unless for one in ratings if isinstance(one, RatingDocument) and one.unless is not None}


def _key(scope: Scope) -> tuple[str, date]:
    return scope.period.name, scope.end


def _carried(document: LineDocument, evaluations: list[Evaluation], gathered: Gathered) -> Column:
    """What the line showed each manager in those periods, taken together; a word is the last one shown."""
    shown = [(one.managers, one.lines[document.line]) for one in evaluations if document.line in one.lines]
    if len(shown) == 1 and document.take != "count" and shown[0][1].denominator.bit_length() <= COMPACT_BITS:
        managers, line = shown[0]  # nothing to be taken together
        of = dict(zip(managers, line.cells, strict=False))
        return Column([*map(of.get, gathered.managers), None], line.denominator)
    figures: dict[str, list[Fraction | str]] = {}
    for managers, line in shown:
        for row, manager in enumerate(managers):
            value = line.value(row)
            if value is not None:
                figures.setdefault(manager, []).append(value)
    values = [figures.get(manager) for manager in gathered.managers]
    if any(isinstance(one, str) for each in values for one in each or ()):
        return Column([*(each[-1] if each else None for each in values), None])
    numbers = [[one for one in each or () if isinstance(one, Fraction)] for each in values]
    return column.column_of([*(TAKEN[document.take](each) if each else None for each in numbers), None])


def _line(scope: Scope, line: Line, names: Names, gathered: Gathered) -> Column:
    value = _made(scope, line, names, gathered)
    if line.kind in ROUNDED:
        value = value.rounded(scope.digits)
    return value


def _note_missing(scope: Scope, line: Line, value: Column, gathered: Gathered) -> None:
    """Say of whom the line lacks a value what it waits for, and that it is missing itself where it is required."""
    is_required = scope.period.cycle in line.required
    if not is_required and all(parameter.values for parameter in scope.plan.parameters.values()):
        return
    if NoneType not in {*map(type, value.cells[: len(gathered.managers)])}:
        return
    unset = {name for name in waits_for(scope.plan, line.id) if is_required or name.startswith(PARAMETER)}
    if is_required or unset:
        for row, manager in enumerate(gathered.managers):
            if value.cells[row] is None:
                gathered.missing[manager] |= unset | ({line.id} if is_required else set())


def _made(scope: Scope, line: Line, names: Names, gathered: Gathered) -> Column:
    """The line's figures, in whichever of the six ways it is made."""
    if line.rank is not None:
        return ranked(line.rank, names, gathered)
    if line.weighted is not None:
        return _weighted(line.id, line.weighted, names, gathered)
    if line.group is not None:
        return grouped(line.group, names, gathered)
    if line.quota is not None:
        return levelled(line.quota, names, gathered)
    if line.allot is not None:
        return allotted(line.allot, names, gathered, scope.digits if line.unit == "money" else 0)
    return column.broadcast(value_of(formula.parse(line.formula or ""), names, scope), gathered.rows)


def _weighted(line: str, weighted: Weighted, names: Names, gathered: Gathered) -> Column:
    """Σ weight x part / Σ weight; what is left out is a gap of whoever has another part."""
    total: Value = Fraction(0)
    weights: Value = Fraction(0)
    absent: dict[int, list[str]] = {}
    for part, by in weighted.parts.items():
        value = column.broadcast(names[part], gathered.rows)
        weight = names[by]
        if weighted.absent == "left-out":
            weight = column.multiply(column.has(value), weight)
            for row, cell in enumerate(value.cells):
                if cell is None:
                    absent.setdefault(row, []).append(f"{line}:{part}")
        known = value if weighted.absent == "none" else column.first(value, Fraction(0))
        total, weights = column.add(total, column.multiply(known, weight)), column.add(weights, weight)
    for row, manager in enumerate(gathered.managers):
        if row in absent and len(absent[row]) < len(weighted.parts):
            gathered.gaps[manager] |= set(absent[row])
    shares = column.broadcast(weights, gathered.rows)
    return column.broadcast(column.divide(total, shares), gathered.rows)
