"""Grade evaluation: the grade that each manager may be appointed to by a plan's result, and what speaks against it.

A grade is what a manager *may* be appointed to; the appointment itself is an event, made by people. Conditions of
service and examination are reported for exactly the period: one that nobody reported is unknown, not missed.
"""

from __future__ import annotations

from fractions import Fraction

from engine.log import Log
from engine.plan.conditions import reported, table_of_grades
from engine.plan.evaluate import Evaluation
from engine.plan.library import LoadedPlan
from engine.plan.printing import print_cells
from replay.queries.question import Question
from schemas.document import nearest
from schemas.lines import Line, LineKind
from schemas.problems import Place, Problem
from schemas.reports import GradeReport, GradeRow
from schemas.tables import Table


def grades(
    question: Question,
    log: Log,
    loaded: LoadedPlan,
    line: str | None = None,
    *,
    unit: str | None = None,
    manager: str | None = None,
) -> GradeReport:
    """The grades of a period by a plan's line of grades (by default ``grade``, else its first).

    Raises:
        Problem: the plan has no such line, or shows none in this period; there is no such unit or manager.
    """
    chosen = question.chosen(unit, manager)
    evaluation = question.evaluated(log, loaded)
    scope = evaluation.scope
    of = _line(evaluation, line)
    table = table_of_grades(evaluation, of)
    order = _order(of, table)
    needs = {row.name: row.needs for row in table.rows} if table is not None else {}
    known = reported(evaluation, question.book)
    column, scores = evaluation.lines[of.id], evaluation.lines.get(scope.plan.board)
    board = scope.plan.line(scope.plan.board)
    in_post = question.facts.posts.managers_in_post(question.last, question.end)
    rows = []
    for row, who in enumerate(evaluation.managers):
        if chosen is not None and who not in chosen:
            continue
        value, held = column.value(row), question.facts.posts.word(who, "grade", question.last)
        reached = value if isinstance(value, str) else None
        figures, asked = known.get(who, {}), needs.get(reached, {})
        score = None
        if scores is not None and board is not None and scores.cells[row] is not None:
            (score,) = print_cells(board, scores, scope.digits, [scores.cells[row]])
        rows.append(
            GradeRow(
                manager_id=who,
                org_unit=question.unit_of.get(who),
                held=held,
                reached=reached,
                proposal=_proposal(held, reached, order) if who in in_post else None,
                score=score,
                unmet=[one for one, least in asked.items() if one in figures and figures[one] < Fraction(least)],
                unknown=[one for one in asked if one not in figures],
                missing=evaluation.missing(who),
            )
        )
    return GradeReport(
        **question.about("grades"),
        plan=loaded.plan.plan,
        plan_digest=loaded.digest,
        line=of.id,
        grades=order,
        rows=rows,
    )


def _line(evaluation: Evaluation, wanted: str | None) -> Line:
    plan, period = evaluation.scope.plan, evaluation.scope.period
    of_grades = {line.id: line for line in plan.lines if line.kind is LineKind.GRADE}
    shown = {name: line for name, line in of_grades.items() if name in evaluation.lines}
    name = wanted or ("grade" if "grade" in shown else next(iter(shown), None))
    if name in shown:
        return shown[name]
    if not of_grades or (wanted is not None and wanted not in of_grades):
        raise Problem(
            f"The plan {plan.plan} has no line of grades{f' {wanted!r}' if wanted else ''}.",
            place=Place(field="--line"),
            remedy=nearest(wanted or "grade", set(of_grades)) or "meritlog plan show PLAN lists its lines.",
        )
    cycles = {cycle.value for line in of_grades.values() for cycle in line.cycles}
    raise Problem(
        f"The plan {plan.plan} shows no grade in {period.name}.",
        place=Place(field="PERIOD"),
        remedy=f"Ask for a period that is a {' or '.join(sorted(cycles))}.",
    )


def _order(line: Line, table: Table | None) -> list[str]:
    """The grades, the lowest first."""
    if table is not None:
        return [row.name for row in table.rows if row.name is not None]
    return [line.quota.otherwise, *reversed(line.quota.levels)] if line.quota is not None else []


def _proposal(held: str | None, reached: str | None, order: list[str]) -> str | None:
    if reached is None:
        return None
    if held == reached:
        return "keep"
    if held not in order or reached not in order:
        return "appoint"
    return "promote" if order.index(reached) > order.index(held) else "demote"
