"""What a period asks of a plan and a log: the days, the parameters in force, the names a formula may use."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Protocol

from engine.crediting.classes import CLASSES
from engine.measures import Aggregate, CreditMeasure, DailyFactor, Where
from schemas.exact import NUMBER_DIGITS, scaled
from schemas.measures import CreditDocument
from schemas.period import ONE_DAY, Period
from schemas.plan import Parameter, Plan


@dataclass(frozen=True, slots=True)
class HeldLine:
    """What an earlier settlement of the plan shows a manager in one line, or what was paid of it."""

    settlement_id: str
    period: Period
    closed_on: date
    value: Fraction


@dataclass(frozen=True, slots=True)
class Correction:
    """What later knowledge adds to an earlier settlement of the plan, by manager; whom it leaves alone is not named."""

    settlement_id: str
    period: Period
    amounts: Mapping[str, Fraction]


class Earlier(Protocol):
    """The plan's earlier settlements, as the log knows them, for whoever settles a period."""

    def lines(self, line: str, period: Period) -> Mapping[str, list[HeldLine]]:
        """By manager, what each closed settlement of this plan shows in ``line``, as corrected by ``period``'s own."""

    def paid(self, line: str, period: Period) -> Mapping[str, list[HeldLine]]:
        """By manager, what was paid of it by the settlement itself and by those that made it good."""

    def corrections(self, lines: Sequence[str], period: Period) -> Sequence[Correction]:
        """What the settlement of ``period`` makes good of the closed ones, in these lines; none where it shows none."""


@dataclass(frozen=True, slots=True)
class Scope:
    """A plan over the days [start, end) of a period; ``end`` is the day after ``through``."""

    plan: Plan
    period: Period
    end: date
    digits: int
    """The minor digits of the institution's currency."""

    @property
    def start(self) -> date:
        """The first day."""
        return self.period.start

    @property
    def spellings(self) -> Sequence[str]:
        """The names of the period by which what is for exactly it may be given."""
        return self.plan.year.spellings(self.period)

    @property
    def through(self) -> date:
        """The last day that counts; the day before the first, where none does."""
        return self.end - ONE_DAY

    @property
    def last(self) -> date:
        """The day whose posts and units hold: the last that counts, or the first, where none does."""
        return max(self.through, self.start)


def value_on(parameter: Parameter, day: date) -> tuple[date, Fraction] | None:
    """The value in force on ``day`` and the date it stands under; the first also holds before its date.

    None: the adopter has not set it yet.
    """
    dates = list(parameter.values)
    if not dates:
        return None
    since = max((first for first in dates if first <= day), default=dates[0])
    return since, Fraction(parameter.values[since])


def daily_factor(parameter: Parameter) -> DailyFactor:
    """The parameter day by day, for measures that multiply by it."""
    return DailyFactor(tuple((day, scaled(value, NUMBER_DIGITS)) for day, value in parameter.values.items()))


def figure_on(parameter: Parameter, day: date) -> Fraction | None:
    """The value in force on ``day`` alone."""
    held = value_on(parameter, day)
    return None if held is None else held[1]


def _paths(written: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(path.removesuffix(".*") for path in written)


def credit_measure(document: CreditDocument, plan: Plan, day: date) -> CreditMeasure:
    """The measure that ``document`` describes, its class limit as the plan's parameter sets it on ``day``.

    The parameter names a class by its place from best to worst, and none by 0.
    """
    until = None
    if document.until_class is not None:
        chosen = int(figure_on(plan.parameters[document.until_class], day) or 0)
        until = CLASSES[chosen] if 0 < chosen < len(CLASSES) else None
    return CreditMeasure(
        of=document.of,
        aggregate=Aggregate.PRODUCT_DAYS if document.aggregate == "closing-balance" else Aggregate(document.aggregate),
        where=tuple(Where(field, _paths(one.only), _paths(one.never)) for field, one in document.where.items()),
        times=document.times,
        needs_rate=document.needs_rate,
        accrue_to_year_end=document.accrue is not None,
        until_class=until,
    )
