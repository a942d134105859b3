"""What pieces of Python source say: names that are assigned, parameters, the template that an f-string is."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import TypeAlias

Function: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef


def assigned(node: ast.AST) -> Iterator[tuple[str, ast.expr]]:
    match node:
        case (
            ast.Assign(targets=[ast.Name(name)], value=value)
            | ast.AnnAssign(target=ast.Name(name), value=ast.expr() as value)
        ):
            yield name, value
        case ast.AugAssign(target=ast.Name(name), value=value) | ast.NamedExpr(target=ast.Name(name), value=value):
            yield name, value
        case ast.Assign(targets=[ast.Tuple(targets)], value=ast.Call() as call):
            for nth, target in enumerate(targets):
                if isinstance(target, ast.Name):
                    one = ast.Subscript(value=call, slice=ast.Constant(nth))
                    yield target.id, ast.copy_location(one, call)
        case ast.Assign(targets=[ast.Tuple(targets)], value=ast.Tuple(values)):
            yield from (
                (target.id, value)
                for target, value in zip(targets, values, strict=False)
                if isinstance(target, ast.Name)
            )
        case _:
            pass


def is_logging(called: ast.expr) -> bool:
    return isinstance(called, ast.Attribute) and bool(re.search(r"(?i)log$|getLogger", ast.unparse(called.value)))


def name_of(called: ast.expr) -> str:
    return called.id if isinstance(called, ast.Name) else called.attr if isinstance(called, ast.Attribute) else ""


def parameters_of(function: Function) -> list[str]:
    return [one.arg for one in (*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs)]


def template_of(text: ast.JoinedStr) -> str:
    told, names = "", set[str]()
    for value in text.values:
        if isinstance(value, ast.Constant):
            told += str(value.value).replace("{", "{{").replace("}", "}}")
        elif isinstance(value, ast.FormattedValue):
            name = called = called_by(value.value) or "value"
            while called in names:
                called = f"{name}_{len(names)}"
            names.add(called)
            told += f"{{{called}{'!r' if value.conversion == ord('r') else ''}}}"
    return told


def called_by(value: ast.expr) -> str:
    """A name for what is filled in, as near to the source's own as may be."""
    match value:
        case ast.Name(name) | ast.Attribute(attr=name):
            return name.strip("_").lower()
        case (
            ast.Call(args=[first, *_])
            | ast.Subscript(value=first)
            | ast.BinOp(left=first)
            | ast.BoolOp(values=[first, *_])
        ):
            return called_by(first)
        case ast.Call(func=function):
            return called_by(function)
        case ast.IfExp(body=first):
            return called_by(first)
        case _:
            return ""
