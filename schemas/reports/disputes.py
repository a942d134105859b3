"""The report of disputes and complaints: what is claimed, since when, and how it was decided."""

from __future__ import annotations

import msgspec
from msgspec import UNSET, UnsetType

from schemas.reports.base import DayReport, EventName, Text


class DisputeRow(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A manager's dispute of a settlement, or of one ``line`` of it; open where it has no ``outcome``.

    ``plan``, ``plan_digest``, ``period`` and ``position`` are those of the settlement, left out where the log has none
    of that id. ``days`` count from ``opened`` to ``resolved``, else to the day of the report.
    """

    dispute_id: str
    manager_id: str
    settlement_id: str
    plan: Text = UNSET
    plan_digest: Text = UNSET
    period: Text = UNSET
    position: int | str | UnsetType = UNSET
    line: Text = UNSET
    claim: str
    opened: str
    days: int
    outcome: Text = UNSET
    resolved: Text = UNSET
    reason: Text = UNSET
    decided_by: Text = UNSET
    events: list[EventName]


class ComplaintRow(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A customer's complaint; open where nobody said whether it is ``upheld``.

    ``managers`` are the one whom it names, else those who serve the customer on the day of the report; ``days`` count
    from ``received`` to ``resolved``, else to that day.
    """

    complaint_id: str
    customer_id: Text = UNSET
    managers: list[str]
    severity: str
    received: str
    days: int
    upheld: bool | UnsetType = UNSET
    resolved: Text = UNSET
    events: list[EventName]


class WaitingRow(msgspec.Struct, frozen=True, kw_only=True):
    """A decision of a dispute or complaint (``about`` says which, ``id`` the one) that the log does not know."""

    about: str
    id: str
    event: EventName


class DisputeReport(DayReport, frozen=True, kw_only=True):
    """The disputes (``rows``) and complaints as they stand on a day, the oldest first.

    ``waiting`` are decisions that take effect once what they decide is known; or whose id is mistaken.
    """

    rows: list[DisputeRow]
    complaints: list[ComplaintRow]
    waiting: list[WaitingRow]
