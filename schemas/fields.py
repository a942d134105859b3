"""Field kinds: what a payload's field can be, and how it is read, stored and described, all in one place.

The payload models are written with the annotated types at the end of this module (``customer_id: Id``). Everything
else follows from the kind that such a type carries: the columns of the log, the structs of the codec's fast path, the
messages about a wrong value and the JSON Schema.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, Literal, get_args, get_origin

import msgspec
from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, core_schema

from schemas import reading
from schemas.catalogue import SHAPE
from schemas.decimals import DecimalReader, read_number, read_outcome
from schemas.exact import AMOUNT_DIGITS, NUMBER_DIGITS, SHARE_DIGITS


class Storage(StrEnum):
    """How a segment of the log stores a field beside the event's body."""

    CODE = "code"  # int32 into the log's dictionary of names
    SCALED_64 = "scaled-64"  # int64 in units of 10^-digits
    SCALED_32 = "scaled-32"  # int32 in units of 10^-digits
    DAY = "day"  # date32
    FLAG = "flag"  # bool
    TEAM = "team"  # list of (manager_id, share, role)
    NONE = "none"  # the body alone


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of field.

    ``wire`` is what msgspec accepts for it in the fast path; where that is looser than the kind, ``check`` finishes the
    reading there. ``read`` is the whole reading, from a JSON value. ``digits`` counts those after a decimal's point.
    """

    name: str
    storage: Storage
    read: Callable[[Any], Any]
    wire: Any
    schema: Mapping[str, Any] = field(hash=False)
    check: Callable[[Any], Any] | None = None
    digits: int = 0

    @property
    def exact(self) -> Any:
        """What msgspec decodes the log's own bytes into: the value itself, or Any where it is still to be read."""
        return Decimal if self.storage in (Storage.SCALED_64, Storage.SCALED_32) else self.wire

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        choices = get_args(source) if get_origin(source) is Literal else ()
        return core_schema.no_info_plain_validator_function(self._reader(choices), metadata={"choices": choices})

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        choices = schema.get("metadata", {}).get("choices", ())
        return {"type": "string", "enum": list(choices)} if choices else dict(self.schema)

    def _reader(self, choices: tuple[str, ...]) -> Callable[[Any], Any]:
        if not choices:
            return self.read

        def read(value: Any) -> Any:
            if value not in choices:
                match = reading.nearest(value, choices) if isinstance(value, str) else None
                meant = f"Did you mean {match}? " if match else ""
                raise reading.Unreadable(
                    f"{reading.shown(value)} is not known here.", f"{meant}Write one of: {', '.join(choices)}."
                )
            return value

        return read


@dataclass(frozen=True, slots=True)
class Column:
    """The column of the log for a field whose own name is taken by another meaning."""

    name: str


_WORD_WIRE = Annotated[str, msgspec.Meta(min_length=1, max_length=reading.LONGEST_ID)]
_NAMED = {"type": "string", "minLength": 1, "maxLength": reading.LONGEST_ID}


def _decimal_schema(whole: int, digits: int, *, signed: bool, **bounds: int) -> dict[str, Any]:
    sign = "-?" if signed else ""
    spelled = rf"^{sign}0*[0-9]{{1,{whole}}}(\.[0-9]{{1,{digits}}}0*)?$"
    return {"anyOf": [{"type": "string", "pattern": spelled}, {"type": "number", **bounds}]}


def _word_kind(name: str, description: str) -> Kind:
    return Kind(name, Storage.CODE, reading.read_id, _WORD_WIRE, {**_NAMED, "description": description})


def _decimal_kind(
    name: str, storage: Storage, digits: int, read: Callable[[Any], Decimal], schema: Mapping[str, Any]
) -> Kind:
    return Kind(name, storage, read, Any, schema, check=read, digits=digits)


_AMOUNT_BELOW = 10**13
_NUMBER_BELOW = 10**12
_EXCHANGE_BELOW = 10**4
_RATE_BELOW = 10

_REST_OF_RANGE = r"-[0-9]{2}-[0-9]{2}\.\.[0-9]{4}-[0-9]{2}-[0-9]{2}"

ID = _word_kind("id", "An identifier: 1 to 128 characters.")
WORD = _word_kind("word", "A word of the adopter's own vocabulary: 1 to 128 characters.")
PATH = Kind(
    "path", Storage.CODE, reading.read_path, _WORD_WIRE, {**_NAMED, "pattern": f"^{SHAPE}$"}, check=reading.read_path
)
CURRENCY = Kind(
    "currency",
    Storage.CODE,
    reading.read_currency,
    _WORD_WIRE,
    {"type": "string", "pattern": "^[A-Z]{3}$"},
    check=reading.read_currency,
)
PERIOD_NAME = Kind(
    "period",
    Storage.CODE,
    reading.read_period_name,
    _WORD_WIRE,
    {
        "type": "string",
        "pattern": f"^[0-9]{{4}}(H[12]|Q[1-4]|B[1-6]|-(0[1-9]|1[0-2])|{_REST_OF_RANGE})?$",
    },
    check=reading.read_period_name,
)
AMOUNT = _decimal_kind(
    "amount",
    Storage.SCALED_64,
    AMOUNT_DIGITS,
    DecimalReader("an amount", AMOUNT_DIGITS, _AMOUNT_BELOW),
    _decimal_schema(13, AMOUNT_DIGITS, signed=True, exclusiveMinimum=-_AMOUNT_BELOW, exclusiveMaximum=_AMOUNT_BELOW),
)
RATE = _decimal_kind(
    "rate",
    Storage.SCALED_32,
    NUMBER_DIGITS,
    DecimalReader("a rate", NUMBER_DIGITS, _RATE_BELOW),
    _decimal_schema(1, NUMBER_DIGITS, signed=True, exclusiveMinimum=-_RATE_BELOW, exclusiveMaximum=_RATE_BELOW),
)
EXCHANGE = _decimal_kind(
    "exchange",
    Storage.SCALED_64,
    NUMBER_DIGITS,
    DecimalReader("an exchange rate", NUMBER_DIGITS, _EXCHANGE_BELOW, above_zero=True),
    _decimal_schema(4, NUMBER_DIGITS, signed=False, exclusiveMinimum=0, exclusiveMaximum=_EXCHANGE_BELOW),
)
NUMBER = _decimal_kind(
    "number",
    Storage.SCALED_64,
    NUMBER_DIGITS,
    read_number,
    _decimal_schema(12, NUMBER_DIGITS, signed=True, exclusiveMinimum=-_NUMBER_BELOW, exclusiveMaximum=_NUMBER_BELOW),
)
COUNT = _decimal_kind(
    "count",
    Storage.SCALED_64,
    NUMBER_DIGITS,
    DecimalReader("a quantity", NUMBER_DIGITS, _NUMBER_BELOW, least=Decimal(0)),
    _decimal_schema(12, NUMBER_DIGITS, signed=False, minimum=0, exclusiveMaximum=_NUMBER_BELOW),
)
SHARE = _decimal_kind(
    "share",
    Storage.SCALED_32,
    SHARE_DIGITS,
    DecimalReader("a share", SHARE_DIGITS, _NUMBER_BELOW, least=Decimal(0), most=Decimal(1)),
    _decimal_schema(1, SHARE_DIGITS, signed=False, minimum=0, maximum=1),
)
DAY = Kind("day", Storage.DAY, reading.read_day, date, {"type": "string", "format": "date"})
FLAG = Kind("flag", Storage.FLAG, reading.read_flag, bool, {"type": "boolean"})
TEXT = Kind(
    "text",
    Storage.NONE,
    reading.read_text,
    Annotated[str, msgspec.Meta(min_length=1)],
    {"type": "string", "minLength": 1},
)
POSITION = Kind(
    "position",
    Storage.NONE,
    reading.read_position,
    Any,
    {"anyOf": [{"type": "integer", "minimum": 0}, {"type": "string", "pattern": "^[0-9]+:[0-9]+(,[0-9]+:[0-9]+)*$"}]},
    check=reading.read_position,
)
OUTCOME = Kind(
    "outcome",
    Storage.NONE,
    read_outcome,
    Any,
    {"anyOf": [dict(NUMBER.schema), dict(WORD.schema)]},
    check=read_outcome,
)
TEAM = Kind("team", Storage.TEAM, reading.read_list, list, {"type": "array"})
"""A list of objects, each with the fields of its own model; the log stores managers and shares of it."""

Id = Annotated[str, ID]
Word = Annotated[str, WORD]
Path = Annotated[str, PATH]
Currency = Annotated[str, CURRENCY]
PeriodName = Annotated[str, PERIOD_NAME]
Amount = Annotated[Decimal, AMOUNT]
Rate = Annotated[Decimal, RATE]
Exchange = Annotated[Decimal, EXCHANGE]
Number = Annotated[Decimal, NUMBER]
Count = Annotated[Decimal, COUNT]
Share = Annotated[Decimal, SHARE]
Day = Annotated[date, DAY]
Flag = Annotated[bool, FLAG]
Text = Annotated[str, TEXT]
Position = Annotated[int | str, POSITION]
Outcome = Annotated[Decimal | str, OUTCOME]
