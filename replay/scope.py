"""The days that are settled: a period as the plan's own year has it, up to and including a last day."""

from __future__ import annotations

from datetime import date

from engine.log import Log
from engine.plan.library import LoadedPlan
from engine.plan.scope import Scope
from schemas.currency import minor_digits
from schemas.period import ONE_DAY, Period
from schemas.problems import Problem


def check_through(period: Period, through: date | None) -> None:
    """Refuse a last day that is none of the period's.

    Raises:
        Problem: it lies outside.
    """
    if through is not None and through not in period:
        raise Problem(
            f"The day {through} lies outside {period.name}.",
            remedy=f"Name a day from {period.start} to {period.last}, or leave it out.",
        )


def scope_of(log: Log, loaded: LoadedPlan, period: Period, through: date) -> Scope:
    """The plan over the period's days up to and including ``through``; none, where that lies before the period.

    Raises:
        Problem: ``period`` is named by the calendar, and the plan's own year has no such period.
    """
    own = loaded.plan.year.own(period)
    end = min(max(through + ONE_DAY, own.start), own.end)
    return Scope(loaded.plan, own, end, minor_digits(log.institution.currency))
