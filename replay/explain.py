"""Explaining: the tree from a line through its clause, formula and parameters down to the events (contract §5, law 7).

Every figure is read from the same evaluation as the statement; nothing is computed twice. A figure that several
lines use is told in full where it first stands, and by its value alone afterwards.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any

import msgspec
from msgspec import UNSET, UnsetType

from engine.plan import formula
from engine.plan.across import members
from engine.plan.column import broadcast
from engine.plan.inherit import InheritedYear
from engine.plan.names import names_of, told
from engine.plan.printing import unit_of
from engine.plan.scope import value_on
from engine.plan.valuing import value_of
from replay.corrected import BEFORE, BY_NOW, LABELS, Sides, sides
from replay.credits import CreditSources, Traceable
from replay.rates import rows_told
from replay.settle import Settlement
from schemas.document import nearest
from schemas.exact import print_exact, print_scaled
from schemas.lines import ROUNDED, Line, LineKind
from schemas.measures import (
    CorrectionsDocument,
    CreditDocument,
    DecisionDocument,
    FigureDocument,
    InheritedDocument,
    LineDocument,
    RatingDocument,
    SettledDocument,
)
from schemas.period import Period
from schemas.problems import Problem
from schemas.rules import Rule
from schemas.statement import MANAGER, SETTLEMENT, CreditRow, Explanation, Node, ParameterValue, RateRow
from schemas.tables import TableKind


def explain(
    settlement: Settlement, currency: str, manager: str, line_id: str | None = None, limit: int | None = None
) -> Explanation:
    """How the manager's line, or all of them, came about; ``limit`` keeps that many credits a measure, the largest.

    Raises:
        Problem: the statement has no such manager, or the plan no such line in this period.
    """
    evaluation, statement = settlement.evaluation, settlement.statement
    if manager not in evaluation.managers:
        raise Problem(
            f"{manager!r} is no manager of {statement.period}: neither in post on a day of it nor credited in it.",
            remedy=nearest(manager, set(evaluation.managers)),
        )
    shown = [line for line in evaluation.scope.plan.lines if line.id in evaluation.lines]
    if line_id is not None:
        chosen = [line for line in shown if line.id == line_id]
        if not chosen:
            hint = nearest(line_id, {line.id for line in shown})
            raise Problem(f"{statement.plan} shows no line {line_id!r} for {statement.period}.", remedy=hint)
        shown = chosen
    teller = _Teller(settlement, currency, manager, limit)
    nodes = [teller.line(line) for line in shown]
    root = (
        nodes[0]
        if line_id is not None
        else Node(id=manager, kind=MANAGER, value=_score(settlement, manager), inputs=nodes)
    )
    return Explanation(
        **{**msgspec.structs.asdict(root), "period": statement.period},
        plan=statement.plan,
        plan_digest=statement.plan_digest,
        through=statement.through,
        position=statement.position,
        log_head=statement.log_head,
        manager_id=manager,
        missing=evaluation.missing(manager),
        gaps=evaluation.gaps(manager),
    )


def _score(settlement: Settlement, manager: str) -> str | None:
    evaluation = settlement.evaluation
    column = evaluation.lines.get(evaluation.scope.plan.board)
    return None if column is None else _printed(column.value(evaluation.managers.index(manager)))


class _Teller:
    """The teller of one manager's figures; remembers what it has told."""

    def __init__(self, settlement: Traceable, currency: str, manager: str, limit: int | None) -> None:
        self._settlement = settlement
        self._evaluation = settlement.evaluation
        self._scope = settlement.evaluation.scope
        self._sources = CreditSources(settlement, manager, limit)
        self._currency, self._manager, self._limit = currency, manager, limit
        self._row = settlement.evaluation.managers.index(manager)
        self._told: set[tuple[str, Period | None]] = set()

    def line(self, line: Line, year: InheritedYear | None = None) -> Node:
        """The node of a line: of the settled period, or as inherited from the year before."""
        value = self._text(line, year)
        period = UNSET if year is None else str(year.before)
        unit = unit_of(line, self._currency)
        key = (line.id, None if year is None else year.before)
        if key in self._told:
            return Node(id=line.id, kind=line.kind.value, value=value, unit=unit, period=period, repeats=True)
        self._told.add(key)
        names = names_of(line)
        return Node(
            id=line.id,
            kind=line.kind.value,
            value=value,
            unit=unit,
            period=period,
            due=UNSET if year is not None or value is None else self._due(line),
            formula=told(line),
            parameters=self._parameters(names, year),
            inputs=[*self._inputs(line, names, year), *self._members(line)],
            **_rule(line),
        )

    def _due(self, line: Line) -> str | UnsetType:
        """The day on which what the line holds back is due, once its period is closed."""
        closed_on = self._settlement.earlier.closed_on(self._scope.period.name)
        for document in self._scope.plan.measures.values():
            if closed_on is not None and isinstance(document, SettledDocument) and document.line == line.id:
                due = self._sources.due(closed_on, document)
                if due:
                    return due
        return UNSET

    def _text(self, line: Line, year: InheritedYear | None) -> str | None:
        if year is not None:
            return _printed(broadcast(year.values[line.id], self._evaluation.gathered.rows).value(self._row))
        column = self._evaluation.lines.get(line.id)
        cell = None if column is None else column.cells[self._row]
        if column is None or cell is None:
            return None
        return print_scaled(cell, self._scope.digits) if line.kind in ROUNDED else _printed(column.value(self._row))

    def _parameters(self, names: Sequence[tuple[str, bool]], year: InheritedYear | None) -> dict[str, ParameterValue]:
        day = self._scope.start if year is None else year.before.start
        held = {}
        for name, _ in names:
            if name in self._scope.plan.parameters:
                in_force = value_on(self._scope.plan.parameters[name], day)
                if in_force is not None:
                    held[name] = ParameterValue(print_exact(in_force[1]), in_force[0].isoformat())
        return held

    def _inputs(self, line: Line, names: Sequence[tuple[str, bool]], year: InheritedYear | None) -> Iterator[Node]:
        for name in dict.fromkeys(name for name, is_table in names if not is_table):
            inner = self._scope.plan.line(name)
            if inner is not None:
                yield self.line(inner, year)
            elif name in self._scope.plan.measures:
                yield self._measure(name, year)
        if line.formula is not None and year is None:
            yield from self._tables(_parsed(line))

    def _members(self, line: Line) -> Iterator[Node]:
        """The managers that a figure of a group is taken over, each with the figure that goes in."""
        if line.group is None:
            return
        evaluation = self._evaluation
        of = broadcast(evaluation.names[line.group.of], evaluation.gathered.rows)
        for row in members(line.group, evaluation.names, evaluation.gathered, self._row):
            yield Node(id=evaluation.managers[row], kind=MANAGER, value=_printed(of.value(row)))

    def _tables(self, node: formula.Node) -> Iterator[Node]:
        """What each table of the formula gave, named by the table; the same again is told once."""
        given: dict[tuple[str, str | None], Node] = {}
        for call in formula.table_calls(node):
            name = call.arguments[0]
            if isinstance(name, formula.Name):
                table, way = self._scope.plan.tables[name.name], TableKind(call.function)
                value = _printed(self._own(call))
                rows = rows_told(table, way, self._own(call.arguments[1]))
                given.setdefault((name.name, value), self._table(name.name, value, rows))
        yield from given.values()

    def _own(self, node: formula.Node) -> Fraction | str | None:
        """The manager's own value of a part of a formula."""
        value = value_of(node, self._evaluation.names, self._scope)
        return broadcast(value, self._evaluation.gathered.rows).value(self._row)

    def _table(self, name: str, value: str | None, rows: list[RateRow] | UnsetType = UNSET) -> Node:
        return Node(id=name, kind="table", value=value, rows=rows, **_rule(self._scope.plan.tables[name]))

    def _measure(self, name: str, year: InheritedYear | None) -> Node:
        document = self._scope.plan.measures[name]
        if isinstance(document, InheritedDocument):
            line = self._scope.plan.line(document.line)
            years = self._evaluation.inherited[name]
            inputs = [self.line(line, one) for one in years] if line is not None else []
            return self._measure_node(name, year, inputs=inputs)
        if isinstance(document, CreditDocument):
            credits, parameters = self._sources.credits(name, document, year)
            tables = [self._table(document.table, None)] if document.table is not None else []
            return self._measure_node(name, year, inputs=tables, credits=credits, parameters=parameters)
        if isinstance(document, RatingDocument):
            return self._measure_node(name, year, credits=self._sources.ratings(document))
        if isinstance(document, LineDocument):
            return self._measure_node(name, year, inputs=list(self._carried(name, document)))
        if isinstance(document, FigureDocument):
            return self._measure_node(name, year, credits=self._sources.figures(document))
        if isinstance(document, DecisionDocument):
            return self._measure_node(name, year, credits=self._sources.decisions(document))
        if isinstance(document, SettledDocument):
            return self._measure_node(name, year, inputs=self._sources.settled(document))
        if isinstance(document, CorrectionsDocument):
            corrected = sides(self._settlement, document, self._manager)
            return self._measure_node(name, year, inputs=[self._corrected(one) for one in corrected])
        return self._measure_node(name, year)

    def _carried(self, name: str, document: LineDocument) -> Iterator[Node]:
        """What the line showed in the other periods."""
        manager = self._evaluation.managers[self._row]
        for other in self._evaluation.carried[name]:
            line = self._scope.plan.line(document.line)
            if line is not None and line.id in other.lines and manager in other.managers:
                value = other.lines[line.id].value(other.managers.index(manager))
                period = other.scope.period.name
                yield Node(id=line.id, kind=line.kind.value, value=_printed(value), period=period, **_rule(line))

    def _corrected(self, sides: Sides) -> Node:
        """A closed settlement by what is known now and by what was made good before, both down to their events."""
        inputs = []
        for name, side in ((BY_NOW, sides.by_now), (BEFORE, sides.before)):
            lines: list[Node] = []
            if self._manager in side.evaluation.managers:
                teller = _Teller(side, self._currency, self._manager, self._limit)
                shown = [line for line in side.evaluation.scope.plan.lines if line.id in sides.lines]
                lines = [teller.line(line) for line in shown]
            total = sum((Fraction(line.value) for line in lines if line.value is not None), Fraction(0))
            inputs.append(
                Node(
                    id=name,
                    kind=LineKind.TOTAL.value,
                    value=print_exact(total),
                    label=LABELS[name],
                    period=sides.period,
                    as_of=side.book.snapshot.label,
                    formula=" + ".join(line.id for line in lines) or UNSET,
                    inputs=lines,
                )
            )
        return Node(
            id=sides.settlement_id,
            kind=SETTLEMENT,
            value=print_exact(sides.amount),
            period=sides.period,
            formula=f"{BY_NOW} - {BEFORE}",
            inputs=inputs,
        )

    def _measure_node(
        self,
        name: str,
        year: InheritedYear | None,
        *,
        inputs: list[Node] | None = None,
        credits: list[CreditRow] | None = None,
        parameters: dict[str, ParameterValue] | None = None,
    ) -> Node:
        values = self._evaluation.names if year is None else year.values
        value = broadcast(values[name], self._evaluation.gathered.rows).value(self._row)
        return Node(
            id=name,
            kind="measure",
            value=_printed(value),
            period=UNSET if year is None else str(year.before),
            inputs=inputs or [],
            credits=credits or [],
            parameters=parameters or {},
            **_rule(self._scope.plan.measures[name]),
        )


def _parsed(line: Line) -> formula.Node:
    return formula.parse(line.formula or "")


def _rule(rule: Rule) -> dict[str, Any]:
    """The label, clause and reading of a rule, as fields of a node."""
    told: dict[str, Any] = {"label": rule.label.model_dump()}
    if rule.clause is not None:
        told["clause"] = rule.clause
    if rule.reading is not None:
        told["reading"] = rule.reading.model_dump()
    return told


def _printed(value: Fraction | str | None) -> str | None:
    return print_exact(value) if isinstance(value, Fraction) else value
