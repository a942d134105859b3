"""What every report says of itself."""

from __future__ import annotations

import msgspec
from msgspec import UnsetType

Text = str | UnsetType
Number = int | UnsetType


class Report(msgspec.Struct, frozen=True, kw_only=True, rename={"start": "from", "end": "to"}):
    """What every report says of itself; the days are [from, to), counted through ``through``.

    ``missing`` names what had to be left out for want of an exchange rate (``fx:USD``).
    """

    report: str
    period: str
    start: str
    end: str
    through: str
    position: int | str
    log_head: str
    currency: str
    missing: list[str] = []


class DayReport(msgspec.Struct, frozen=True, kw_only=True):
    """What a report of how things stand on a day says of itself."""

    report: str
    on: str
    position: int | str
    log_head: str


class EventName(msgspec.Struct, frozen=True):
    """An event that a row rests on, with its business date."""

    event_id: str
    event_source: str
    on: str
