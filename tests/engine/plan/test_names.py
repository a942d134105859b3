"""Names: what a line is made of, and its rule in a few words."""

from __future__ import annotations

import pytest

from engine.plan.names import names_of, told
from tests.engine.plan.reading import plan


@pytest.mark.parametrize(
    ("rule", "words", "names"),
    [
        ("kind: score, formula: a * b", "a * b", ["a", "b"]),
        ("kind: rank, rank: {by: a}", "rank by a", ["a"]),
        (
            "kind: rank, rank: {by: a, order: ascending, within: b, among: c}",
            "rank by a (lowest first) within b among c",
            ["a", "b", "c"],
        ),
        ("kind: score, weighted: {parts: {a: w, b: v}}", "weighted mean: w * a + v * b", ["a", "w", "b", "v"]),
        ("kind: score, group: {take: mean, of: a, within: b}", "mean of a within b", ["a", "b"]),
        ("kind: score, group: {take: sum, of: a, below: true}", "sum of a below", ["a"]),
        (
            "kind: grade, quota: {by: a, then: b, levels: {best: p, next: q}, otherwise: rest}",
            "by a: best p, next q, else rest",
            ["a", "b", "p", "q"],
        ),
        (
            "kind: pay, allot: {pool: a, by: b, leftover: first, among: c}",
            "a shared by b, first among c",
            ["a", "b", "c"],
        ),
    ],
)
def test_a_rule_is_told_in_a_few_words_and_names_what_it_is_made_of(rule: str, words: str, names: list[str]) -> None:
    label = "label: {en: Some, zh: 某}"
    line = plan(f"lines:\n- {{id: total, clause: '1', {label}, {rule}}}\n").lines[0]
    assert told(line) == words
    assert sorted(name for name, _ in names_of(line)) == sorted(names)
