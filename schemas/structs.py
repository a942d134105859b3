"""Structs generated from the payload models, for msgspec to decode and encode at speed.

A struct mirrors its model field by field, so that models stay the one source. There are two families. In the *spelled*
one fields are what a producer may write, looser than the kinds where msgspec cannot express them (decimals, paths,
periods); ``schemas.completion`` checks the rest. In the *exact* one they are the values themselves: what an event's
``data`` is in memory, and what the log's own bytes are decoded into.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec

from schemas.event import NO_EXTENSIONS
from schemas.fields import ID, Kind
from schemas.payloads import Field, Part, PayloadType, fields_of

Struct = type[msgspec.Struct]


class Structs:
    """One family of structs; ``wire`` gives the type that msgspec reads a kind of field as."""

    def __init__(self, wire: Callable[[Kind], Any]) -> None:
        self._wire = wire
        self._parts: dict[type[Part], Struct] = {}

    def payload(self, name: str, fields: tuple[Field, ...]) -> Struct:
        """The struct with these fields."""
        return msgspec.defstruct(
            name,
            [self._declared(item) for item in fields],
            frozen=True,
            kw_only=True,
            gc=False,
            omit_defaults=True,
            forbid_unknown_fields=True,
            rename={item.attribute: item.name for item in fields},
        )

    def part(self, part: type[Part]) -> Struct:
        """The struct of an object inside a payload."""
        if part not in self._parts:
            self._parts[part] = self.payload(part.__name__, fields_of(part))
        return self._parts[part]

    def _declared(self, item: Field) -> tuple[str, Any] | tuple[str, Any, Any]:
        wire = self._wire(item.kind)
        if item.part is not None:
            wire = list[self.part(item.part)]  # type: ignore[misc] # made while it runs, for msgspec
        elif item.choices:
            wire = Literal[item.choices]
        return (item.attribute, wire) if item.required else (item.attribute, wire | None, None)


def envelope_of(payload: PayloadType, data: Struct) -> Struct:
    """The envelope of one event type as it arrives; what it does not know is left to the slow path.

    Complete, it tells what an event does (``schemas.event.Told``).
    """
    return msgspec.defstruct(
        f"{data.__name__}Envelope",
        [
            ("specversion", Literal["1.0"]),
            ("id", ID.wire),
            ("source", ID.wire),
            ("time", Annotated[datetime, msgspec.Meta(tz=True)]),
            ("data", data),
            ("dataschema", str | None, None),
            ("subject", str | msgspec.UnsetType, msgspec.UNSET),
            ("datacontenttype", Literal["application/json"] | msgspec.UnsetType, msgspec.UNSET),
        ],
        gc=False,
        omit_defaults=True,
        forbid_unknown_fields=True,
        tag_field="type",
        tag=payload.name,
        namespace={"type": payload.name, "extensions": NO_EXTENSIONS, "written": None},
    )


def one_of(envelopes: list[Struct]) -> Any:
    """The type that is any of ``envelopes``, told apart by the event's ``type``."""
    union: Any = None
    for envelope in envelopes:
        union = envelope if union is None else union | envelope
    return union
