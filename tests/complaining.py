"""Every text that the product can complain with, read from its source: what a user meets, without meeting it.

A complaint is made where a ``Problem`` (or an error whose text becomes one) is made, or a function that hands its
arguments on to one is called. The expressions for what is wrong and what to do are followed through names, helpers,
conditions and parameters until texts are left; one that cannot be followed is itself an answer, so that nothing
escapes unseen. A text is a template: ``There is no plan {name!r}.``
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import product
from pathlib import Path

from tests.syntax import Function, assigned, is_logging, name_of, parameters_of, template_of

HANDED_ON = frozenset({"what", "remedy", "reason"})
"""What a complaint is told by: an attribute of this name is another complaint's text, found where that one is made."""
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


@dataclass(frozen=True)
class Scope:
    """Where an expression stands: its file and the functions around it, the innermost last."""

    file: str
    functions: tuple[Function, ...] = ()


@dataclass
class Module:
    """One file: its tree, and by name the constants of it."""

    file: str
    tree: ast.Module
    constants: dict[str, ast.expr] = field(default_factory=dict)


class Source:
    """The source of packages, and every complaint made in it."""

    def __init__(self, files: Mapping[str, str], wholly: Mapping[str, Sequence[str]] | None = None) -> None:
        self.modules = [Module(file, ast.parse(text)) for file, text in files.items()]
        self._wholly = wholly or {}
        self._functions: dict[str, list[tuple[Function, Scope]]] = {}
        self._calls: dict[str, list[tuple[ast.Call, Scope]]] = {}
        self._bases: dict[str, set[str]] = {}
        self._constants: dict[str, ast.expr] = {}
        self._class_of: dict[int, str] = {}
        self._inside: dict[int, dict[str, list[ast.expr]]] = {}
        for module in self.modules:
            for statement in module.tree.body:
                for name, value in assigned(statement):
                    module.constants[name] = self._constants[name] = value
            self._visit(module.tree, Scope(module.file))

    @classmethod
    def of(cls, root: Path, packages: Sequence[str], wholly: Mapping[str, Sequence[str]] | None = None) -> Source:
        """The files of packages below ``root``."""
        files = [file for package in packages for file in sorted((root / package).rglob("*.py"))]
        return cls({str(file.relative_to(root)): file.read_text(encoding="utf-8") for file in files}, wholly)

    def _visit(self, node: ast.AST, scope: Scope) -> None:
        if isinstance(node, ast.ClassDef):
            self._bases.setdefault(node.name, set()).update(
                base.id for base in node.bases if isinstance(base, ast.Name)
            )
            self._class_of |= {id(part): node.name for part in node.body}
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            self._functions.setdefault(node.name, []).append((node, scope))
            scope = Scope(scope.file, (*scope.functions, node))
        if isinstance(node, ast.Call) and not is_logging(node.func):
            self._calls.setdefault(name_of(node.func), []).append((node, scope))
        for child in ast.iter_child_nodes(node):
            self._visit(child, scope)

    @cached_property
    def errors(self) -> frozenset[str]:
        """The classes whose first argument, or ``remedy``, a user reads."""
        found = {"Problem", "ValueError", "_Damaged"}
        while more := {name for name, bases in self._bases.items() if bases & found} - found:
            found |= more
        return frozenset(found - {"Problems"})

    def complaints(self) -> Iterator[Told]:
        """Every template that a complaint is made with, parts of others included."""
        for error in sorted(self.errors):
            for call, scope in self._calls.get(error, []):
                for text in [*call.args[:3], *(word.value for word in call.keywords if word.arg in TEXTS)]:
                    yield from self._all(text, scope)
        for maker, places in MADE_BY.items():
            for call, scope in self._calls.get(maker, []):
                for place in places:
                    for text in call.args[place : place + 1]:
                        yield from self._all(text, scope)
        for file, names in self._wholly.items():
            yield from self._whole(file, names)

    def _whole(self, file: str, names: Sequence[str]) -> Iterator[Told]:
        """Every text in functions that say nothing but what a user reads."""
        for name in names:
            for function, scope in self._functions.get(name, []):
                if scope.file == file:
                    inner = Scope(file, (*scope.functions, function))
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
                yield from self._returned(name_of(called), seen, place)
            case ast.Subscript(value=ast.Name(name)) | ast.Call(func=ast.Attribute(ast.Name(name), "get")):
                held = self._constant(name, scope.file)
                if isinstance(held, ast.Dict):
                    for value in held.values:
                        yield from self._templates(value, scope, seen)
                else:
                    yield None, node, scope
            case ast.Call(func=ast.Attribute(receiver, method)) if method in SAME:
                yield from self._templates(receiver, scope, seen)
            case ast.Call(func=called) if name_of(called) in self._functions:
                yield from self._returned(name_of(called), seen)
            case ast.Attribute(attr=attribute) if attribute in HANDED_ON:
                return
            case ast.Name(name):
                yield from self._named(node, name, scope, seen)
            case _:
                yield None, node, scope

    def _returned(
        self, name: str, seen: set[int], place: int | None = None
    ) -> Iterator[tuple[str | None, ast.expr, Scope]]:
        """What functions of that name return; of several values the one at ``place``."""
        for function, scope in self._functions.get(name, []):
            inner = Scope(scope.file, (*scope.functions, function))
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
        held = self._constant(name, scope.file)
        if held is None:
            yield None, node, scope
        else:
            yield from self._templates(held, Scope(scope.file), seen)

    def _handed(
        self, function: Function, name: str, place: int, seen: set[int]
    ) -> Iterator[tuple[str | None, ast.expr, Scope]]:
        """What callers hand over as the parameter ``name``."""
        parameters = parameters_of(function)
        skipped = bool(parameters) and parameters[0] in {"self", "cls"}
        called = self._class_of.get(id(function))
        names = [called] if function.name == "__init__" and called else [function.name]
        for one in names:
            for call, scope in self._calls.get(one, []):
                given = call.args[place - skipped : place - skipped + 1]
                given += [word.value for word in call.keywords if word.arg == name]
                for value in given:
                    yield from self._templates(value, scope, seen)
        defaults = dict(
            zip(reversed([one.arg for one in function.args.args]), reversed(function.args.defaults), strict=False)
        )
        if name in defaults:
            yield from self._templates(defaults[name], Scope(""), seen)

    def _locals(self, function: Function) -> Mapping[str, list[ast.expr]]:
        found = self._inside.get(id(function))
        if found is None:
            found = self._inside[id(function)] = {}
            for inner in ast.walk(function):
                for name, value in assigned(inner):
                    found.setdefault(name, []).append(value)
        return found

    def _constant(self, name: str, file: str) -> ast.expr | None:
        own = next(module for module in self.modules if module.file == file or not file)
        return own.constants.get(name) or self._constants.get(name)
