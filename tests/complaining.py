"""Every text that the product can complain with, read from its source: what a user meets, without meeting it.

A complaint is made where a ``Problem`` (or an error whose text becomes one) is made, or a function that hands its
arguments on to one is called. The expressions for what is wrong and what to do are followed through names, helpers,
conditions and parameters, by what each name means where it stands, until texts are left; one that cannot be followed is
itself an answer, so that nothing escapes unseen. A text is a template: ``There is no plan {name!r}.``
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from pathlib import Path

from tests.definitions import Definitions, Module, Scope
from tests.syntax import Function, assigned, name_of, parameters_of, template_of

HANDED_ON = frozenset({"what", "remedy", "reason"})
"""What a complaint is told by: an attribute of this name is another complaint's text, found where that one is made."""
ERRORS = frozenset({"Problem", "ValueError", "_Damaged"})
"""The errors that others descend from."""
SEVERAL = "Problems"
"""An error that holds others."""
MADE_BY = {"Refusal": (2, 3), "_complain": (0, 1)}
"""What makes a complaint without being one: the places of its texts."""
TEXTS = frozenset({"what", "remedy"})
SAME = frozenset({"capitalize", "rstrip", "lstrip", "strip", "removesuffix"})


@dataclass(frozen=True)
class Told:
    """A template, or None where the source does not show it, and where it is made."""

    template: str | None
    file: str
    line: int
    source: str = ""


class Source:
    """The source of packages, and every complaint made in it."""

    def __init__(self, files: Mapping[str, str], wholly: Mapping[str, Sequence[str]] | None = None) -> None:
        self._definitions = Definitions([Module(file, ast.parse(text)) for file, text in files.items()])
        self._wholly = wholly or {}
        self._inside: dict[int, dict[str, list[ast.expr]]] = {}

    @classmethod
    def of(cls, root: Path, packages: Sequence[str], wholly: Mapping[str, Sequence[str]] | None = None) -> Source:
        """The files of packages below ``root``."""
        files = [file for package in packages for file in sorted((root / package).rglob("*.py"))]
        return cls({str(file.relative_to(root)): file.read_text(encoding="utf-8") for file in files}, wholly)

    def _is_error(self, called: ast.expr, scope: Scope) -> bool:
        """Whether this makes what a user reads: an error whose first argument, or ``remedy``, is told."""
        meant = self._definitions.meant(called, scope)
        return any(id(one) in self._errors for one in meant) if meant else name_of(called) in ERRORS

    @cached_property
    def _errors(self) -> frozenset[int]:
        """The classes of such errors."""
        classes = [one for one in self._definitions.classes if one.name != SEVERAL]
        found = {id(one) for one in classes if one.name in ERRORS}
        while more := {id(one) for one in classes if self._descends(one, found)} - found:
            found |= more
        return frozenset(found)

    def _descends(self, one: ast.ClassDef, found: set[int]) -> bool:
        scope = self._definitions.scopes[id(one)]
        return any(
            any(id(base) in found for base in meant)
            if (meant := self._definitions.meant(base, scope))
            else name_of(base) in ERRORS
            for base in one.bases
        )

    def complaints(self) -> Iterator[Told]:
        """Every template that a complaint is made with, parts of others included."""
        for call, scope in self._definitions.calls:
            if self._is_error(call.func, scope):
                for text in [*call.args[:3], *(word.value for word in call.keywords if word.arg in TEXTS)]:
                    yield from self._all(text, scope)
            for place in MADE_BY.get(name_of(call.func), ()):
                for text in call.args[place : place + 1]:
                    yield from self._all(text, scope)
        for file, names in self._wholly.items():
            yield from self._whole(file, names)

    def _whole(self, file: str, names: Sequence[str]) -> Iterator[Told]:
        """Every text in functions that say nothing but what a user reads."""
        for name in names:
            for function in self._definitions.functions(file, name):
                inner = self._definitions.inside(function)
                parts = {
                    id(part)
                    for text in ast.walk(function)
                    if isinstance(text, ast.JoinedStr)
                    for part in ast.walk(text)
                    if part is not text
                }
                for text in ast.walk(function):
                    if isinstance(text, ast.JoinedStr) and " " in ast.unparse(text) and id(text) not in parts:
                        yield from self._all(text, inner)

    def _all(self, text: ast.expr, scope: Scope) -> Iterator[Told]:
        for template, part, where in self._templates(text, scope, set()):
            yield Told(template, where.file, part.lineno, ast.unparse(part))
            if isinstance(part, ast.JoinedStr):
                yield from self._parts(part, where, set())

    def _parts(self, text: ast.JoinedStr, scope: Scope, seen: set[int]) -> Iterator[Told]:
        """Texts that stand inside another: those that the source spells out."""
        seen.add(id(text))
        for value in text.values:
            if isinstance(value, ast.FormattedValue) and value.conversion == -1:
                for template, part, where in self._templates(value.value, scope, set()):
                    if template and isinstance(part, ast.Constant | ast.JoinedStr) and any(map(str.isalpha, template)):
                        yield Told(template, where.file, part.lineno, ast.unparse(part))
                        if isinstance(part, ast.JoinedStr) and id(part) not in seen:
                            yield from self._parts(part, where, seen)

    def _templates(self, node: ast.expr, scope: Scope, seen: set[int]) -> Iterator[tuple[str | None, ast.expr, Scope]]:
        if id(node) in seen:
            return
        seen.add(id(node))
        match node:
            case ast.Constant(str(text)):
                yield text.replace("{", "{{").replace("}", "}}"), node, scope
            case ast.JoinedStr():
                yield template_of(node), node, scope
            case ast.IfExp(body=one, orelse=other):
                yield from self._templates(one, scope, seen)
                yield from self._templates(other, scope, seen)
            case ast.BoolOp(values=values):
                for value in values:
                    yield from self._templates(value, scope, seen)
            case ast.BinOp(left, ast.Add(), right):
                sides = [list(self._templates(side, scope, seen)) for side in (left, right)]
                for (one, _, _), (other, _, _) in product(*sides):
                    yield None if one is None or other is None else one + other, node, scope
            case _:
                yield from self._followed(node, scope, seen)

    def _followed(self, node: ast.expr, scope: Scope, seen: set[int]) -> Iterator[tuple[str | None, ast.expr, Scope]]:
        """The templates behind a name, a call, a word of a dictionary."""
        match node:
            case ast.Subscript(value=ast.Call(func=called), slice=ast.Constant(int(place))):
                yield from self._returned(self._followable(called, scope), seen, place)
            case ast.Subscript(value=ast.Name(name)) | ast.Call(func=ast.Attribute(ast.Name(name), "get")):
                held = self._definitions.constant(name, scope.file)
                if held is not None and isinstance(held[0], ast.Dict):
                    for value in held[0].values:
                        yield from self._templates(value, Scope(held[1]), seen)
                else:
                    yield None, node, scope
            case ast.Call(func=ast.Attribute(receiver, method)) if method in SAME:
                yield from self._templates(receiver, scope, seen)
            case ast.Call(func=called) if self._followable(called, scope):
                yield from self._returned(self._followable(called, scope), seen)
            case ast.Attribute(attr=attribute) if attribute in HANDED_ON:
                return
            case ast.Name(name):
                yield from self._named(node, name, scope, seen)
            case _:
                yield None, node, scope

    def _followable(self, called: ast.expr, scope: Scope) -> list[Function]:
        return [one for one in self._definitions.meant(called, scope) if not isinstance(one, ast.ClassDef)]

    def _returned(
        self, functions: Sequence[Function], seen: set[int], place: int | None = None
    ) -> Iterator[tuple[str | None, ast.expr, Scope]]:
        """What functions return; of several values the one at ``place``."""
        for function in functions:
            inner = self._definitions.inside(function)
            for node in ast.walk(function):
                value = node.value if isinstance(node, ast.Return) else None
                if place is not None:
                    value = value.elts[place] if isinstance(value, ast.Tuple) else None
                if value is not None:
                    yield from self._templates(value, inner, seen)

    def _named(
        self, node: ast.expr, name: str, scope: Scope, seen: set[int]
    ) -> Iterator[tuple[str | None, ast.expr, Scope]]:
        for depth in range(len(scope.functions), 0, -1):
            function, outer = scope.functions[depth - 1], Scope(scope.file, scope.functions[:depth])
            values = self._locals(function).get(name, [])
            place = parameters_of(function).index(name) if name in parameters_of(function) else None
            for value in values:
                yield from self._templates(value, outer, seen)
            if place is not None:
                yield from self._handed(function, name, place, seen)
            if values or place is not None:
                return
        held = self._definitions.constant(name, scope.file)
        if held is None:
            yield None, node, scope
        else:
            value, file = held
            yield from self._templates(value, Scope(file), seen)

    def _handed(
        self, function: Function, name: str, place: int, seen: set[int]
    ) -> Iterator[tuple[str | None, ast.expr, Scope]]:
        """What callers hand over as the parameter ``name``."""
        parameters = parameters_of(function)
        skipped = bool(parameters) and parameters[0] in {"self", "cls"}
        for call, scope in self._definitions.calls_of(function):
            given = call.args[place - skipped : place - skipped + 1]
            given += [word.value for word in call.keywords if word.arg == name]
            for value in given:
                yield from self._templates(value, scope, seen)
        defaults = dict(
            zip(reversed([one.arg for one in function.args.args]), reversed(function.args.defaults), strict=False)
        )
        if name in defaults:
            yield from self._templates(defaults[name], self._definitions.scopes[id(function)], seen)

    def _locals(self, function: Function) -> Mapping[str, list[ast.expr]]:
        found = self._inside.get(id(function))
        if found is None:
            found = self._inside[id(function)] = {}
            for inner in ast.walk(function):
                for name, value in assigned(inner):
                    found.setdefault(name, []).append(value)
        return found
