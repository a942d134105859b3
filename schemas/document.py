"""YAML documents that people write: read with the line of everything in them, checked by a pydantic model.

A scalar is the text that stands there; only ``true`` and ``false`` are truth values, and ``null``, ``~`` or nothing is
null. So ``0.10`` is never a binary float, a date never a surprise and the field ``on`` never a truth value.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from enum import Enum
from pathlib import Path
from typing import Any, TypeVar, get_args

import yaml
from pydantic import BaseModel, Tag, ValidationError
from pydantic.fields import FieldInfo
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
        path = self._written(error["loc"], is_missing=error["type"] == "missing")
        what, remedy = _said(_part(model, error["loc"]), error, path)
        return Problem(what if what.endswith((".", "?", "!")) else f"{what}.", place=self.place(path), remedy=remedy)

    def _written(self, location: Sequence[Key], *, is_missing: bool) -> list[Key]:
        """The path as the document spells it (pydantic adds names of alternatives)."""
        path: list[Key] = []
        value = self.value
        for place, key in enumerate(location):
            here = isinstance(value, dict) and key in value
            if here or (isinstance(value, list) and isinstance(key, int) and key < len(value)):
                path.append(key)
                value = value[key]
            elif is_missing and place == len(location) - 1 and isinstance(value, dict):
                path.append(key)
        return path


def _said(fields: Mapping[str, FieldInfo], error: ErrorDetails, path: Sequence[Key]) -> tuple[str, str]:
    """What is wrong in a part with these fields, and what to do."""
    context, written = error.get("ctx", {}), error["input"]
    match error["type"]:
        case "missing":
            name = str(path[-1])
            return f"{name!r} is missing.", nearest("", _choices(fields[name].annotation) if name in fields else set())
        case "extra_forbidden":
            name = str(path[-1])
            return f"{name!r} is not known here.", nearest(name, set(fields)) if _NAME.fullmatch(name) else _QUOTE
        case "literal_error" | "enum" if isinstance(written, str):
            return f"{written!r} is not known here.", nearest(written, re.findall(r"'([^']+)'", context["expected"]))
        case kind:
            what = _WANTED.get(kind) or error["msg"].removeprefix("Value error, ")
            return what, getattr(context.get("error"), "remedy", "")


def _is_around(location: Sequence[Key], others: Sequence[Sequence[Key]]) -> bool:
    """Whether one of the others lies inside: a list is not too short that has wrong parts."""
    return any(len(other) > len(location) and other[: len(location)] == location for other in others)


def _choices(annotation: Any) -> set[str]:
    """The words that a field may say, where they are few."""
    words = annotation if isinstance(annotation, type) and issubclass(annotation, Enum) else get_args(annotation)
    return {str(word) for word in words if isinstance(word, str)}


def _part(model: type[BaseModel], location: Sequence[Key]) -> dict[str, FieldInfo]:
    """The fields, as they are spelled, of the part of a ``model`` that holds what stands at ``location``."""
    part, fields = [(model, "")], _fields([model])
    for key in location[:-1]:
        if key in fields:
            part = _models(fields[str(key)].annotation)
        elif any(tag == key for _, tag in part):
            part = [(inner, tag) for inner, tag in part if tag == key]
        fields = _fields([inner for inner, _ in part])
    return fields


def _fields(models: Sequence[type[BaseModel]]) -> dict[str, FieldInfo]:
    return {field.alias or name: field for model in models for name, field in model.model_fields.items()}


def _models(annotation: Any, tag: str = "") -> list[tuple[type[BaseModel], str]]:
    """The models that an annotation speaks of, each with the name that pydantic gives it among alternatives."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [(annotation, tag)]
    tags = [part.tag for part in getattr(annotation, "__metadata__", ()) if isinstance(part, Tag)]
    parts = get_args(annotation)[:1] if hasattr(annotation, "__metadata__") else get_args(annotation)
    return [model for part in parts for model in _models(part, tags[0] if tags else tag)]


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
