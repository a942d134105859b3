"""Why a line is not shown: the figures without value that it waits for, found by way of its explanation."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

from engine.plan import formula
from engine.plan.check.absence import needed
from replay.explain import explain
from replay.settle import Settlement
from schemas.statement import Node


def wanting(settlement: Settlement, manager: str, line_id: str, currency: str) -> list[str]:
    """The measures, or lines that no measure is to blame for, for want of which the manager has no such line."""
    tree = explain(settlement, currency, manager, line_id, 0)
    in_full = {node.id: node for node in _nodes(tree) if not node.repeats}
    return list(dict.fromkeys(_blamed(tree, in_full)))


def _nodes(node: Node) -> Iterator[Node]:
    yield node
    for each in node.inputs:
        yield from _nodes(each)


def _blamed(node: Node, in_full: dict[str, Node]) -> Iterator[str]:
    node = in_full.get(node.id, node)
    absent = [each for each in node.inputs if each.value is None and each.kind != "table"]
    needed_names = _needed(node)
    # Where none of them alone is needed (first(a, b)), all of them together are.
    blamed = [each for each in absent if each.id in needed_names] or absent
    for each in blamed:
        yield from _blamed(each, in_full)
    if not blamed:
        yield node.id


def _needed(node: Node) -> set[str]:
    """What the node needs by its formula; by a rule that is none, all that it names."""
    if node.formula:
        with suppress(formula.FormulaError):
            return set(needed(formula.parse(node.formula)))
    return {each.id for each in node.inputs}
