"""Conditions of a grade: figures that must have been reported at least so high, named as findings where they are not.

A grade is what a manager *may* be appointed to; service and examinations are reported as ``figure.reported`` for the
settled period. A figure that nobody reported is unknown, not missed: only a reported one can be too low.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from fractions import Fraction

from engine.book import Book
from engine.plan import formula
from engine.plan.column import Column
from engine.plan.evaluate import Evaluation
from schemas.exact import plain
from schemas.lines import Line, LineKind
from schemas.statement import Finding
from schemas.tables import Table


def conditions_not_met(evaluation: Evaluation, book: Book) -> Iterator[Finding]:
    """A finding for every reported figure below what the row that a manager reached asks for."""
    for line in evaluation.scope.plan.lines:
        table = table_of_grades(evaluation, line)
        if table is not None and line.id in evaluation.lines and any(row.needs for row in table.rows):
            yield from _below(evaluation, table, evaluation.lines[line.id], reported(evaluation, book))


def table_of_grades(evaluation: Evaluation, line: Line) -> Table | None:
    """The table that a line of grades is read from; None where it is made otherwise."""
    if line.kind is not LineKind.GRADE or line.formula is None:
        return None
    tables = [name for name, is_table in formula.names(formula.parse(line.formula)) if is_table]
    return evaluation.scope.plan.tables[tables[0]] if tables else None


def reported(evaluation: Evaluation, book: Book) -> dict[str, dict[str, Fraction]]:
    """By manager the figures reported for exactly the evaluation's period."""
    found: dict[str, dict[str, Fraction]] = defaultdict(dict)
    for fact in book.facts(("figure.reported",)):
        data = fact.event.data
        if data.manager_id is not None and data.period in evaluation.scope.spellings:
            found[data.manager_id][data.measure] = Fraction(data.value)
    return found


def _below(
    evaluation: Evaluation, table: Table, grades: Column, known: dict[str, dict[str, Fraction]]
) -> Iterator[Finding]:
    rows = {row.name: row for row in table.rows}
    for index, manager in enumerate(evaluation.managers):
        row = rows.get(grades.cells[index]) if manager in known else None
        for measure, least in row.needs.items() if row is not None else ():
            value = known[manager].get(measure)
            if row is not None and value is not None and value < Fraction(least):
                needed = plain(least)
                yield Finding(
                    id="grade_condition_not_met",
                    about=manager,
                    text={
                        "en": f"{manager} reaches {row.name}, which needs {measure} of at least {needed}.",
                        "zh": f"{manager} 达到 {row.name}，但 {measure} 须不低于 {needed}。",
                    },
                )
