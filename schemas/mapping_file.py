"""Reading a mapping from its file, with a complaint for whatever admission would refuse of every row."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from schemas.document import Document, Key, nearest, read
from schemas.mapping import EventRule, Mapping
from schemas.payloads import TYPES
from schemas.problems import Problem, Problems


@dataclass(frozen=True, slots=True)
class MappingFile:
    """A mapping with the document it was read from, so that a later complaint can name its line."""

    rules: Mapping
    document: Document

    @property
    def folder(self) -> Path:
        """Where the document lies."""
        return Path(self.document.file).parent


def load(path: Path) -> MappingFile:
    """The mapping in the file ``path``.

    Raises:
        Problem: it is none; every complaint names its line and field.
    """
    document = read(path)
    rules = document.checked(Mapping)
    complaints = [*_undeclared(rules, document)]
    for number, event in enumerate(rules.events):
        complaints += _doubts(event, rules, document, ("events", number))
    if complaints:
        raise Problems(complaints)
    return MappingFile(rules, document)


def _undeclared(rules: Mapping, document: Document) -> Iterator[Problem]:
    for where, value in rules.values():
        if value.lookup is not None and value.lookup not in rules.lookups:
            what = f"The lookup {value.lookup!r} is not declared under `lookups`."
            place = document.place((*where, "lookup"))
            yield Problem(what, place=place, remedy=nearest(value.lookup, set(rules.lookups)))


def _doubts(event: EventRule, rules: Mapping, document: Document, path: tuple[Key, ...]) -> Iterator[Problem]:
    """What admission would say of every single event of this rule."""
    if event.source is None and rules.source is None:
        remedy = "Name the system the table comes from: `source: core-banking`, here or at the top."
        yield Problem("The event has no `source`.", place=document.place(path), remedy=remedy)
    if event.time is None and "on" not in event.data:
        what = "The event has neither a `time` nor a business date `on`."
        yield Problem(what, place=document.place(path), remedy="Give `on` in `data`, or `time`, from a date column.")
    if "{" in event.type:
        return
    payload = TYPES.get(event.type)
    if payload is None:
        what, place = f"{event.type!r} is no event type.", document.place((*path, "type"))
        yield Problem(what, place=place, remedy=nearest(event.type, set(TYPES)))
        return
    fields = {field.name: field.required for field in payload.fields}
    for name in event.data:
        if name not in fields:
            what, place = f"{event.type} has no field {name!r}.", document.place((*path, "data", name))
            yield Problem(what, place=place, remedy=nearest(name, set(fields)))
    for name, required in fields.items():
        if required and name not in event.data:
            place = document.place((*path, "data"))
            yield Problem(f"{event.type} needs the field {name!r}.", place=place, remedy="Say where it comes from.")
