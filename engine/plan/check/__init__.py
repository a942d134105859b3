"""What is wrong in a plan, found before any money is computed.

The document model has already refused what a part of a plan can get wrong by itself. Here the parts meet: names that
nothing bears, lines that wait for one another, units mixed up, rules that nothing reaches. An error keeps the plan from
running; a warning does not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from engine.plan import formula
from engine.plan.check.absence import vanishing
from engine.plan.check.corrections import corrections
from engine.plan.check.draft import Complaint, Draft
from engine.plan.check.measures import closing_balances, credited_in_full, measures
from engine.plan.check.names import meanings, notes, order
from engine.plan.check.tables import readings, tables
from engine.plan.check.units import units
from engine.plan.check.unreachable import unreachable
from engine.plan.check.unset import to_set
from engine.plan.check.weights import weights
from schemas.document import Document
from schemas.plan import Plan

__all__ = ["Complaint", "check"]


def check(plan: Plan, document: Document) -> list[Complaint]:
    """Every complaint about ``plan``, in the order of its lines."""
    draft = Draft(plan, document)
    found = [complaint for look in LOOKS for complaint in look(draft)]
    if not any(complaint.fatal for complaint in found):
        found += [*unreachable(draft), *vanishing(draft)]
    return sorted(found, key=lambda one: one.problem.place.line or 0)


def formulas(draft: Draft) -> Iterator[Complaint]:
    """Formulas are of the language."""
    for place, line in enumerate(draft.plan.lines):
        if line.formula is not None and place not in draft.formulas:
            try:
                formula.parse(line.formula)
            except formula.FormulaError as error:
                yield draft.error(("lines", place, "formula"), f"This formula cannot be read: {error}.")


LOOKS: tuple[Callable[[Draft], Iterator[Complaint]], ...] = (
    meanings,
    measures,
    credited_in_full,
    formulas,
    order,
    readings,
    weights,
    tables,
    units,
    corrections,
    to_set,
    closing_balances,
    notes,
)
"""What is looked for whatever else is wrong; what can never happen, only in a plan that can run."""
