"""Comparisons: two statements of a period line by line, and the audit of one that was closed.

A difference is the later figure less the earlier one, both as printed; a line that one side does not show counts as 0
there. Words (a grade) and places (a rank) have no difference.
"""

from __future__ import annotations

import msgspec
from msgspec import UNSET, UnsetType

TRACED_MAX = 20
"""So many managers who differ are traced back to events, unless others are asked for."""


class Side(msgspec.Struct, frozen=True):
    """Which statement one side is; ``of`` says in a word how it was named or made."""

    of: str
    plan: str
    plan_digest: str
    period: str
    through: str
    position: int | str
    log_head: str
    digest: str


class LineChange(msgspec.Struct, frozen=True, gc=False):
    """A line that the two sides show differently; null where one does not show it."""

    id: str
    kind: str
    before: str | None
    after: str | None
    difference: str | None
    unit: str | UnsetType = UNSET


class EventChange(msgspec.Struct, frozen=True, gc=False):
    """An event that contributes otherwise to a manager's measure: a new one, or one that is credited differently.

    ``before`` and ``after`` are its contributions to the measure, which add up to the measure's values. ``period`` is
    given where the measure is of another period than the settled one (what was inherited).
    """

    measure: str
    event_id: str
    event_source: str
    position: int | str
    on: str | None
    before: str
    after: str
    difference: str
    period: str | UnsetType = UNSET


class ManagerChange(msgspec.Struct, frozen=True, omit_defaults=True):
    """What differs of one manager.

    ``events`` account for it; absent, where the events were not looked for. ``missing_before`` and ``missing_after``
    are given where what makes the result incomplete differs.
    """

    manager_id: str
    lines: list[LineChange]
    events: list[EventChange] | UnsetType = UNSET
    missing_before: list[str] | UnsetType = UNSET
    missing_after: list[str] | UnsetType = UNSET


class Arrived(msgspec.Struct, frozen=True, gc=False):
    """An event that came in between two positions and may credit others: a hand-over, a rate, a reversal, a rating …"""

    event_id: str
    event_source: str
    position: int | str
    type: str
    on: str


class Comparison(msgspec.Struct, frozen=True):
    """Two statements compared: the managers who differ, what differs of what nobody is credited with, sums over all.

    ``arrived`` are the events between the two positions, of days before the period's end, that are no business
    themselves but say how it counts; absent, where a side was not made from the log. The newest are left out where they
    are many: ``arrived_count`` counts all.
    """

    before: Side
    after: Side
    equal: bool
    managers: list[ManagerChange]
    uncredited: list[LineChange]
    totals: list[LineChange]
    arrived: list[Arrived] | UnsetType = UNSET
    arrived_count: int | UnsetType = UNSET


class Audit(msgspec.Struct, frozen=True, kw_only=True):
    """A closed settlement made again from the log.

    ``equal`` says whether statement and log head are those that it was closed with (and, where a statement was given,
    whether every line is the one in it: ``differences`` names those that are not). ``later`` compares it with what a
    settlement of today would show: what came in since.
    """

    settlement_id: str
    plan: str
    plan_digest: str
    period: str
    position: int | str
    log_head: str
    result_digest: str
    closed_at: int | str
    paid: bool
    equal: bool
    made_again: Side
    differences: list[ManagerChange] | UnsetType = UNSET
    later: Comparison
