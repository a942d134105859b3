"""Contribution shared by role: what customer, product, project and risk managers of a service team each brought in.

A share that a team gives to a manager in a role (``customer.assigned``) earns by the plan's items as ever, told apart
by role. All roles of a manager, with what the manager earned in none (a sale of one's own, a share without a role), add
up to the manager's items in the statement.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from msgspec import UNSET

from engine.log import Log
from engine.plan.column import Column
from engine.plan.evaluate import evaluate
from engine.plan.library import LoadedPlan
from projections.roles import Part
from replay.queries.question import Question
from replay.scope import scope_of
from replay.settle import earlier_settlements
from schemas.exact import print_exact
from schemas.lines import LineKind
from schemas.reports import RoleReport, RoleRow, RoleTotal


@dataclass(frozen=True, slots=True)
class _Earned:
    """What one part earned."""

    part: Part
    items: dict[str, Fraction]
    total: Fraction


def roles(
    question: Question,
    log: Log,
    loaded: LoadedPlan,
    *,
    unit: str | None = None,
    manager: str | None = None,
    customer: str | None = None,
) -> RoleReport:
    """What the managers whom the question is narrowed to earned by role.

    Of one manager, and of one customer, it is told customer by customer.

    Raises:
        Problem: there is no such unit, manager or customer.
    """
    chosen = question.chosen(unit, manager)
    if customer is not None:
        question.known(customer, "--customer")
    book = question.book.by_role([manager] if manager else [], [customer] if customer else [])
    scope = scope_of(log, loaded, question.period, question.last)
    evaluation = evaluate(scope, book, earlier_settlements(log, loaded, question.book))
    items = {
        line.id: (evaluation.lines[line.id], line.unit == "money")
        for line in scope.plan.lines
        if line.kind is LineKind.ITEM and line.id in evaluation.lines
    }
    earned = [
        one
        for row, name in enumerate(evaluation.managers)
        if (one := _earned(Part.read(name), items, row)) is not None
        and (chosen is None or one.part.manager in chosen)
        and (customer is None or one.part.customer == customer)
    ]
    earned.sort(key=lambda one: (one.part.manager, one.part.customer or "", one.part.role or "\uffff"))
    return RoleReport(
        **question.about("roles"),
        plan=loaded.plan.plan,
        plan_digest=loaded.digest,
        rows=[
            RoleRow(
                manager_id=one.part.manager,
                org_unit=question.unit_of.get(one.part.manager),
                role=one.part.role,
                customer_id=one.part.customer or UNSET,
                items={name: print_exact(value) for name, value in one.items.items()},
                total=print_exact(one.total),
            )
            for one in earned
        ],
        roles=list(_totals(earned)),
    )


def _earned(part: Part, items: dict[str, tuple[Column, bool]], row: int) -> _Earned | None:
    found: dict[str, Fraction] = {}
    total = Fraction(0)
    for name, (column, money) in items.items():
        value = column.value(row)
        if isinstance(value, Fraction) and value:
            found[name] = value
            total += value if money else 0
    return _Earned(part, found, total) if found else None


def _totals(earned: list[_Earned]) -> Iterator[RoleTotal]:
    """By role, the one that brought most first."""
    totals: dict[str | None, Fraction] = defaultdict(Fraction)
    managers: dict[str | None, set[str]] = defaultdict(set)
    for one in earned:
        totals[one.part.role] += one.total
        managers[one.part.role].add(one.part.manager)
    whole = sum(totals.values(), Fraction(0))
    for role in sorted(totals, key=lambda one: (one is None, -totals[one], one or "")):
        yield RoleTotal(
            role=role,
            managers=len(managers[role]),
            total=print_exact(totals[role]),
            part=print_exact(totals[role] / whole) if whole else None,
        )
