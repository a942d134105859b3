"""Targets: how a unit's is broken down to its managers, and how what they reach adds up again.

Targets are ``target.set`` for exactly the period. What was reached comes from a plan (a line or a measure of the
target's name, or one that is named for it), else from ``figure.reported`` for the same measure and period.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction

from msgspec import UNSET

from engine.plan import column
from engine.plan.evaluate import Evaluation
from replay.queries.question import Question
from schemas.document import nearest
from schemas.exact import print_exact
from schemas.problems import Place, Problem
from schemas.reports import TargetReport, TargetRow
from schemas.reports.base import Text

REPORTED = "figure.reported"
Figures = Mapping[str, Fraction]


def targets(
    question: Question, evaluation: Evaluation | None = None, named: Mapping[str, str] | None = None
) -> TargetReport:
    """The targets of the question's period; ``named`` says which line of the plan a measure is reached by.

    Raises:
        Problem: the plan has no such line or measure, or no target is set for such a measure.
    """
    set_for = _set(question)
    sources = _sources(set_for, evaluation, named or {})
    rows: list[TargetRow] = []
    for measure, (of_units, of_managers) in sorted(set_for.items()):
        actual, of_unit = _reached(question, evaluation, measure, sources[measure])
        rows += _Breakdown(question, measure, of_units, of_managers, actual, of_unit).rows()
    plan = None if evaluation is None else evaluation.scope.plan.plan
    return TargetReport(**question.about("targets"), plan=plan, actual=sources, rows=rows)


def _set(question: Question) -> dict[str, tuple[dict[str, Fraction], dict[str, Fraction]]]:
    """By measure the targets of units and of managers; of several for one the latest position stands."""
    found: dict[str, tuple[dict[str, Fraction], dict[str, Fraction]]] = {}
    for fact in question.book.facts(("target.set",)):
        data = fact.event.data
        if data.period == question.period.name:
            of_units, of_managers = found.setdefault(data.measure, ({}, {}))
            if data.manager_id is not None:
                of_managers[data.manager_id] = Fraction(data.value)
            else:
                of_units[data.org_unit] = Fraction(data.value)
    return found


def _sources(measures: Mapping[str, object], evaluation: Evaluation | None, named: Mapping[str, str]) -> dict[str, str]:
    for measure, name in named.items():
        if measure not in measures:
            raise Problem(
                f"No target is set for {measure!r} in this period.",
                place=Place(field="--actual"),
                remedy=nearest(measure, set(measures)) or "Enter target.set for exactly this period first.",
            )
        if evaluation is None or name not in evaluation.names:
            known = set() if evaluation is None else set(evaluation.names)
            raise Problem(
                f"The plan has no line or measure {name!r}." if known else "--actual names a line of a plan.",
                place=Place(field="--actual"),
                remedy=nearest(name, known) if known else "Name the plan, too: --plan PLAN.",
            )
    by_name = {} if evaluation is None else {name: name for name in measures if name in evaluation.names}
    return {measure: named.get(measure) or by_name.get(measure) or REPORTED for measure in measures}


def _reached(question: Question, evaluation: Evaluation | None, measure: str, source: str) -> tuple[Figures, Figures]:
    """What each manager reached, and what was reported of units themselves."""
    if evaluation is None or source == REPORTED:
        return (_reported(question, measure, "manager"), _reported(question, measure, "unit"))
    values = column.broadcast(evaluation.names[source], evaluation.gathered.rows)
    reached = {manager: values.value(row) for row, manager in enumerate(evaluation.managers)}
    return {manager: value for manager, value in reached.items() if isinstance(value, Fraction)}, {}


def _reported(question: Question, measure: str, whose: str) -> dict[str, Fraction]:
    noted = question.facts.noted("figure", measure, "manager" if whose == "manager" else "unit")
    period = question.period.name
    return {who: Fraction(told[period].event.data.value) for who, told in noted.items() if period in told}


class _Breakdown:
    """One measure over the tree of units."""

    def __init__(
        self,
        question: Question,
        measure: str,
        of_units: Figures,
        of_managers: Figures,
        actual: Figures,
        of_unit: Figures,
    ) -> None:
        self._question, self._measure = question, measure
        self._of_units, self._of_managers = of_units, of_managers
        self._actual, self._of_unit = actual, of_unit
        self._unit_of = {
            manager: question.unit_of.get(manager) for manager in sorted({*question.unit_of, *of_managers, *actual})
        }

    def rows(self) -> Iterator[TargetRow]:
        """Every unit that the measure touches, its managers right below it; managers without a unit at the end."""
        units = self._question.units
        touched = {
            above
            for unit in (*self._of_units, *self._of_unit, *(self._unit_of[one] for one in self._concerned()))
            for above in units.above(unit)
        }
        for unit, depth in units.in_order():
            if unit in touched:
                yield self._unit(unit, depth)
                yield from (
                    self._manager(one, unit, depth + 1) for one in self._concerned() if self._unit_of[one] == unit
                )
        yield from (self._manager(one, None, 0) for one in self._concerned() if self._unit_of[one] is None)

    def _concerned(self) -> list[str]:
        return [manager for manager in self._unit_of if manager in self._of_managers or manager in self._actual]

    def _unit(self, unit: str, depth: int) -> TargetRow:
        units = self._question.units
        target = self._of_units.get(unit)
        right_below = [
            self._of_units[other] for other in self._of_units if other != unit and units.parent(other) == unit
        ]
        own = [self._of_managers[one] for one in self._of_managers if self._unit_of[one] == unit]
        given = sum(right_below, Fraction(0)) + sum(own, Fraction(0))
        below = units.below(unit)
        reached = [value for manager, value in self._actual.items() if self._unit_of[manager] in below]
        actual = self._of_unit.get(unit, sum(reached, Fraction(0)) if reached else None)
        return TargetRow(
            measure=self._measure,
            org_unit=unit,
            parent=units.parent(unit) or UNSET,
            depth=depth,
            target=_told(target),
            units_below=_told(sum(right_below, Fraction(0)) if right_below else None),
            managers=_told(sum(own, Fraction(0)) if own else None),
            left=_told(None if target is None else target - given),
            actual=_told(actual),
            attainment=_attained(actual, target),
        )

    def _manager(self, manager: str, unit: str | None, depth: int) -> TargetRow:
        target, actual = self._of_managers.get(manager), self._actual.get(manager)
        return TargetRow(
            measure=self._measure,
            manager_id=manager,
            parent=unit or UNSET,
            depth=depth,
            target=_told(target),
            actual=_told(actual),
            attainment=_attained(actual, target),
        )


def _told(value: Fraction | None) -> Text:
    return UNSET if value is None else print_exact(value)


def _attained(actual: Fraction | None, target: Fraction | None) -> Text:
    return print_exact(actual / target) if actual is not None and target else UNSET
