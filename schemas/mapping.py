"""The mapping: how the rows of somebody's table become events, written in YAML (docs/recipes/own-csv.md).

A value is a text with columns in braces (``"account-{account_id}"``), or, where it must be converted, a few keys:
the column or lookup it comes from, then what is done to it, in this order: a part of it, a value map, a date or number.
An empty value is left out of the event. Data only: ``engine.sources.rows`` carries it out.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta, timezone, tzinfo
from decimal import Decimal, InvalidOperation
from string import Formatter
from typing import Annotated, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, BeforeValidator, ConfigDict, Discriminator, Field, Tag, model_validator

from schemas.document import Key
from schemas.spelling import DateFormat, NumberFormat

Template = tuple[tuple[str, str | None], ...]


def template(text: str) -> Template:
    """The pieces of a text: each a literal and the name of the column after it (None after the last).

    Raises ``ValueError`` for a brace that opens or closes nothing.
    """
    pieces: list[tuple[str, str | None]] = []
    try:
        for literal, name, specification, conversion in Formatter().parse(text):
            if name == "" or specification or conversion:
                raise ValueError
            pieces.append((literal, name))
    except ValueError:
        raise ValueError(f"{text!r} has a stray brace: write a column as {{name}}, a brace itself as {{{{") from None
    return tuple(pieces)


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class TableFormat(_Part):
    """How a CSV file is written. Parquet needs none of it."""

    delimiter: str = ","
    quote: str = Field(default='"', max_length=1)
    encoding: str = "utf-8"
    header: bool = True
    columns: tuple[str, ...] = ()
    skip_lines: int = Field(default=0, ge=0)
    decimal: str = Field(default=".", min_length=1, max_length=1)
    thousands: str = Field(default="", max_length=1)

    @model_validator(mode="after")
    def _agrees(self) -> TableFormat:
        if len(self.separator) != 1:
            raise ValueError("a delimiter is one character, or `tab`")
        if not self.header and not self.columns:
            raise ValueError("a file without a header needs `columns:`, their names in order")
        if self.decimal == self.thousands:
            raise ValueError("the decimal and the thousands mark are the same")
        try:
            if '\n,"'.encode(self.encoding) != b'\n,"':
                raise ValueError(f"the encoding {self.encoding!r} is not read; save the file as utf-8")
        except LookupError:
            raise ValueError(f"the encoding {self.encoding!r} is unknown; usual are utf-8, gb18030, cp1250") from None
        return self

    @property
    def separator(self) -> str:
        """The delimiter itself."""
        return "\t" if self.delimiter in {"tab", "\\t"} else self.delimiter

    @property
    def numbers(self) -> NumberFormat:
        """How the file's numbers are spelled."""
        return NumberFormat(self.decimal, self.thousands)


class Condition(_Part):
    """What a column must hold: one of these texts, or none of them (``not``). The empty text is an empty column."""

    values: tuple[str, ...]
    negated: bool = False

    def met(self, text: str) -> bool:
        """Whether a column with this text meets the condition."""
        return (text in self.values) != self.negated


def _condition(written: Any) -> Any:
    if isinstance(written, dict) and set(written) == {"not"}:
        return {"values": _texts(written["not"]), "negated": True}
    return {"values": _texts(written)}


def _texts(written: Any) -> list[str]:
    listed = written if isinstance(written, list) else [written]
    if not listed or not all(isinstance(text, str) for text in listed):
        raise ValueError('a condition is a text, a list of texts, or {not: …}; quote what is no plain word: "true", ""')
    return listed


Conditions = dict[str, Annotated[Condition, BeforeValidator(_condition)]]


class Lookup(_Part):
    """A second file: the row whose ``key`` column holds a text. It is looked for beside the table, then the mapping."""

    file: str = Field(min_length=1)
    key: str
    where: Conditions = {}
    table: TableFormat | None = None


class Sign(_Part):
    """A number's sign by another column: these texts make it positive, those negative; any other is refused."""

    column: str
    plus: tuple[str, ...] = ()
    minus: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _agrees(self) -> Sign:
        if not (self.plus or self.minus):
            raise ValueError("`sign` needs the texts of `plus`, of `minus` or both")
        if set(self.plus) & set(self.minus):
            raise ValueError(f"{min(set(self.plus) & set(self.minus))!r} is both plus and minus")
        return self


def _number(text: Any) -> Any:
    try:
        number = Decimal(text)
    except (InvalidOperation, TypeError):
        number = Decimal("NaN")
    if not number.is_finite():
        raise ValueError("this is no number; write it as 10000 or 0.01")
    return number


class Value(_Part):
    """Where a value comes from and what is done to it."""

    text: str | None = None
    column: str | None = None
    lookup: str | None = None
    by: str | None = None
    take: str | None = None
    first: int | None = Field(default=None, ge=1)
    last: int | None = Field(default=None, ge=1)
    values: dict[str, str | bool] | None = None
    otherwise: str | None = None
    date: str | None = None
    time: str | None = None
    century: int | None = Field(default=None, ge=0, le=9900, multiple_of=100)
    plus_months: str | None = None
    number: bool = False
    sign: Sign | None = None
    times: Annotated[Decimal, BeforeValidator(_number)] | None = None

    @model_validator(mode="after")
    def _agrees(self) -> Value:
        if sum(part is not None for part in (self.text, self.column, self.lookup)) != 1:
            raise ValueError("a value comes from exactly one of `text`, `column` and `lookup`")
        if self.text is not None:
            template(self.text)
        if (self.lookup is None) != (self.by is None) or (self.lookup is None) != (self.take is None):
            raise ValueError("a `lookup` needs `by` (a column of this table) and `take` (a column of the other)")
        if self.otherwise is not None and self.values is None and self.lookup is None:
            raise ValueError("`otherwise` belongs to `values` or `lookup`")
        if self.first is not None and self.last is not None:
            raise ValueError("take the `first` or the `last` characters, not both")
        if sum((self.date is not None, self.time is not None, self.is_number)) > 1:
            raise ValueError("a value is a `date`, a `time` or a `number`, not several")
        if self.plus_months is not None and self.date is None:
            raise ValueError("`plus_months` belongs to a `date`")
        if self.date_format is None and self.century is not None:
            raise ValueError("`century` belongs to a `date` or a `time`")
        return self

    @property
    def is_number(self) -> bool:
        """Whether the value is read as a number."""
        return self.number or self.sign is not None or self.times is not None

    @property
    def date_format(self) -> DateFormat | None:
        """How the value spells a date or a time."""
        spelled = self.date or self.time
        return None if spelled is None else DateFormat(spelled, self.century)


def _value(written: Any) -> Any:
    if isinstance(written, str):
        return {"text": written}
    if isinstance(written, bool) or written is None:
        raise ValueError('a value is a text ("{column}" stands for a column), or keys such as `column`')
    return written


def _kind(written: Any) -> str:
    return "list" if isinstance(written, list | tuple) else "one"


OneValue = Annotated[Value, BeforeValidator(_value)]
Member = Annotated[
    Annotated[OneValue, Tag("one")] | Annotated[tuple[dict[str, OneValue], ...], Tag("list")], Discriminator(_kind)
]


class EventRule(_Part):
    """One event a row: which rows give it, and what it says."""

    type: str = Field(min_length=1)
    id: OneValue
    source: OneValue | None = None
    when: Conditions = {}
    time: OneValue | None = None
    data: dict[str, Member]


class Skip(_Part):
    """Rows that are left out on purpose, and why."""

    when: Conditions = Field(min_length=1)
    reason: str = Field(min_length=1)


def _zone(text: str | None) -> str | None:
    if text is not None:
        zone_named(text)
    return text


def zone_named(text: str) -> tzinfo:
    """A time zone by its name (``Europe/Prague``) or as an offset (``+01:00``); raises ``ValueError``."""
    try:
        if text[:1] in {"+", "-"}:
            hours, minutes = text[1:].split(":")
            offset = timedelta(hours=int(hours), minutes=int(minutes))
            return timezone(-offset if text[0] == "-" else offset)
        return ZoneInfo(text)
    except (ValueError, OSError, ZoneInfoNotFoundError):
        raise ValueError(f"{text!r} is no time zone; write one as Europe/Prague or +01:00") from None


class Mapping(_Part):
    """A whole mapping document."""

    mapping: str = Field(min_length=1)
    title: str = ""
    table: TableFormat = TableFormat()
    zone: Annotated[str | None, BeforeValidator(_zone)] = None
    source: OneValue | None = None
    lookups: dict[str, Lookup] = {}
    derive: dict[str, OneValue] = {}
    rows: Conditions = {}
    skip: tuple[Skip, ...] = ()
    events: list[EventRule] = Field(min_length=1)

    def values(self) -> Iterator[tuple[tuple[Key, ...], Value]]:
        """Every value of the document with its path."""
        if self.source is not None:
            yield ("source",), self.source
        for name, value in self.derive.items():
            yield ("derive", name), value
        for number, event in enumerate(self.events):
            here: tuple[Key, ...] = ("events", number)
            for key in ("id", "source", "time"):
                if (value := getattr(event, key)) is not None:
                    yield (*here, key), value
            for name, member in event.data.items():
                if isinstance(member, Value):
                    yield (*here, "data", name), member
                    continue
                for place, entry in enumerate(member):
                    for inner, value in entry.items():
                        yield (*here, "data", name, place, inner), value
