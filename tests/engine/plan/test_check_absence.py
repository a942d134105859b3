"""Pay that would vanish without a word, because nothing was decided or settled yet."""

from __future__ import annotations

import pytest

from tests.engine.plan.reading import complaints

MEASURES = """
measures:
  earned: {label: {en: Earned, zh: 收入}, clause: '1', of: fee.earned, aggregate: sum}
  barred: {label: {en: Barred, zh: 取消}, clause: '1', of: decision, decision: barred, take: count}
  exam: {label: {en: Exam, zh: 考试}, clause: '1', of: figure, measure: exam}
  goal: {label: {en: Goal, zh: 目标}, clause: '1', of: target, measure: goal}
  paid_before: {label: {en: Before, zh: 已付}, clause: '1', of: settled, line: total, take: paid-in-year}
lines:
"""


def told(*lines: str) -> list[str]:
    """The warnings of this kind about a plan of these lines."""
    made = [f"  - {{label: {{en: L, zh: 行}}, clause: '1', {line}}}" for line in lines]
    said = [text for fatal, text in complaints(MEASURES + "\n".join(made)) if not fatal and " has no value" in text]
    return [text.partition(": ")[2] for text in said]


def test_a_decision_that_pay_needs_is_told_with_what_to_write() -> None:
    assert told('id: total, kind: total, formula: "if(barred > 0, 0, earned)"') == [
        "Where nothing was decided, 'barred' has no value, and then 'total' has none either. "
        "Write 'first(barred, 0)' where it is 0 then."
    ]


def test_what_a_line_of_pay_only_shows_is_told_where_the_total_needs_it() -> None:
    shown = "id: before, kind: pay, formula: paid_before"
    assert told(shown, "id: total, kind: total, formula: earned - before") == [
        "Before there was a settlement 'before' has no value, and then 'total' has none either. "
        "Write 'first(before, 0)' where it is 0 then."
    ]


@pytest.mark.parametrize(
    "formula",
    [
        "earned + first(barred, 0)",
        "if(has(barred), 1, 2) * earned",
        "first(earned * barred, earned)",
        "if(earned > 3, earned, barred)",
    ],
)
def test_what_has_a_value_either_way_is_not_told(formula: str) -> None:
    assert told(f'id: total, kind: total, formula: "{formula}"') == []


def test_a_line_that_no_total_needs_may_be_absent() -> None:
    assert (
        told("id: minus, kind: pay, formula: -paid_before", 'id: total, kind: total, formula: "first(minus, 0)"') == []
    )


def test_a_figure_that_nobody_reported_is_told_where_neither_the_total_nor_the_result_says_so() -> None:
    assert told("id: total, kind: total, in: [year, month], required: [month], formula: earned * exam") == [
        "Where nobody reported it, 'exam' has no value; then 'total' is lacking, and nothing says so. "
        "Say 'required: [year]' of 'total', or write 'first(exam, 0)'."
    ]
    assert told("id: part, kind: pay, in: [year], formula: earned / goal", "id: total, kind: total, formula: part") == [
        "Where nobody set it, 'goal' has no value; then 'part' is lacking, and nothing says so. "
        "Say 'required: [year]' of 'part', or write 'first(goal, 0)'."
    ]


YEARLY = "id: total, kind: total, in: [year]"


@pytest.mark.parametrize(
    "lines",
    [
        [f"{YEARLY}, required: [year], formula: earned * exam"],
        ["id: part, kind: pay, in: [year], formula: exam * 2", f"{YEARLY}, required: [year], formula: part"],
        ["id: mark, kind: score, in: [year], required: [year], formula: exam", f"{YEARLY}, formula: earned * mark"],
        ["id: total, kind: total, formula: 'earned + first(exam, 0)'"],
        ["id: total, kind: total, formula: 'if(has(exam), exam, 1) * earned'"],
        ["id: total, kind: total, formula: 'when(has(exam) and has(goal), earned * exam / goal)'"],
        ["id: points, kind: score, formula: exam", "id: total, kind: total, formula: earned"],
    ],
)
def test_a_figure_that_the_plan_decides_about_is_not_told(lines: list[str]) -> None:
    assert told(*lines) == []
