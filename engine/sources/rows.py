"""A mapping carried out on one table: which rows count, and the events that each of them becomes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Set
from dataclasses import dataclass
from datetime import tzinfo
from functools import lru_cache
from typing import Any

from engine.sources.lookup import Index
from engine.sources.table import Header
from engine.sources.values import DATES_KEPT, Compiler, Fields, Maker, Test
from schemas.document import Key
from schemas.mapping import EventRule, Value
from schemas.mapping_file import MappingFile

OUTSIDE = "outside the mapping's `rows`"
Named = tuple[str, Maker]
Filter = tuple[Test, bool, str]


class WrongRow(ValueError):
    """A row that cannot be what the mapping says: the field that fails, and why."""

    def __init__(self, what: str, field: str | None = None) -> None:
        super().__init__(what)
        self.field = field


class Skipped(Exception):
    """A row that the mapping leaves out on purpose, and its reason."""


@dataclass(frozen=True, slots=True)
class _Rule:
    """One event of a row: its test, its attributes and the members of its data."""

    test: Test
    attributes: list[Named]
    data: list[tuple[str, Maker]]
    lists: list[tuple[str, list[list[Named]]]]
    timed: bool


class RowReader:
    """What a mapping makes of the rows of one table. Rows are skipped before columns are derived, where that can be."""

    def __init__(
        self, mapping: MappingFile, header: Header, table: str, indexes: Mapping[str, Index], zone: tzinfo
    ) -> None:
        rules = mapping.rules
        compiler = Compiler(mapping, header, table, indexes, zone)
        self._width = max(header.values(), default=-1) + 1
        self._early = _filters(compiler, mapping, lambda columns: columns <= set(header))
        self._derive: list[Named] = []
        for place, (name, value) in enumerate(rules.derive.items(), self._width):
            self._derive.append((name, compiler.value(value, ("derive", name))))
            compiler.derived(name, place)
        self._late = _filters(compiler, mapping, lambda columns: not columns <= set(header))
        self._rules = [
            _rule(compiler, rule, rules.source, ("events", place)) for place, rule in enumerate(rules.events)
        ]
        self._midnight = lru_cache(DATES_KEPT)(compiler.midnight)

    def events(self, fields: Fields) -> Iterator[dict[str, Any] | WrongRow]:
        """The events of a row; a wrong one stands in its place, and the others of the row are made all the same.

        Raises:
            Skipped: the mapping leaves the row out.
            WrongRow: a derived column fails, or the row is no event of the mapping.
        """
        _skip(self._early, fields)
        self._derived(fields)
        _skip(self._late, fields)
        rules = [rule for rule in self._rules if rule.test(fields)]
        if not rules:
            raise WrongRow("the row is no event of the mapping: it meets no `when`, and no `skip` leaves it out")
        for rule in rules:
            try:
                yield self._made(rule, fields)
            except WrongRow as wrong:
                yield wrong

    def _derived(self, fields: Fields) -> None:
        del fields[self._width :]
        for name, make in self._derive:
            found = _value(name, make, fields)
            fields.append("" if found is None else str(found))

    def _made(self, rule: _Rule, fields: Fields) -> dict[str, Any]:
        event: dict[str, Any] = {"specversion": "1.0"}
        for name, make in rule.attributes:
            found = _value(name, make, fields)
            if found is None:
                raise WrongRow("it is empty", name)
            event[name] = found
        data: dict[str, Any] = {}
        for name, make in rule.data:
            found = _value(name, make, fields)
            if found is not None:
                data[name] = found
        for name, entries in rule.lists:
            made = [_object(name, entry, fields) for entry in entries]
            data[name] = [entry for entry in made if entry]
        if not rule.timed:
            if "on" not in data:
                raise WrongRow("it is empty", "on")
            try:
                event["time"] = self._midnight(data["on"])
            except ValueError as error:
                raise WrongRow(str(error), "on") from None
        event["data"] = data
        return event


def _filters(compiler: Compiler, mapping: MappingFile, chosen: Callable[[Set[str]], bool]) -> list[Filter]:
    """The tests that a row must pass, with the reason for which it is skipped: those whose columns are chosen."""
    rules = mapping.rules
    filters: list[Filter] = []
    for column, condition in rules.rows.items():
        if chosen({column}):
            filters.append((compiler.test({column: condition}, ("rows",)), True, OUTSIDE))
    for place, skip in enumerate(rules.skip):
        if chosen(skip.when.keys()):
            filters.append((compiler.test(skip.when, ("skip", place, "when")), False, skip.reason))
    return filters


def _skip(filters: list[Filter], fields: Fields) -> None:
    for test, wanted, reason in filters:
        if test(fields) != wanted:
            raise Skipped(reason)


def _value(name: str, make: Maker, fields: Fields) -> str | bool | None:
    try:
        return make(fields)
    except ValueError as error:
        raise WrongRow(str(error), name) from None


def _object(name: str, entry: list[Named], fields: Fields) -> dict[str, str | bool]:
    found = {key: _value(f"{name}.{key}", make, fields) for key, make in entry}
    return {key: value for key, value in found.items() if value is not None}


def _rule(compiler: Compiler, rule: EventRule, source: Value | None, path: tuple[Key, ...]) -> _Rule:
    attributes = [("id", compiler.value(rule.id, (*path, "id")))]
    attributes.append(("type", compiler.value(Value(text=rule.type), (*path, "type"))))
    if rule.source is not None:
        attributes.append(("source", compiler.value(rule.source, (*path, "source"))))
    elif source is not None:
        attributes.append(("source", compiler.value(source, ("source",))))
    if rule.time is not None:
        attributes.append(("time", compiler.value(rule.time, (*path, "time"))))
    data: list[Named] = []
    lists: list[tuple[str, list[list[Named]]]] = []
    for name, member in rule.data.items():
        here = (*path, "data", name)
        if isinstance(member, Value):
            data.append((name, compiler.value(member, here)))
        else:
            lists.append((name, _entries(compiler, member, here)))
    return _Rule(compiler.test(rule.when, (*path, "when")), attributes, data, lists, rule.time is not None)


def _entries(compiler: Compiler, member: tuple[dict[str, Value], ...], path: tuple[Key, ...]) -> list[list[Named]]:
    return [
        [(key, compiler.value(value, (*path, place, key))) for key, value in entry.items()]
        for place, entry in enumerate(member)
    ]
