"""An explanation in the reader's words: each rule by the labels of what it is made of, and with the values in place."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from functools import reduce
from typing import TypeVar

import msgspec
from msgspec import UNSET, UnsetType

from engine.plan import formula
from engine.plan.formula import Binary, Name
from engine.plan.names import told as spelled
from meritlog.paper.blocks import Over, Sign, sequence
from meritlog.paper.blocks import Words as Said
from meritlog.paper.formulas import written
from meritlog.paper.rules import RuleWriter
from meritlog.paper.text import text_of
from meritlog.show.figures import grouped
from meritlog.show.labels import Labels, said
from schemas.lines import Line
from schemas.statement import SETTLEMENT, Node, RateRow, ToldRule

Told = TypeVar("Told", bound=Node)
Values = Mapping[str, str | None]


def in_words(tree: Told, labels: Labels) -> Told:
    """The tree with every rule ``told`` in the language of the labels; what cannot be read stays as it is spelled."""
    inputs = [in_words(node, labels) for node in tree.inputs]
    return msgspec.structs.replace(tree, inputs=inputs, told=_rule(tree, labels))


def _rule(node: Node, labels: Labels) -> ToldRule | UnsetType:
    if not node.formula:
        return UNSET
    values: dict[str, str | None] = {each.id: each.value for each in node.inputs if each.kind != "table"}
    values |= {name: parameter.value for name, parameter in node.parameters.items()}
    if node.kind == SETTLEMENT:
        return _difference(node, labels)
    line = None if labels.plan is None else labels.plan.line(node.id)
    if labels.plan is not None and line is not None and line.formula is None and spelled(line) == node.formula:
        return _otherwise_made(line, RuleWriter(labels.plan, labels), labels, values)
    try:
        parsed = formula.parse(node.formula)
    except formula.FormulaError:  # of another wording of the plan, in which it was no formula
        return UNSET
    return _told(text_of(written(parsed, labels)), text_of(written(parsed, labels, values)))


def _told(rule: str, values: str) -> ToldRule:
    return ToldRule(rule, UNSET if values == rule else values)


def _difference(node: Node, labels: Labels) -> ToldRule:
    """Of a closed settlement: what it is by now, less what it was before."""
    now, before = (Said(labels.told(each.label or None, each.id)) for each in node.inputs)
    values = {each.id: each.value for each in node.inputs}
    less = Binary("-", Name(node.inputs[0].id), Name(node.inputs[1].id))
    return _told(text_of(sequence(now, Sign("−"), before)), text_of(written(less, labels, values)))


def _otherwise_made(line: Line, rules: RuleWriter, labels: Labels, values: Values) -> ToldRule:
    """A rule that is no formula: a mean and a share with their parts, every other one in words."""
    made, text, _ = rules.rule(line)
    if line.weighted is not None:
        terms = [Binary("*", Name(weight), Name(part)) for part, weight in line.weighted.parts.items()]
        total = reduce(lambda left, right: Binary("+", left, right), terms[1:], terms[0])
        mean = f"{labels.words('weighted mean')}{labels.words.colon}"
        return _told(mean + text_of(written(total, labels)), mean + text_of(written(total, labels, values)))
    if line.allot is not None and made is not None:
        pool, by = (written(Name(name), labels, values) for name in (line.allot.pool, line.allot.by))
        share = sequence(pool, Sign("×"), Over(by, sequence(Said("Σ"), Said(labels(line.allot.by)))))
        return _told(f"{text_of(made)} · {text}", text_of(share))
    return ToldRule(text)


def is_nothing(node: Node) -> bool:
    """Whether no event and no figure but 0 stands behind a node."""
    if node.value not in {None, "0", "0.00"} or node.credits or node.repeats:
        return False
    return all(is_nothing(each) for each in node.inputs)


def rules(node: Node) -> list[str]:
    """The rule in words and with its values; one that could not be read again, as the plan spells it."""
    if node.told:
        return [rule for rule in (node.told.rule, node.told.values) if rule]
    return [node.formula] if node.formula else []


def rate_row(row: RateRow, labels: Labels) -> str:
    """A row of a table: where it holds, and what stands there or came of it."""
    low, high, point = (grouped(said(bound)) for bound in (row.above, row.to, row.at))
    where = (said(row.word) and labels.word(said(row.word))) or point or f"{low} – {high}".strip()
    value = labels.words.label(row.label or None, grouped(said(row.value)))
    what = f"{grouped(row.part)} × {value} = {grouped(said(row.gives))}" if row.part else value
    return f"{where}{labels.words.colon}{what}" if what else where


def parameters(node: Node, labels: Labels) -> list[str]:
    """The parameters read, by the day since which they hold."""
    since: dict[str, list[str]] = defaultdict(list)
    for name, parameter in node.parameters.items():
        called = labels(name) if labels(name) == name else f"{labels(name)} [{name}]"
        since[parameter.since].append(f"{called} = {parameter.value}")
    return [f"{', '.join(told)}  ({labels.words('since {day}', day=day)})" for day, told in since.items()]
