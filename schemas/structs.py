"""Structs generated from the payload models: what an event's ``data`` is in memory, and what msgspec decodes at speed.

A struct mirrors its model field by field, so that models stay the one source. Its wire types are looser than the kinds
where msgspec cannot express them (decimals, paths, periods); ``schemas.completion`` does what is left after decoding.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec

from schemas.fields import ID
from schemas.payloads import Field, Part, PayloadType, fields_of


def struct_of(
    name: str, fields: tuple[Field, ...], parts: dict[type[Part], type[msgspec.Struct]]
) -> type[msgspec.Struct]:
    """The struct with these fields; ``parts`` gives, and remembers, the structs of objects inside."""
    return msgspec.defstruct(
        name,
        [_declared(item, parts) for item in fields],
        frozen=True,
        kw_only=True,
        gc=False,
        omit_defaults=True,
        forbid_unknown_fields=True,
        rename={item.attribute: item.name for item in fields},
    )


def _declared(item: Field, parts: dict[type[Part], type[msgspec.Struct]]) -> tuple[str, Any] | tuple[str, Any, Any]:
    wire: Any = item.kind.wire
    if item.part is not None:
        wire = list[part_struct(item.part, parts)]  # type: ignore[misc] # made while it runs, for msgspec
    elif item.choices:
        wire = Literal[item.choices]
    return (item.attribute, wire) if item.required else (item.attribute, wire | None, None)


def part_struct(part: type[Part], parts: dict[type[Part], type[msgspec.Struct]]) -> type[msgspec.Struct]:
    """The struct of an object inside a payload."""
    if part not in parts:
        parts[part] = struct_of(part.__name__, fields_of(part), parts)
    return parts[part]


def envelope_of(payload: PayloadType, data: type[msgspec.Struct]) -> type[msgspec.Struct]:
    """The envelope of one event type as it arrives; what it does not know is left to the slow path."""
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
        forbid_unknown_fields=True,
        tag_field="type",
        tag=payload.name,
    )
