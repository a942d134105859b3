"""YAML documents that people write: read with the line of everything in them, checked by a pydantic model.

A scalar is the text that stands there; only ``true`` and ``false`` are truth values, and ``null``, ``~`` or nothing is
null. So ``0.10`` is never a binary float, a date never a surprise and the field ``on`` never a truth value.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from schemas.problems import EnvironmentProblem, Place, Problem, Problems

Key = str | int
Model = TypeVar("Model", bound=BaseModel)
DEPTH_MAX = 50
_LOADER: type = yaml.CBaseLoader if yaml.__with_libyaml__ else yaml.BaseLoader
_PLAIN: Mapping[str, bool | None] = {"true": True, "false": False, "null": None, "~": None, "": None}

_NAME = re.compile(r"[\w.-]+")
_QUOTE = "Put a text with a comma or a colon in it in quotation marks."
_FIELDS, _LIST = "Fields are expected here, each as 'name: value'", "A list is expected here"
_TEXT = "A text is expected here"
_WANTED: Mapping[str, str] = {
    "model_type": _FIELDS,
    "model_attributes_type": _FIELDS,
    "dict_type": _FIELDS,
    "tuple_type": _LIST,
    "list_type": _LIST,
    "string_type": _TEXT,
    "literal_error": _TEXT,
    "enum": _TEXT,
    "string_too_short": "Nothing is written here",
    "too_short": "Nothing is written here",
    "bool_type": "true or false is expected here",
    "bool_parsing": "true or false is expected here",
}
"""What a document is to have where its shape is another, by pydantic's word for the mistake."""


@dataclass(frozen=True, slots=True)
class Document:
    """A document's value, and the line on which each part of it stands, by path."""

    file: str
    value: Any
    lines: Mapping[tuple[Key, ...], int]

    def place(self, path: Sequence[Key]) -> Place:
        """Where ``path`` stands, or the nearest part around it that is written."""
        known = tuple(path)
        while known and known not in self.lines:
            known = known[:-1]
        return Place(file=self.file, line=self.lines.get(known, 1), field=dotted(path) or None)

    def checked(self, model: type[Model]) -> Model:
        """The document as a ``model``.

        Raises:
            Problem: it is not one; every complaint names its line and field.
        """
        try:
            return model.model_validate(self.value)
        except ValidationError as failure:
            errors = failure.errors()
            locations = [error["loc"] for error in errors]
            told = [one for one in errors if not (one["type"] == "too_short" and _is_around(one["loc"], locations))]
            raise Problems([self._complaint(model, error) for error in told]) from None

    def _complaint(self, model: type[BaseModel], error: ErrorDetails) -> Problem:
        path, around = self._written(error["loc"], is_missing=error["type"] == "missing")
        what, remedy = _said(model, error, path, around)
        return Problem(what if what.endswith((".", "?", "!")) else f"{what}.", place=self.place(path), remedy=remedy)

    def _written(self, location: Sequence[Key], *, is_missing: bool) -> tuple[list[Key], Any]:
        """The path as the document spells it (pydantic adds names of alternatives), and what holds its last part."""
        path: list[Key] = []
        value, around = self.value, None
        for place, key in enumerate(location):
            here = isinstance(value, dict) and key in value
            if here or (isinstance(value, list) and isinstance(key, int) and key < len(value)):
                path.append(key)
                around, value = value, value[key]
            elif is_missing and place == len(location) - 1 and isinstance(value, dict):
                path.append(key)
                around = value
        return path, around


def _said(model: type[BaseModel], error: ErrorDetails, path: Sequence[Key], around: Any) -> tuple[str, str]:
    """What is wrong, and what to do."""
    context, written = error.get("ctx", {}), error["input"]
    match error["type"]:
        case "missing":
            return f"{path[-1]!r} is missing.", ""
        case "extra_forbidden":
            name, known = str(path[-1]), _fields(model) - set(around if isinstance(around, dict) else ())
            return f"{name!r} is not known here.", nearest(name, known) if _NAME.fullmatch(name) else _QUOTE
        case "literal_error" | "enum" if isinstance(written, str):
            return f"{written!r} is not known here.", nearest(written, re.findall(r"'([^']+)'", context["expected"]))
        case kind:
            what = _WANTED.get(kind) or error["msg"].removeprefix("Value error, ")
            return what, getattr(context.get("error"), "remedy", "")


def _is_around(location: Sequence[Key], others: Sequence[Sequence[Key]]) -> bool:
    """Whether one of the others lies inside: a list is not too short that has wrong parts."""
    return any(len(other) > len(location) and other[: len(location)] == location for other in others)


def _fields(model: type[BaseModel], seen: frozenset[type[BaseModel]] = frozenset()) -> set[str]:
    """The keys a document of ``model`` may have anywhere: enough to guess what a misspelt one was meant to be."""
    names = {field.alias or name for name, field in model.model_fields.items()}
    for field in model.model_fields.values():
        for inner in _models(field.annotation):
            if inner not in seen:
                names |= _fields(inner, seen | {model, inner})
    return names


def _models(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for part in getattr(annotation, "__args__", ()) for model in _models(part)]


def nearest(name: str, known: Sequence[str] | set[str] | frozenset[str]) -> str:
    """A remedy: the known name most like ``name``, or all of them where none is like it and they are few."""
    close = get_close_matches(name, sorted(known), n=1)
    if close:
        return f"Did you mean {close[0]!r}?"
    return f"Known: {', '.join(sorted(known))}." if known and len(known) <= 20 else ""


def dotted(path: Sequence[Key]) -> str:
    """A path as people read it: ``events[0].data.amount``."""
    text = ""
    for key in path:
        text += f"[{key}]" if isinstance(key, int) else f".{key}" if text else key
    return text


def read(path: Path) -> Document:
    """The document in the file ``path``.

    Raises:
        Problem: there is no such file, or it is no YAML that is read here.
    """
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise Problem("There is no such file.", place=Place(file=str(path))) from None
    except IsADirectoryError:
        raise Problem("It is a folder.", place=Place(file=str(path)), remedy="Name a file in it.") from None
    except OSError as failure:
        raise EnvironmentProblem(f"It cannot be read: {failure.strerror}.", place=Place(file=str(path))) from None
    return parse(content, file=str(path))


def parse(content: bytes, *, file: str) -> Document:
    """The document in ``content``; ``file`` is the name that complaints give it.

    Raises:
        Problem: it is no YAML that is read here; the complaint names the line.
    """
    try:
        text = content.decode("utf-8-sig")
        _refuse_depth(text, file)
        node = yaml.compose(text, Loader=_LOADER)
        lines: dict[tuple[Key, ...], int] = {}
        value = None if node is None else _built(node, (), lines, set(), file)
    except UnicodeDecodeError as failure:
        line = content[: failure.start].count(b"\n") + 1
        raise Problem("It is not UTF-8 text.", place=Place(file=file, line=line), remedy="Save it as UTF-8.") from None
    except yaml.MarkedYAMLError as failure:
        mark = failure.problem_mark or failure.context_mark
        where = Place(file=file, line=mark.line + 1 if mark is not None else None)
        if "nesting depth" in (failure.problem or ""):  # a limit of libyaml's own, met while it looks ahead
            raise _too_deep(where) from None
        raise Problem(f"It is no YAML: {failure.problem or failure.context}.", place=where) from None
    except yaml.YAMLError as failure:
        raise Problem(f"It is no YAML: {failure}.", place=Place(file=file)) from None
    return Document(file, value, lines)


def _refuse_depth(text: str, file: str) -> None:
    """Composing recurses, and not every libyaml has a limit of its own, so the depth is counted first, by events."""
    depth = 0
    for event in yaml.parse(text, Loader=_LOADER):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > DEPTH_MAX:
            line = event.start_mark.line + 1 if event.start_mark is not None else None
            raise _too_deep(Place(file=file, line=line))


def _too_deep(where: Place) -> Problem:
    return Problem(f"It is nested deeper than {DEPTH_MAX} levels.", place=where)


def _built(node: yaml.Node, path: tuple[Key, ...], lines: dict[tuple[Key, ...], int], seen: set[int], file: str) -> Any:
    lines.setdefault(path, node.start_mark.line + 1)
    where = Place(file=file, line=node.start_mark.line + 1, field=dotted(path) or None)
    if id(node) in seen:
        raise Problem("An alias (*name) repeats another part.", place=where, remedy="Write the part out.")
    seen.add(id(node))
    if isinstance(node, yaml.SequenceNode):
        return [_built(item, (*path, place), lines, seen, file) for place, item in enumerate(node.value)]
    if isinstance(node, yaml.ScalarNode):
        return _PLAIN.get(node.value, node.value) if not node.style else node.value
    members: dict[str, Any] = {}
    for key, item in node.value:
        line = key.start_mark.line + 1
        if not isinstance(key, yaml.ScalarNode):
            raise Problem("A key is not a plain word.", place=Place(file=file, line=line))
        if key.value in members:
            twice = Place(file=file, line=line, field=dotted((*path, key.value)))
            raise Problem(f"The key {key.value!r} stands twice.", place=twice, remedy="Keep one of them.")
        lines[*path, key.value] = line
        members[key.value] = _built(item, (*path, key.value), lines, seen, file)
    return members
