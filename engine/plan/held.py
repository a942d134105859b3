"""What earlier settlements of the plan leave: payments of the year, funds held back and now due, corrections."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from fractions import Fraction

from engine.book import Fact
from engine.plan.facts import Facts
from engine.plan.names import names_of
from engine.plan.scope import Correction, Earlier, HeldLine, Scope
from schemas.lines import LineKind
from schemas.measures import CorrectionsDocument, SettledDocument
from schemas.period import Cycle
from schemas.plan import Plan


def settled(scope: Scope, document: SettledDocument, earlier: Earlier, facts: Facts) -> dict[str, Fraction]:
    """By manager what was paid in the period's year, or what was held back and is due in the period.

    Due is, years after its settlement was closed, what decisions have not set off, to whoever was in post till then.
    """
    lines = held_lines(scope, document, earlier)
    if document.take == "paid-in-year":
        return {manager: sum((one.value for one in paid), Fraction(0)) for manager, paid in lines.items()}
    set_off: dict[str, list[Fact]] = defaultdict(list)
    for fact in facts.decisions(document.set_off) if document.set_off is not None else ():
        set_off[fact.event.data.manager_id].append(fact)
    released: dict[str, Fraction] = {}
    for manager, held in lines.items():
        for one in held:
            due = due_on(one.closed_on, document)
            if scope.start <= due < scope.end and facts.posts.in_post_throughout(manager, one.closed_on, due):
                told = [fact for fact in set_off[manager] if one.closed_on <= fact.on < due]
                losses = sum((Fraction(fact.event.data.value or 0) for fact in told), Fraction(0))
                released[manager] = released.get(manager, Fraction(0)) + max(Fraction(0), abs(one.value) - losses)
    return released


def held_lines(scope: Scope, document: SettledDocument, earlier: Earlier) -> dict[str, list[HeldLine]]:
    """By manager the figures of earlier settlements that the measure looks at."""
    if document.take != "paid-in-year":
        return dict(earlier.lines(document.line, scope.period))
    begin = scope.plan.year.begin
    paid = {
        manager: [one for one in held if begin(one.period.start) == begin(scope.start)]
        for manager, held in earlier.paid(document.line, scope.period).items()
    }
    return {manager: held for manager, held in paid.items() if held}


def due_on(closed_on: date, document: SettledDocument) -> date:
    """The day on which what a settlement held back is due: so many years after it was closed."""
    return _years_later(closed_on, document.years_held or 0)


def corrects(plan: Plan, cycle: Cycle) -> bool:
    """Whether settlements of this cycle make good what is learnt of earlier ones: they show an adjustment."""
    return any(isinstance(document, CorrectionsDocument) for document in plan.measures.values()) and any(
        line.kind is LineKind.ADJUSTMENT and cycle in line.cycles for line in plan.lines
    )


def set_off(plan: Plan, cycle: Cycle) -> set[str]:
    """The lines of which settlements of this cycle set off what was paid in the year."""
    shown = {name for line in plan.lines if cycle in line.cycles for name, _ in names_of(line)}
    return {
        document.line
        for name, document in plan.measures.items()
        if name in shown and isinstance(document, SettledDocument) and document.take == "paid-in-year"
    }


def carries_over(plan: Plan) -> bool:
    """Whether settlements of the plan take lines over from closed ones: whatever is closed or paid may change them."""
    return any(isinstance(document, SettledDocument) for document in plan.measures.values())


def corrected(corrections: Sequence[Correction]) -> dict[str, Fraction]:
    """By manager all that is made good."""
    amounts: dict[str, Fraction] = defaultdict(Fraction)
    for one in corrections:
        for manager, amount in one.amounts.items():
            amounts[manager] += amount
    return amounts


def _years_later(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # the 29th of February
        return date(day.year + years, 3, 1)
