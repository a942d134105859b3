"""The payloads: every event type of the contract, its model and what follows from it.

``TYPES`` is the registry; ``columns`` lists what the log stores beside an event's body.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType, NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from schemas.fields import AMOUNT, TEAM, Column, Kind, Storage
from schemas.payloads import service, settlement, staffing, transactions
from schemas.payloads.base import Broken, Part, Payload, Rule

__all__ = ["TYPES", "Broken", "Field", "Part", "Payload", "PayloadType", "Rule", "columns", "family_types", "fields_of"]


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a payload: its name in JSON, its attribute in Python, its kind, and the column that stores it."""

    name: str
    attribute: str
    kind: Kind
    required: bool
    column: str | None
    choices: tuple[str, ...] = ()
    part: type[Part] | None = None
    """The model of each element, where the field is a list of objects."""


@cache
def fields_of(model: type[Part]) -> tuple[Field, ...]:
    """The fields of a model, in the order it declares them; ``on`` comes last."""
    found = [_field(name, info) for name, info in model.model_fields.items()]
    return tuple(sorted(found, key=lambda item: item.name == "on"))


def _field(attribute: str, info: Any) -> Field:
    name = info.alias or attribute
    parts = _Annotation(info.annotation, tuple(info.metadata))
    column = (parts.column or name) if parts.kind.storage is not Storage.NONE else None
    return Field(name, attribute, parts.kind, info.is_required(), column, parts.choices, parts.part)


class _Annotation:
    """What an annotation such as ``Annotated[str, ID] | None`` says of its field."""

    def __init__(self, annotation: Any, metadata: tuple[Any, ...]) -> None:
        annotation, more = _unwrapped(annotation)
        metadata += more
        self.part: type[Part] | None = get_args(annotation)[0] if get_origin(annotation) is list else None
        self.column = next((item.name for item in metadata if isinstance(item, Column)), None)
        self.choices: tuple[str, ...] = get_args(annotation) if get_origin(annotation) is Literal else ()
        self.kind = TEAM if self.part is not None else next(item for item in metadata if isinstance(item, Kind))


def _unwrapped(annotation: Any) -> tuple[Any, tuple[Any, ...]]:
    """The bare type below ``Optional`` and ``Annotated``, and the metadata met on the way."""
    metadata: tuple[Any, ...] = ()
    while True:
        if get_origin(annotation) is Annotated:
            annotation, *more = get_args(annotation)
            metadata += tuple(more)
        elif get_origin(annotation) in (Union, UnionType) and NoneType in get_args(annotation):
            annotation = next(member for member in get_args(annotation) if member is not NoneType)
        else:
            return annotation, metadata


@dataclass(frozen=True, slots=True)
class PayloadType:
    """One event type: its current model and version, and the family it belongs to."""

    name: str
    family: str
    model: type[Payload]
    version: int = 1

    @property
    def fields(self) -> tuple[Field, ...]:
        """The fields that a logged event of this type can have."""
        return tuple(item for item in fields_of(self.model) if item.name not in self.model.personal)

    @property
    def amounts(self) -> tuple[str, ...]:
        """The attributes that hold amounts of money."""
        return tuple(item.attribute for item in self.fields if item.kind is AMOUNT)


_FAMILIES = {
    "transactions": transactions.MODELS,
    "service": service.MODELS,
    "staffing": staffing.MODELS,
    "settlement": settlement.MODELS,
}

TYPES: Mapping[str, PayloadType] = MappingProxyType(
    {model.type: PayloadType(model.type, family, model) for family, models in _FAMILIES.items() for model in models}
)
"""Every event type by its name, in the order of the contract."""


def family_types(family: str) -> frozenset[str]:
    """The event types of a family: transactions, service, staffing or settlement."""
    return frozenset(model.type for model in _FAMILIES[family])


def columns() -> dict[str, Kind]:
    """One column a payload field of all types, in a fixed order: the same name is the same column."""
    found: dict[str, Kind] = {}
    for name, kind in _stored():
        earlier = found.setdefault(name, kind)
        assert (earlier.storage, earlier.digits) == (kind.storage, kind.digits), f"column {name} has two kinds"
    return found


def _stored() -> Iterator[tuple[str, Kind]]:
    for payload in TYPES.values():
        for item in payload.fields:
            if item.column is not None and item.name != "on":
                yield item.column, item.kind
