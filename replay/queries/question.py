"""What every question has in common: which days, as of which position, and who worked where on the last of them.

A period still running is asked through the latest business date among the log's transactions, as a board is.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cached_property
from typing import Any

from engine.book import Fact
from engine.log import AsOf, Log
from engine.plan.evaluate import Evaluation, evaluate
from engine.plan.facts import Facts
from engine.plan.library import LoadedPlan
from engine.units import Units, members
from projections.asked import Node
from projections.book import ProjectedBook
from replay.scope import scope_of
from replay.settle import earlier_settlements
from schemas.document import nearest
from schemas.exact import AMOUNT_DIGITS, NUMBER_DIGITS, SHARE_DIGITS, print_ratio
from schemas.period import ONE_DAY, Period
from schemas.problems import Place, Problem
from schemas.reports import EventName

AMOUNT = 10 ** (AMOUNT_DIGITS + NUMBER_DIGITS + SHARE_DIGITS)
"""An amount of business E14, as ``projections.business`` sums it."""

NOBODY: Node = ("nobody",)
"""The node of what no manager is credited with."""
NO_UNIT: Node = ("no unit",)
"""The node of managers whom nobody appointed to a unit."""


@dataclass(frozen=True)
class Question:
    """The days of a period up to ``end`` (the day after the last that counts), asked of a book."""

    book: ProjectedBook
    period: Period
    end: date

    @classmethod
    def of(
        cls, log: Log, period: Period, *, as_of: AsOf = None, through: date | None = None, whole: bool = False
    ) -> Question:
        """The question of ``period``: what was known ``as_of``, the days up to and including ``through``.

        Without ``through``, a ``whole`` period is asked to its last day, as a settlement is.

        Raises:
            Problem: ``through`` lies outside the period, or ``as_of`` beyond the log.
        """
        if through is not None and through not in period:
            raise Problem(
                f"The day {through} lies outside {period.name}.",
                place=Place(field="--through"),
                remedy=f"Name a day from {period.start} to {period.last}, or leave it out.",
            )
        book = ProjectedBook.of(log, as_of)
        known = book.transaction_days()
        latest = period.last if whole or known is None else min(known[1], period.last)
        last = through or latest
        return cls(book, period, max(period.start, last + ONE_DAY))

    @property
    def start(self) -> date:
        """The first day."""
        return self.period.start

    @property
    def days(self) -> int:
        """How many days count."""
        return (self.end - self.start).days

    @property
    def last(self) -> date:
        """The last day that counts; the one before the first where none does."""
        return self.end - ONE_DAY

    @cached_property
    def facts(self) -> Facts:
        """Staffing, units, targets and decisions."""
        return Facts(self.book)

    @cached_property
    def units(self) -> Units:
        """All units."""
        return Units(self.facts.parents, {unit for unit in self.unit_of.values() if unit is not None})

    @cached_property
    def unit_of(self) -> dict[str, str | None]:
        """By manager the unit of the last day; of who left by then, the last one."""
        posts = self.facts.posts
        return {manager: posts.word(manager, "org_unit", self.last) for manager in posts.managers}

    def about(self, name: str) -> dict[str, Any]:
        """What every report says of itself."""
        snapshot = self.book.snapshot
        return {
            "report": name,
            "period": self.period.name,
            "start": self.start.isoformat(),
            "end": self.period.end.isoformat(),
            "through": self.last.isoformat(),
            "position": snapshot.label,
            "log_head": snapshot.head,
            "currency": snapshot.institution.currency,
        }

    def evaluated(self, log: Log, loaded: LoadedPlan) -> Evaluation:
        """A plan's lines over the days that count."""
        scope = scope_of(log, loaded, self.period, self.last)
        return evaluate(scope, self.book, earlier_settlements(log, loaded, self.book))

    def unit_nodes(self, manager: str | None) -> list[Node]:
        """Every unit that business of the manager counts for; nobody, and who has no unit, have nodes of their own."""
        if manager is None:
            return [NOBODY]
        unit = self.unit_of.get(manager)
        return [NO_UNIT] if unit is None else [("unit", above) for above in self.units.above(unit)]

    def chosen(self, unit: str | None, manager: str | None) -> Collection[str | None] | None:
        """The managers that a unit or a manager's id narrows a question to; ``-`` stands for nobody.

        Raises:
            Problem: there is no such unit, or the log speaks of no such manager.
        """
        if manager == "-":
            return {None}
        if manager is not None:
            return {self.known(manager, "--manager")}
        return None if unit is None else members(self.units, unit, self.unit_of)

    def known(self, name: str, option: str) -> str:
        """An id of a manager, customer or account that the log speaks of.

        Raises:
            Problem: it does not.
        """
        return known(self.book, name, option, self.unit_of if option == "--manager" else ())


def known(book: ProjectedBook, name: str, option: str, alike: Collection[str]) -> str:
    """An id that the log speaks of; ``alike`` are those that may have been meant.

    Raises:
        Problem: it does not.
    """
    if not book.speaks_of(name):
        raise Problem(
            f"The log speaks of no {name!r}.",
            place=Place(field=option),
            remedy=nearest(name, set(alike)) or "Write the id as its events do.",
        )
    return name


def latest(book: ProjectedBook, facts: Iterable[Fact]) -> date:
    """The latest day that the log speaks of: of its transactions, or of these facts."""
    days = book.transaction_days()
    return max([fact.on for fact in facts] + ([days[1]] if days is not None else []), default=date.min)


def named(fact: Fact) -> EventName:
    """The event that says a fact."""
    return EventName(fact.event.id, fact.event.source, fact.on.isoformat())


def printed(amount: int | Fraction) -> str:
    """An amount E14 as documents print it."""
    return print_ratio(amount.numerator, amount.denominator * AMOUNT)


def ratio(part: int, whole: int) -> str | None:
    """A part of a whole, 0.25 for a quarter; None where there is nothing."""
    return print_ratio(part, whole) if whole else None
