"""What who begins a plan gets wrong first is told so that it can be mended without a manual."""

from pathlib import Path

import pytest

from engine.plan import library
from schemas.problems import Problem
from tests.engine.plan.reading import HEAD, LINE

LABEL = "label: {en: Some, zh: 某}, clause: '1'"


def told(folder: Path, text: str) -> list[str]:
    """What is wrong in a plan of these parts, without the file's name."""
    file = folder / "plan.yaml"
    file.write_text(HEAD + text, encoding="utf-8")
    with pytest.raises(Problem) as caught:
        library.load(str(file))
    return [line.removeprefix(f"{file}:") for line in str(caught.value).splitlines()]


def test_a_measure_of_what_does_not_exist_is_told_first_and_by_that_alone(tmp_path: Path) -> None:
    text = f"measures:\n  bad: {{of: complaint, take: count, {LABEL}}}\nlines:\n{LINE.replace('score', 'scor')}\n"
    assert told(tmp_path, text) == [
        "7, field measures.bad.of: There is no event type to measure 'complaint'. Did you mean 'complaint.received'?",
        "9, field lines[0].kind: 'scor' is not known here. Did you mean 'score'?",
    ]


def test_a_measure_of_something_near_a_word_of_the_language_is_guessed(tmp_path: Path) -> None:
    text = f"measures:\n  bad: {{of: ratings, {LABEL}}}\nlines:\n{LINE}\n"
    assert told(tmp_path, text) == [
        "7, field measures.bad.of: There is no event type to measure 'ratings'. Did you mean 'rating'?"
    ]


@pytest.mark.parametrize(
    ("aggregate", "said"),
    [
        (
            "average",
            "'average' is not known here. An average daily balance is product-days divided by days: take "
            "'product-days' here, and divide them in a line by a measure {of: calendar, field: days}.",
        ),
        ("product_days", "'product_days' is not known here. Did you mean 'product-days'?"),
        ("total", "'total' is not known here. Known: closing-balance, count, product-days, quantity, sum."),
        ("[sum]", "A text is expected here."),
    ],
)
def test_a_wrong_choice_is_told_with_what_is_near_or_meant(tmp_path: Path, aggregate: str, said: str) -> None:
    text = f"measures:\n  some: {{of: balance, aggregate: {aggregate}, {LABEL}}}\nlines:\n{LINE}\n"
    assert told(tmp_path, text) == [f"7, field measures.some.aggregate: {said}"]


def test_a_formula_with_a_comma_and_no_quotation_marks_is_told_as_such(tmp_path: Path) -> None:
    text = f"lines:\n- {{id: total, kind: score, {LABEL}, formula: max(1, 2)}}\n"
    assert told(tmp_path, text) == [
        "7, field lines[0].2): '2)' is not known here. Put a text with a comma or a colon in it in quotation marks."
    ]


def test_a_list_is_not_called_empty_whose_parts_are_wrong(tmp_path: Path) -> None:
    assert told(tmp_path, f"lines:\n{LINE.replace('score', 'scor')}\n") == [
        "7, field lines[0].kind: 'scor' is not known here. Did you mean 'score'?"
    ]
    assert told(tmp_path, "lines: []\n") == ["6, field lines: Nothing is written here."]


def test_the_end_of_a_row_is_told_to_be_the_next_one(tmp_path: Path) -> None:
    rows = "rows: [{from: 0, to: 1, value: 2}]"
    text = f"tables:\n  rates: {{kind: steps, {LABEL}, {rows}}}\nlines:\n{LINE}\n"
    assert told(tmp_path, text) == [
        "7, field tables.rates.rows[0]: 'to' is not known here. A row ends where the next one begins: leave it out, "
        "and let a last row say what holds beyond."
    ]


def test_an_unknown_field_is_guessed_among_those_of_its_own_part(tmp_path: Path) -> None:
    held = f"held: {{of: settled, line: some, after: 1, {LABEL}}}"
    assert told(tmp_path, f"measures:\n  {held}\nlines:\n{LINE}\n") == [
        "7, field measures.held.take: 'take' is missing. Known: held-and-due, paid-in-year.",
        "7, field measures.held.after: 'after' is not known here. "
        "Known: clause, label, line, of, reading, set_off, take, years_held.",
    ]


def test_a_kind_that_is_missing_is_told_with_all_there_are(tmp_path: Path) -> None:
    text = f"tables:\n  rates: {{{LABEL}, rows: []}}\nlines:\n{LINE}\n"
    assert told(tmp_path, text) == [
        "7, field tables.rates.kind: 'kind' is missing. Known: curve, grid, marginal, steps, whole, words."
    ]
