"""Plans in a few lines, for tests: a formula's value, and a plan document around some lines."""

from collections.abc import Mapping
from fractions import Fraction

from engine.plan.check import check
from engine.plan.column import Column, Value, broadcast
from engine.plan.formula import parse
from engine.plan.scope import Scope
from engine.plan.valuing import value_of
from schemas.document import parse as parse_document
from schemas.period import Period
from schemas.plan import Plan

HEAD = """\
plan: small
title: {en: A small plan, zh: 小计划}
source: {en: none, zh: 无}
effective: 2024-01-01
board: total
"""
LINE = "- {id: total, kind: score, clause: '1', label: {en: Total, zh: 总计}, formula: '1'}"


def plan(text: str) -> Plan:
    """The plan whose document is ``text`` behind a usual head."""
    return parse_document((HEAD + text).encode(), file="small.yaml").checked(Plan)


def scope(document: Plan | None = None, period: str = "2025") -> Scope:
    """The whole of ``period`` under a plan."""
    days = Period.parse(period)
    return Scope(document or plan(f"lines:\n{LINE}\n"), days, days.end, 2)


def column_of(text: str, names: Mapping[str, Value], document: Plan | None = None) -> Column:
    """The value of a formula as a column."""
    rows = max((len(value.cells) for value in names.values() if isinstance(value, Column)), default=1)
    return broadcast(value_of(parse(text), names, scope(document)), rows)


def number(text: str, document: Plan | None = None, **names: int | Fraction) -> Fraction:
    """The value of a formula over plain numbers."""
    value = column_of(text, {name: Fraction(one) for name, one in names.items()}, document).value(0)
    assert isinstance(value, Fraction)
    return value


def complaints(text: str) -> list[tuple[bool, str]]:
    """What is wrong in a plan behind the usual head: whether it keeps the plan from running, and the complaint."""
    document = parse_document((HEAD + text).encode(), file="small.yaml")
    return [(one.fatal, str(one.problem)) for one in check(document.checked(Plan), document)]


def line(name: str, formula: str, kind: str = "score", more: str = "") -> str:
    """One line of a plan, as one line of text."""
    return f"- {{id: {name}, kind: {kind}, clause: '1', label: {{en: Some, zh: 某}}, formula: '{formula}'{more}}}\n"


def rules(**bodies: str) -> str:
    """Parameters, tables or measures, a line each, with label and clause."""
    label = "label: {en: Some, zh: 某}, clause: '1'"
    return "".join(f"  {name}: {{{label}, {body}}}\n" for name, body in bodies.items())
