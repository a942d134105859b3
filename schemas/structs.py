"""Structs generated from the payload models: what an event's ``data`` is in memory, and what msgspec decodes at speed.

A struct mirrors its model field by field, so that models stay the one source. Its wire types are looser than the kinds
where msgspec cannot express them (decimals, paths, periods); ``Checks`` names what is left to do after decoding.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec

from schemas.fields import AMOUNT, ID
from schemas.payloads import Field, Part, PayloadType, Rule, fields_of


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


@dataclass(frozen=True, slots=True)
class Checks:
    """What msgspec leaves to do for a struct: replace spelled values by exact ones, and test the others.

    ``replaced`` and ``amounts`` say of each field whether it is required: there msgspec lets a null pass.
    """

    replaced: tuple[tuple[str, Callable[[Any], Any], bool], ...]
    tested: tuple[tuple[str, Callable[[Any], Any]], ...]
    amounts: tuple[tuple[str, bool], ...]
    lists: tuple[tuple[str, Checks], ...]
    rules: tuple[Rule, ...]


def checks_of(fields: tuple[Field, ...], rules: tuple[Rule, ...]) -> Checks:
    """The checks that complete the decoding of a struct with these fields."""
    replaced: list[tuple[str, Callable[[Any], Any], bool]] = []
    tested: list[tuple[str, Callable[[Any], Any]]] = []
    lists: list[tuple[str, Checks]] = []
    for item in fields:
        if item.part is not None:
            lists.append((item.attribute, checks_of(fields_of(item.part), ())))
        elif item.kind.check is not None and item.kind is not AMOUNT and not item.choices:
            if item.kind.wire is Any:
                replaced.append((item.attribute, item.kind.check, item.required))
            else:
                tested.append((item.attribute, item.kind.check))
    amounts = tuple((item.attribute, item.required) for item in fields if item.kind is AMOUNT)
    return Checks(tuple(replaced), tuple(tested), amounts, tuple(lists), rules)
