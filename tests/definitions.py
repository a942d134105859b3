"""What a name in a source means: the function, class or constant that it was defined or imported as.

Of a method that is called on a value whose class the source does not say, all methods of that name may be meant.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from tests.syntax import Function, assigned, is_logging

Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
Call = tuple[ast.Call, "Scope"]


@dataclass(frozen=True)
class Scope:
    """Where an expression stands: its file and the functions around it, the innermost last."""

    file: str
    functions: tuple[Function, ...] = ()


@dataclass
class Module:
    """One file: its tree, and by name what it defines, holds as constants and imports."""

    file: str
    tree: ast.Module
    defined: dict[str, list[Definition]] = field(default_factory=lambda: defaultdict(list))
    constants: dict[str, ast.expr] = field(default_factory=dict)
    imported: dict[str, list[tuple[str, str]]] = field(default_factory=lambda: defaultdict(list))

    def __post_init__(self) -> None:
        for statement in self.tree.body:
            self.constants |= dict(assigned(statement))
            if isinstance(statement, Definition):
                self.defined[statement.name].append(statement)
        for node in ast.walk(self.tree):
            if isinstance(node, ast.ImportFrom):
                for one in node.names:
                    self.imported[one.asname or one.name].append((node.module or "", one.name))


class Definitions:
    """The definitions of some files, and every call between them."""

    def __init__(self, modules: Sequence[Module]) -> None:
        self._modules = {module.file: module for module in modules}
        self._nested: dict[tuple[int, str], list[Definition]] = defaultdict(list)
        self._methods: dict[str, list[Function]] = defaultdict(list)
        self._class_of: dict[int, ast.ClassDef] = {}
        self.scopes: dict[int, Scope] = {}
        """Where each function and class is defined."""
        self.classes: list[ast.ClassDef] = []
        self.calls: list[Call] = []
        """Every call but those that only log."""
        for module in modules:
            self._visit(module.tree, Scope(module.file))

    def _visit(self, node: ast.AST, scope: Scope) -> None:
        if isinstance(node, Definition):
            self.scopes[id(node)] = scope
            if scope.functions:
                self._nested[id(scope.functions[-1]), node.name].append(node)
        if isinstance(node, ast.ClassDef):
            self.classes.append(node)
            for part in node.body:
                if isinstance(part, Function):
                    self._class_of[id(part)] = node
                    self._methods[part.name].append(part)
        if isinstance(node, Function):
            scope = self.inside(node)
        if isinstance(node, ast.Call) and not is_logging(node.func):
            self.calls.append((node, scope))
        for child in ast.iter_child_nodes(node):
            self._visit(child, scope)

    def inside(self, function: Function) -> Scope:
        """The scope of what stands in a function."""
        around = self.scopes[id(function)]
        return Scope(around.file, (*around.functions, function))

    def functions(self, file: str, name: str) -> Iterator[Function]:
        """The functions and methods of that name in a file."""
        for one in [*self._modules[file].defined[name], *self._methods[name]]:
            if isinstance(one, Function) and self.scopes[id(one)].file == file:
                yield one

    def calls_of(self, function: Function) -> list[Call]:
        """The calls by which a function may be meant; of ``__init__`` those of its class."""
        return self._calls_of[id(function)]

    @cached_property
    def _calls_of(self) -> dict[int, list[Call]]:
        found: dict[int, list[Call]] = defaultdict(list)
        for call, scope in self.calls:
            for one in self.meant(call.func, scope):
                made = self._own(one, "__init__") if isinstance(one, ast.ClassDef) else [one]
                for function in made:
                    found[id(function)].append((call, scope))
        return found

    def meant(self, called: ast.expr, scope: Scope) -> list[Definition]:
        """The functions or classes that an expression may mean; none where they are no part of the source."""
        match called:
            case ast.Name(name):
                for function in reversed(scope.functions):
                    if nested := self._nested.get((id(function), name)):
                        return nested
                return self._named(name, scope.file)
            case ast.Attribute(ast.Name("self" | "cls"), name):
                around = [self._class_of[id(one)] for one in scope.functions if id(one) in self._class_of]
                own = [method for one in around[-1:] for method in self._overridden(one, name)]
                return [*(own or self._methods[name])]
            case ast.Attribute(ast.Name(owner), name):
                if (module := self._module_named(owner, scope.file)) is not None:
                    return self._named(name, module.file)
                classes = [one for one in self._named(owner, scope.file) if isinstance(one, ast.ClassDef)]
                own = [method for one in classes for method in self._own(one, name)]
                return [*(own or self._methods[name])]
            case ast.Attribute(attr=name):
                return [*self._methods[name]]
            case _:
                return []

    def constant(self, name: str, file: str) -> tuple[ast.expr, str] | None:
        """The value of a constant, and the file in which it stands."""
        if (held := self._modules[file].constants.get(name)) is not None:
            return held, file
        for package, imported in self._modules[file].imported[name]:
            if (module := self._module(package)) is not None and module.file != file:
                return self.constant(imported, module.file)
        return None

    def _named(self, name: str, file: str) -> list[Definition]:
        """What a name of a file means: what is defined there, or what it was imported as, through other files too."""
        module = self._modules[file]
        if name in module.defined:
            return module.defined[name]
        found = []
        for package, imported in module.imported.get(name, []):
            if (source := self._module(package)) is not None and source.file != file:
                found += self._named(imported, source.file)
        return found

    def _overridden(self, one: ast.ClassDef, name: str) -> list[Function]:
        """A class's own method of that name, and those of the classes below it; none where it inherits the method."""
        own = self._own(one, name)
        below = [each for each in self.classes if own and one in self._bases(each)]
        return [*own, *(method for each in below for method in self._overridden(each, name))]

    def _bases(self, one: ast.ClassDef) -> list[Definition]:
        return [meant for base in one.bases for meant in self.meant(base, self.scopes[id(one)])]

    def _own(self, one: ast.ClassDef, name: str) -> list[Function]:
        return [part for part in one.body if isinstance(part, Function) and part.name == name]

    def _module(self, package: str) -> Module | None:
        path = package.replace(".", "/")
        return self._modules.get(f"{path}.py") or self._modules.get(f"{path}/__init__.py")

    def _module_named(self, name: str, file: str) -> Module | None:
        """The module that a name of a file was imported as."""
        modules = [self._module(f"{package}.{one}") for package, one in self._modules[file].imported.get(name, [])]
        return next((one for one in modules if one is not None), None)
