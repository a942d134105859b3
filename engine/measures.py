"""Measures: what a plan asks of a period, and the exact integers that answer it.

A **credit measure** sums what customers' business earned, credited to managers day by day (contract §1, design §3).
It is linear in the events, so the live fold and the DuckDB projections give the same integer. Each has a fixed scale:

    raw value / 10^scale = value in the institution's currency (or a count, or a quantity)

======================  =========================================================  =====
measure                 raw value                                                  scale
======================  =========================================================  =====
amount, no factor       amount E4 x exchange E6 x share E4 (x days)                   14
amount, with a factor   amount E4 x exchange E6 x factor E6 x share E4 (x days)       20
count                   share E4                                                       4
quantity                quantity E6 x share E4                                        10
======================  =========================================================  =====
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from schemas.business_year import CALENDAR, BusinessYear
from schemas.catalogue import carries
from schemas.exact import AMOUNT_DIGITS, NUMBER_DIGITS, SHARE_DIGITS

RATE = "rate"


class Aggregate(StrEnum):
    """How a measure gathers: balances by product-days, flows by sum, count or quantity."""

    PRODUCT_DAYS = "product-days"
    SUM = "sum"
    COUNT = "count"
    QUANTITY = "quantity"


@dataclass(frozen=True, slots=True)
class Where:
    """A filter on one field: a catalogue path is met by itself and every path below it, another word by itself.

    Empty ``only`` admits everything but ``never``.
    """

    field: str
    only: tuple[str, ...] = ()
    never: tuple[str, ...] = ()

    def admits(self, value: str | None) -> bool:
        """Whether a field with this value is counted; an absent field is, only where nothing is required of it."""
        if value is None:
            return not self.only
        return (not self.only or any(carries(path, value) for path in self.only)) and not any(
            carries(path, value) for path in self.never
        )


@dataclass(frozen=True, slots=True)
class CreditMeasure:
    """One measure of credited business.

    ``of`` is ``balance`` or an event type. ``where`` filters on fields of the event (of the account, its ``product``,
    for a balance). ``times`` is nothing, ``rate`` (of the account that day, of the event for a moved or exited loan) or
    the name of a dated parameter, taken at its value of each day. ``needs_rate`` leaves out what has no known rate.
    ``accrue_to_year_end`` lets a flow earn every day from its own to the end of that year.
    ``until_class`` stops a loan's accrual on days on which it is classed so or worse; None never does.
    """

    of: str
    aggregate: Aggregate
    where: tuple[Where, ...] = ()
    times: str | None = None
    needs_rate: bool = False
    accrue_to_year_end: bool = False
    until_class: str | None = None

    @property
    def scale(self) -> int:
        """How many decimal digits the raw integer carries."""
        if self.aggregate is Aggregate.COUNT:
            return SHARE_DIGITS
        if self.aggregate is Aggregate.QUANTITY:
            return NUMBER_DIGITS + SHARE_DIGITS
        factor = NUMBER_DIGITS if self.times is not None else 0
        return AMOUNT_DIGITS + NUMBER_DIGITS + SHARE_DIGITS + factor


@dataclass(frozen=True, slots=True)
class DailyFactor:
    """A dated parameter as E6 integers: ascending (first day, value); the first value also holds before its day."""

    steps: tuple[tuple[date, int], ...]

    def on(self, day: date) -> int:
        """The value in force on ``day``."""
        value = self.steps[0][1]
        for first, later in self.steps:
            if first > day:
                break
            value = later
        return value


@dataclass(frozen=True, slots=True)
class Request:
    """The measures of the days [start, end), with the daily factors that they multiply by.

    Flows accrue to the end of ``year``, and what is inherited was earned in the ``year`` before.
    """

    measures: Mapping[str, CreditMeasure]
    start: date
    end: date
    factors: Mapping[str, DailyFactor] = field(default_factory=dict)
    year: BusinessYear = CALENDAR


@dataclass(frozen=True, slots=True)
class MeasureTable:
    """Raw integers by manager and measure; ``managers`` ascend, and every list of ``values`` follows their order.

    A manager stands in it who has a value other than 0 or misses something, and no other.

    ``uncredited`` completes each measure to what the whole bank earned. ``missing`` names, by manager, what had to be
    left out (``rate:ACCOUNT``, ``fx:USD``); the key None stands for what nobody is credited with.
    """

    managers: Sequence[str]
    values: Mapping[str, Sequence[int]]
    uncredited: Mapping[str, int]
    missing: Mapping[str | None, frozenset[str]]


class Transaction(NamedTuple):
    """What one event brought, raw at full share (E4 less than its measure's scale), and the share E4 credited of it."""

    value: int
    share: int


Transactions = Mapping[str, Mapping[str | None, Mapping[Transaction, int]]]
"""By measure and manager (None: nobody) how many transactions are alike; none whose share is 0."""


@dataclass(frozen=True, slots=True)
class Credit:
    """What one event earned one manager in one measure: a row of an explanation (contract §5).

    ``amount`` is E4 (an amount; a statement's difference from the balance before), E6 (a quantity) or 1 (a count);
    ``share`` E4; ``contribution`` raw, at the measure's scale. An event has a row for each share it was held by.
    """

    position: int
    on: date
    share: int
    amount: int
    contribution: int
