"""Reports of customers: who is at risk, what they could use, how few hold how much."""

from __future__ import annotations

import msgspec
from msgspec import UNSET

from schemas.reports.base import EventName, Report, Text


class RiskRow(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A reason why a customer may be lost or lose money for the bank, with the events that it rests on.

    ``reason`` is ``balance-falls`` (``before`` and ``now`` are daily averages, ``fall`` is the part that is gone; the
    events are the largest outflows), ``class-falls`` or ``class-bad`` (a loan classed worse than at the beginning, or
    as badly; ``now`` is what is outstanding), ``complaint-open`` or ``complaint-upheld``. ``managers`` serve the
    customer on the last day, in ``units``.
    """

    customer_id: str
    reason: str
    managers: list[str]
    units: list[str]
    account_id: Text = UNSET
    before: Text = UNSET
    now: Text = UNSET
    fall: Text = UNSET
    class_before: Text = UNSET
    class_now: Text = UNSET
    complaint_id: Text = UNSET
    severity: Text = UNSET
    events: list[EventName] = []


class RiskCount(msgspec.Struct, frozen=True, kw_only=True):
    """How many customers of a manager are at risk, in all and by reason; ``manager_id`` null: whom nobody serves."""

    manager_id: str | None
    org_unit: str | None
    customers: int
    reasons: dict[str, int]


class RiskReport(Report, frozen=True, kw_only=True):
    """Customers at risk: the most pressing first, and how many each manager has.

    Averages are those of ``product``, compared with the period before (``compared_with``); a fall counts from
    ``threshold`` on, of customers who had at least ``least``.
    """

    product: str
    compared_with: str
    threshold: str
    least: str
    rows: list[RiskRow]
    managers: list[RiskCount]


class LineUse(msgspec.Struct, frozen=True, kw_only=True):
    """How many customers of a segment (null: of none that was said) use a line of business; ``use`` is their part."""

    segment: str | None
    line: str
    customers: int
    of: int
    use: str


class GapRow(msgspec.Struct, frozen=True, kw_only=True):
    """A customer who lacks a line that is common in the segment; ``average`` is the daily average of all balances."""

    customer_id: str
    segment: str | None
    managers: list[str]
    average: str
    lines: list[str]
    lacking: list[str]


class GapReport(Report, frozen=True, kw_only=True):
    """What customers could use and do not: those with the largest balances first.

    A line of business is common where at least ``common`` of the segment's customers use it in the period.
    """

    common: str
    lines: list[LineUse]
    rows: list[GapRow]


class ConcentrationRow(msgspec.Struct, frozen=True, kw_only=True):
    """How much of the balances of a manager, of a unit or of all managers the largest customers hold.

    ``of`` is ``bank``, ``unit`` or ``manager``, ``id`` which; ``top_10`` and ``top_20`` are their parts of ``average``,
    the daily average of the period; ``warning`` says whether the part of the 10, or that of the 20, reaches the line.
    """

    of: str
    id: str | None
    parent: Text = UNSET
    customers: int
    average: str
    top_10: str | None
    top_20: str | None
    warning: bool


class RetailShare(msgspec.Struct, frozen=True, kw_only=True):
    """Which part of the assets of all retail customers the wealthiest tenth of them holds."""

    customers: int
    tenth: int
    assets: str
    share: str | None


class ConcentrationReport(Report, frozen=True, kw_only=True):
    """Concentration: the part of the balances of ``product`` that the largest customers hold, with a warning line."""

    product: str
    warning_line: str
    retail_segments: list[str]
    rows: list[ConcentrationRow]
    retail: RetailShare
