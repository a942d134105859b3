"""The event: one fact that a source recorded, as the whole product handles it after admission.

It is a CloudEvents 1.0 event. Its identity is (source, id); its content is type, time and data. What a producer said
of ``subject`` is gone: admission computes it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, tzinfo
from typing import Any, Protocol

import msgspec
import xxhash

Identity = tuple[str, str]

REVERSAL = "event.reversed"
SUBJECTS = ("customer_id", "manager_id", "org_unit", "currency")
"""What can be an event's subject, the first that its payload has."""

NO_EXTENSIONS: Mapping[str, Any] = {}
"""What nearly every event shares, instead of an empty dict each."""


class Event(msgspec.Struct, frozen=True, gc=False, omit_defaults=True, tag_field="specversion", tag="1.0"):
    """An admitted event.

    ``data`` is the payload struct that ``schemas.structs`` generates from the type's model: absent fields are None,
    decimals are ``decimal.Decimal`` in shortest plain form. ``time`` is in UTC. ``written`` is the payload in the
    version it was written in, where that is an older one: the log keeps it so.
    """

    id: str
    source: str
    type: str
    time: datetime
    data: Any
    dataschema: str | None = None
    extensions: Mapping[str, Any] = msgspec.field(default_factory=dict)
    written: Any = None

    @property
    def identity(self) -> Identity:
        """What makes the event itself: the same pair again is a duplicate or a conflict."""
        return self.source, self.id


class Told(Protocol):
    """What an admitted event tells: an ``Event``, or the envelope that it came in, once that is complete.

    In the envelope's ``data`` decimals may stand as they are spelled, in shortest plain form.
    """

    @property
    def id(self) -> str:
        """Its id within its source."""

    @property
    def source(self) -> str:
        """Who recorded it."""

    @property
    def type(self) -> str:
        """Its type."""

    @property
    def time(self) -> datetime:
        """When it was recorded, in UTC."""

    @property
    def data(self) -> Any:
        """Its payload."""

    @property
    def extensions(self) -> Mapping[str, Any]:
        """What its envelope says beyond CloudEvents."""

    @property
    def written(self) -> Any:
        """Its payload in the older version that it was written in, if so."""


def identity_key(source: str, event_id: str) -> int:
    """64 bits of (source, id), unsigned: equal identities have equal keys; the converse is to be checked."""
    return xxhash.xxh3_64_intdigest(f"{source}\x00{event_id}".encode())


def identity_keys(events: Sequence[Any]) -> list[int]:
    """The identity keys of many events, or of anything that has a ``source`` and an ``id``."""
    hashed = xxhash.xxh3_64_intdigest
    return [hashed(f"{event.source}\x00{event.id}".encode()) for event in events]


def same_content(one: Event, other: Event) -> bool:
    """Whether two events of one identity say the same: type, time and data; extension attributes do not count."""
    return one.type == other.type and one.time == other.time and bool(one.data == other.data)


def business_date(event: Told, zone: tzinfo) -> date:
    """The day the event belongs to: ``on``, else the date of its time in the institution's time zone."""
    said: date | None = event.data.on
    return said if said is not None else event.time.astimezone(zone).date()


def subject_of(event: Told) -> str | None:
    """What orders and places the event: the customer, else the manager, else the unit, else the currency.

    None where the event speaks of another one (a reversal, a resolution, a settlement): it belongs where that does.
    """
    data = event.data
    for name in SUBJECTS:
        value: str | None = getattr(data, name, None)
        if value is not None:
            return value
    return None
