"""The rules of the house that no ready-made tool checks, each as a function from a source tree to its complaints."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOMS = ("schemas", "engine", "projections", "replay", "meritlog")
EXACT_ROOMS = ("schemas", "engine", "projections", "replay")
LINES_OF_A_FILE = 400
LINES_OF_A_FUNCTION = 59
_BINARY_FLOAT_SQL = re.compile(r"\b(DOUBLE|FLOAT[48]?|REAL)\b|\bavg\s*\(", re.IGNORECASE)
_BINARY_FLOAT_TYPES = {"float16", "float32", "float64", "double"}
_CLOCKS = {"now", "utcnow", "today"}
_SILENCED = re.compile(r"#\s*(noqa|type:\s*ignore)(?![^\n]*#[^\n]*\w{3})")
# Where a test ends that the machine cannot run: a failure in CI.
LACKING = "lacking.py"
_NEVER_RUN = re.compile(r"mark\.(skip|xfail)\b|pytest\.skip\(")


def _modules(root: Path, rooms: tuple[str, ...]) -> Iterator[tuple[str, ast.Module]]:
    for room in rooms:
        for path in sorted((root / room).rglob("*.py")):
            yield str(path.relative_to(root)), ast.parse(path.read_text(encoding="utf-8"))


def long_files(root: Path) -> list[str]:
    """Python files, tests too, of more lines than one concept takes."""
    return [
        f"{path.relative_to(root)}: {lines} lines, at most {LINES_OF_A_FILE}: split it by concept"
        for room in (*ROOMS, "tests", "docs", "benchmarks")
        for path in sorted((root / room).rglob("*.py"))
        if (lines := path.read_text(encoding="utf-8").count("\n")) > LINES_OF_A_FILE
    ]


def long_functions(root: Path) -> list[str]:
    """Functions that no longer fit a screen."""
    return [
        f"{name}:{node.lineno}: {node.name} has {lines} lines, at most {LINES_OF_A_FUNCTION}: name its parts"
        for name, module in _modules(root, (*ROOMS, "tests", "docs", "benchmarks"))
        for node in ast.walk(module)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (lines := (node.end_lineno or node.lineno) - node.lineno + 1) > LINES_OF_A_FUNCTION
    ]


def binary_floats(root: Path) -> list[str]:
    """Binary floats where money, time and scores are computed, in Python and in SQL."""
    python = [
        f"{name}:{node.lineno}: {found}: use the integers of schemas/exact.py, or Fraction"
        for name, module in _modules(root, EXACT_ROOMS)
        for node in ast.walk(module)
        if isinstance(node, ast.expr) and (found := _binary_float(node))
    ]
    sql = [
        f"{path.relative_to(root)}:{number}: {match[0]} in SQL: use BIGINT, HUGEINT or DECIMAL(38, 0)"
        for room in EXACT_ROOMS
        for path in sorted((root / room).rglob("*.sql"))
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if (match := _BINARY_FLOAT_SQL.search(line.partition("--")[0]))
    ]
    return python + sql


def _binary_float(node: ast.expr) -> str | None:
    match node:
        case ast.Constant(value=float()):
            return f"the literal {node.value}"
        case ast.Call(func=ast.Name(id="float")):
            return "float(...)"
        case ast.Attribute(attr=name) if name in _BINARY_FLOAT_TYPES:
            return f"the type {name}"
        case ast.Constant(value=str(text)) if "SELECT" in text and (found := _BINARY_FLOAT_SQL.search(text)):
            return f"{found[0]} in SQL"
    return None


def clocks(root: Path) -> list[str]:
    """Readings of the clock where results are computed: the time of an event or of a command is passed in."""
    return [
        f"{name}:{node.lineno}: .{node.func.attr}() reads the clock: let the caller pass the time"
        for name, module in _modules(root, EXACT_ROOMS)
        for node in ast.walk(module)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _CLOCKS
    ]


def silenced(root: Path) -> list[str]:
    """Silenced checks of the source that do not say why, and tests that never run."""
    return [
        f"{path.relative_to(root)}:{number}: {line.strip()}: {remedy}"
        for rooms, mark, remedy in (
            (ROOMS, _SILENCED, "write the reason after a second #, or mend it"),
            (("tests",), _NEVER_RUN, "let it run, or remove it"),
        )
        for room in rooms
        for path in sorted((root / room).rglob("*.py"))
        if "gates" not in path.parts and path.name != LACKING
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if mark.search(line)
    ]
