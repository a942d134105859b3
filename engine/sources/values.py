"""The values of a mapping: each becomes a small function, made once for a table, from a row's fields to a text.

A function takes the row's fields (the derived ones after the table's own) and gives the value's text, a truth value, or
None where it is empty; it raises ``ValueError`` where the row holds what the mapping does not know.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, tzinfo
from decimal import Context, Decimal, Inexact, InvalidOperation
from functools import lru_cache

from engine.sources.lookup import Index, missing_column
from engine.sources.table import Header
from schemas.document import Document, Key, nearest
from schemas.exact import plain
from schemas.mapping import Conditions, Sign, Value, template
from schemas.mapping_file import MappingFile
from schemas.spelling import DateFormat, NumberFormat, months_later

Fields = list[str]
Text = Callable[[Fields], str | None]
Maker = Callable[[Fields], str | bool | None]
Test = Callable[[Fields], bool]
# Dates repeat from row to row; so many of them are kept as they were read.
DATES_KEPT = 4_096
_EXACTLY = Context(prec=200, traps=[Inexact, InvalidOperation])


class Compiler:
    """Makes the functions of one mapping for one table."""

    def __init__(
        self, mapping: MappingFile, header: Header, table: str, indexes: Mapping[str, Index], zone: tzinfo
    ) -> None:
        self._document: Document = mapping.document
        self._table = table
        self._indexes = indexes
        self._numbers: NumberFormat = mapping.rules.table.numbers
        self._zone = zone
        self._header = dict(header)

    def derived(self, name: str, place: int) -> None:
        """Let what is made from now on use the derived column ``name``, whose text stands in the field ``place``."""
        self._header[name] = place

    def test(self, conditions: Conditions, path: tuple[Key, ...]) -> Test:
        """Whether a row meets all conditions."""
        asked = [(self._place(column, (*path, column)), test) for column, test in conditions.items()]
        return lambda fields: all(test.met(fields[place]) for place, test in asked)

    def value(self, value: Value, path: tuple[Key, ...]) -> Maker:
        """What makes a value, its parts in the order that ``schemas.mapping`` states."""
        made: Maker = self._origin(value, path)
        if value.first is not None or value.last is not None:
            made = _then(made, _part(value.first, value.last))
        if value.values is not None:
            made = _valued(made, value.values, value.otherwise)
        form = value.date_format
        if form is not None:
            made = self._dated(made, value, form, path)
        elif value.is_number:
            made = self._numbered(made, value, path)
        return made

    def _place(self, column: str, path: tuple[Key, ...]) -> int:
        if column not in self._header:
            raise missing_column(column, self._header, self._table, self._document.place(path))
        return self._header[column]

    def _origin(self, value: Value, path: tuple[Key, ...]) -> Text:
        if value.lookup is not None and value.by is not None and value.take is not None:
            return self._looked_up(value.lookup, value.by, value.take, value.otherwise, path)
        if value.column is not None:
            return _column(self._place(value.column, (*path, "column")))
        pieces = template(value.text or "")
        places = [(literal, None if name is None else self._place(name, path)) for literal, name in pieces]
        if not any(place is not None for _, place in places):
            constant = "".join(literal for literal, _ in places)
            return lambda fields: constant or None  # noqa: ARG005 # the same for every row
        if len(places) == 1 and not places[0][0] and places[0][1] is not None:
            return _column(places[0][1])
        return _joined(places)

    def _looked_up(self, lookup: str, by: str, take: str, otherwise: str | None, path: tuple[Key, ...]) -> Text:
        index = self._indexes[lookup]
        if take not in index.header:
            raise missing_column(take, index.header, index.file, self._document.place((*path, "take")))
        key, taken, rows = self._place(by, (*path, "by")), index.header[take], index.rows

        def look(fields: Fields) -> str | None:
            text = fields[key]
            row = rows.get(text)
            if row is not None:
                return row[taken] or None
            if otherwise is None and text:
                raise ValueError(f"no row of {index.file} has {index.key} {text!r}")
            return otherwise or None

        return look

    def _dated(self, made: Maker, value: Value, form: DateFormat, path: tuple[Key, ...]) -> Maker:
        if value.date is None:
            zone = self._zone

            @lru_cache(DATES_KEPT)
            def moment(text: str) -> str:
                read = form.read(text)
                return (read if form.has_zone else read.replace(tzinfo=zone)).isoformat()

            return _then(made, moment)

        day = lru_cache(DATES_KEPT)(lambda text: form.read(text).date())
        if value.plus_months is None:
            return _then(made, lambda text: day(text).isoformat())
        months = self._place(value.plus_months, (*path, "plus_months"))

        def later(fields: Fields) -> str | None:
            text, count = made(fields), fields[months]
            if text is None or not count:
                return None
            if not (count.isascii() and count.isdigit() and len(count) < 5):
                raise ValueError(f"{count!r} is no number of months")
            return months_later(day(str(text)), int(count)).isoformat()

        return later

    def _numbered(self, made: Maker, value: Value, path: tuple[Key, ...]) -> Maker:
        read, times = self._numbers.read, value.times
        sign = None if value.sign is None else _signed(self._place(value.sign.column, (*path, "sign")), value.sign)

        def number(fields: Fields) -> str | None:
            text = made(fields)
            if text is None:
                return None
            found = read(str(text))
            if times is not None:
                found = _product(found, times)
            return plain(-found if sign is not None and sign(fields) else found)

        return number

    def midnight(self, day: str) -> str:
        """The first moment of a business date, RFC 3339: the time of an event whose table knows only the day."""
        try:
            return datetime.combine(date.fromisoformat(day), datetime.min.time(), self._zone).isoformat()
        except ValueError:
            raise ValueError(f"{day!r} is no date as 2025-07-01; say how the column spells it with `date:`") from None


def _column(place: int) -> Text:
    return lambda fields: fields[place] or None


def _joined(places: list[tuple[str, int | None]]) -> Text:
    def join(fields: Fields) -> str | None:
        text = ""
        for literal, place in places:
            text += literal
            if place is not None:
                if not fields[place]:
                    return None
                text += fields[place]
        return text

    return join


def _then(made: Maker, change: Callable[[str], str]) -> Maker:
    def changed(fields: Fields) -> str | bool | None:
        text = made(fields)
        return change(text) if isinstance(text, str) else text

    return changed


def _part(first: int | None, last: int | None) -> Callable[[str], str]:
    return (lambda text: text[:first]) if first is not None else (lambda text: text[-(last or 0) :])


def _valued(made: Maker, values: Mapping[str, str | bool], otherwise: str | None) -> Maker:
    def valued(fields: Fields) -> str | bool | None:
        text = str(made(fields) or "")
        if text in values:
            found = values[text]
            return None if found == "" else found
        if otherwise is not None:
            return otherwise or None
        if not text:
            return None
        remedy = nearest(text, set(values))
        raise ValueError(f"{text!r} is not among the values of the mapping{'. ' + remedy if remedy else ''}")

    return valued


def _signed(place: int, sign: Sign) -> Callable[[Fields], bool]:
    def negative(fields: Fields) -> bool:
        text = fields[place]
        if text in sign.minus:
            return True
        if text not in sign.plus:
            known = ", ".join(map(repr, (*sign.plus, *sign.minus)))
            raise ValueError(f"the {sign.column} {text!r} is neither plus nor minus (known: {known})")
        return False

    return negative


def _product(number: Decimal, times: Decimal) -> Decimal:
    try:
        return _EXACTLY.multiply(number, times)
    except (Inexact, InvalidOperation):
        raise ValueError(f"{number} is too long to be multiplied exactly") from None
