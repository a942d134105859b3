"""Messages that carry an event: the Kafka binding of CloudEvents 1.0, structured and binary mode.

Structured (the contract's own): the value is the whole event in JSON. Binary: the value is the event's ``data`` and
every attribute a header ``ce_NAME``. Whatever does not become a line of JSON here has a reason; what is wrong inside
one, admission says.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import msgspec

from schemas.problems import Place, Problem

ATTRIBUTE = "ce_"
_VERSION = f"{ATTRIBUTE}specversion"
_CONTENT_TYPE = "content-type"
_BATCH = "application/cloudevents-batch"
_EVENT = "application/cloudevents"
_PLACE = re.compile(r", partition ([0-9]+), offset ([0-9]+)")
_encode = msgspec.json.Encoder().encode


class Message(msgspec.Struct, frozen=True, gc=False):
    """One message as it came: where it stands in its topic, and what it carries."""

    partition: int
    offset: int
    value: bytes | None
    headers: Sequence[tuple[str, bytes | None]] = ()
    key: bytes | None = None


def place_of(topic: str, message: Message) -> Place:
    """Where a message stands, as complaints say it: topic, partition and offset."""
    return Place(file=f"{topic}, partition {message.partition}, offset {message.offset}")


def told_place(spelled: str, topic: str) -> tuple[int, int] | None:
    """Partition and offset of a place that ``place_of`` has spelled; None where it is none of this topic."""
    found = _PLACE.fullmatch(spelled.removeprefix(topic))
    return (int(found[1]), int(found[2])) if found and spelled.startswith(topic) else None


def line_of(message: Message) -> bytes:
    """The event of a message as one line of JSON.

    Raises:
        Problem: the message carries none, or several at once.
    """
    if not message.value:
        raise Problem("The message is empty.", remedy="A message carries one event; nothing can be deleted from a log.")
    if not message.headers:
        return message.value
    headers = {name.lower(): value for name, value in message.headers if value is not None}
    content = headers.get(_CONTENT_TYPE, b"").decode("ascii", "replace").lower()
    if content.startswith(_BATCH):
        raise Problem("The message carries a batch of events.", remedy="Send one event a message.")
    if content.startswith(_EVENT) or not any(name.startswith(ATTRIBUTE) for name in headers):
        return message.value
    return _from_binary(headers, message.value)


def _from_binary(headers: dict[str, bytes], value: bytes) -> bytes:
    if _VERSION not in headers:
        raise Problem(
            f"The header {_VERSION} is missing.",
            place=Place(field=_VERSION),
            remedy="In binary mode every attribute of the event is a header; this one says 1.0.",
        )
    attributes: dict[str, object] = {}
    for name, raw in headers.items():
        if name.startswith(ATTRIBUTE):
            try:
                attributes[name.removeprefix(ATTRIBUTE)] = raw.decode()
            except UnicodeDecodeError:
                raise Problem(
                    f"The header {name} is not UTF-8.", place=Place(field=name), remedy="Spell attributes in UTF-8."
                ) from None
    try:
        data = msgspec.json.decode(value, type=msgspec.Raw)
    except msgspec.DecodeError as failure:
        raise Problem(
            f"The value is no JSON: {failure}.",
            place=Place(field="data"),
            remedy="In binary mode the value is the event's data, one JSON object.",
        ) from None
    return _encode({**attributes, "data": data})
