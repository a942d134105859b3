"""YAML documents that people write: every value as the text that was written, and the line where it stands.

Scalars stay text, so that ``0.05`` never passes through binary floating point; the models give them their types. A key
written twice is refused. Complaints of a model are turned into problems with file, line and field.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from schemas.problems import Place, Problem

Path = tuple[str | int, ...]
Model = TypeVar("Model", bound=BaseModel)

MAX_DEPTH = 40


@dataclass(frozen=True, slots=True)
class Source:
    """A parsed document: its plain content and, for every path into it, the line (from 1) where it was written."""

    name: str
    content: Any
    lines: Mapping[Path, int]

    def line(self, path: Sequence[str | int]) -> int:
        """The line of ``path`` or of the nearest thing around it."""
        steps = tuple(path)
        while steps not in self.lines and steps:
            steps = steps[:-1]
        return self.lines.get(steps, 1)

    def problem(self, path: Sequence[str | int], what: str, remedy: str = "") -> Problem:
        """A complaint about what stands at ``path``."""
        field = ".".join(map(str, path)) or None
        return Problem(what, place=Place(file=self.name, line=self.line(path), field=field), remedy=remedy)


def read_source(text: str, name: str) -> Source:
    """The document written in ``text``.

    Raises:
        Problem: the text is no YAML, writes a key twice, uses an alias, or nests deeper than ``MAX_DEPTH``.
    """
    try:
        node = yaml.compose(text, Loader=yaml.BaseLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark is not None else None
        what = getattr(error, "problem", None) or "not readable"
        raise Problem(f"This is no YAML: {what}.", place=Place(file=name, line=line)) from None
    except RecursionError:
        raise Problem("This document nests too deeply.", place=Place(file=name)) from None
    lines: dict[Path, int] = {}
    seen: set[int] = set()
    content = _plain(node, (), lines, seen, name)
    return Source(name, content, lines)


def _plain(node: yaml.Node | None, path: Path, lines: dict[Path, int], seen: set[int], name: str) -> Any:
    if node is None:
        return None
    line = node.start_mark.line + 1
    lines.setdefault(path, line)
    if id(node) in seen or len(path) > MAX_DEPTH:
        what = "A YAML alias stands here" if id(node) in seen else "This document nests too deeply"
        raise Problem(f"{what}.", place=Place(file=name, line=line), remedy="Write the value out.")
    seen.add(id(node))
    if isinstance(node, yaml.MappingNode):
        return _mapping(node, path, lines, seen, name)
    if isinstance(node, yaml.SequenceNode):
        return [_plain(child, (*path, index), lines, seen, name) for index, child in enumerate(node.value)]
    return node.value


def _mapping(node: yaml.MappingNode, path: Path, lines: dict[Path, int], seen: set[int], name: str) -> dict[str, Any]:
    content: dict[str, Any] = {}
    for key_node, value_node in node.value:
        line = key_node.start_mark.line + 1
        key = key_node.value
        if not isinstance(key, str):
            raise Problem("A key must be a word.", place=Place(file=name, line=line))
        if key in content:
            raise Problem(
                f"The key {key!r} is written twice.", place=Place(file=name, line=line), remedy="Keep one of the two."
            )
        lines[(*path, key)] = line
        content[key] = _plain(value_node, (*path, key), lines, seen, name)
    return content


def parse(source: Source, model: type[Model]) -> Model:
    """``source`` as a ``model``.

    Raises:
        ProblemGroup: every complaint of the model, each with its line.
    """
    try:
        return model.model_validate(source.content)
    except ValidationError as error:
        problems = [_complaint(source, dict(one)) for one in error.errors(include_url=False)]
        raise ProblemGroup(problems) from None


class ProblemGroup(Problem):
    """Several problems of one document, in the order of its lines."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = sorted(problems, key=lambda problem: problem.place.line or 0)
        super().__init__("\n".join(map(str, self.problems)))


def _complaint(source: Source, error: Mapping[str, Any]) -> Problem:
    # A union adds the name of the member it tried to the path: only steps that the document has are shown.
    path: Path = ()
    for step in error["loc"]:
        absent = error["type"] in {"missing", "extra_forbidden"} and step == error["loc"][-1]
        if absent or (*path, step) in source.lines:
            path = (*path, step)
    if error["type"] == "extra_forbidden":
        return source.problem(path, f"{path[-1]!r} is not known here.", "Remove it, or correct its spelling.")
    if error["type"] == "missing":
        return source.problem(path, f"{path[-1]!r} is missing.", "Add it.")
    message = str(error["msg"]).removeprefix("Value error, ").rstrip(".")
    given = error.get("input")
    shown = f" (it says {given!r})" if isinstance(given, str) and len(given) <= 60 else ""
    return source.problem(path, f"{message}{shown}.")
