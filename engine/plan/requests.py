"""The questions that a plan's credit measures put to a book: which measures together, over which days."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from engine.measures import RATE, DailyFactor, Request
from engine.plan.scope import Scope, credit_measure, daily_factor
from engine.plan.unset import is_set
from engine.plan.windows import window
from schemas.measures import AnyMeasure, CreditDocument
from schemas.period import ONE_DAY


def credit_request(scope: Scope, names: Sequence[str], start: date, end: date) -> Request:
    """The question that the plan's credit measures ``names`` put to a book over [start, end)."""
    measures = {}
    factors: dict[str, DailyFactor] = {}
    for name in names:
        document = scope.plan.measures[name]
        if isinstance(document, CreditDocument) and is_set(document, scope.plan):
            measures[name] = credit_measure(document, scope.plan, start)
            if document.times is not None and document.times != RATE:
                factors[document.times] = daily_factor(scope.plan.parameters[document.times])
    return Request(measures, start, end, factors, scope.plan.year)


def credit_names(scope: Scope) -> list[str]:
    """The plan's credit measures of the settled period, in its order; not those whose parameters are not set."""
    return [
        name
        for name, document in scope.plan.measures.items()
        if isinstance(document, CreditDocument) and _days_of(document) == ((), False) and is_set(document, scope.plan)
    ]


def period_request(scope: Scope) -> Request:
    """The question for all credit measures of the settled period."""
    return credit_request(scope, credit_names(scope), scope.start, scope.end)


def window_request(scope: Scope, name: str) -> Request:
    """The question that the credit measure ``name`` is put with, together with all those of the same days."""
    days = _days_of(scope.plan.measures[name])
    names = [other for other, document in scope.plan.measures.items() if _days_of(document) == days]
    over, closing = days or ((), False)
    asked = window(scope, over)
    start = max(asked.end - ONE_DAY, asked.start) if closing else asked.start
    return credit_request(scope, names, start, asked.end)


def _days_of(document: AnyMeasure) -> tuple[Sequence[str], bool] | None:
    """The days that a credit measure is taken of; a closing balance is the product-days of the last one alone."""
    if not isinstance(document, CreditDocument):
        return None
    return document.over, document.aggregate == "closing-balance"
