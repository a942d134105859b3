"""Tables that contradict themselves are named row by row."""

import pytest

from tests.engine.plan.reading import complaints, line, rules


def told(table: str, reading: str) -> list[tuple[bool, str]]:
    return complaints(f"tables:\n{rules(rates=table)}lines:\n{line('total', reading)}")


@pytest.mark.parametrize(
    ("table", "complaint"),
    [
        (
            "kind: steps, rows: [{value: 0}, {from: 5, value: 1}, {from: 5, value: 2}]",
            "rows[2]: Two rows begin at 5: they overlap. Keep one of them, or begin this one higher.",
        ),
        (
            "kind: steps, rows: [{value: 0}, {from: 9, value: 1}, {from: 5, value: 2}]",
            "rows[2]: This row begins at 5, below the one before it, which begins at 9. "
            "Write rows in ascending order, each where the one before it ends.",
        ),
        (
            "kind: steps, rows: [{from: 5, value: 1}, {value: 2}]",
            "rows[1]: Only the first row may leave out 'from'. Write where this row begins.",
        ),
        (
            "kind: steps, rows: [{from: 5}]",
            "rows[0]: Each row has either a value or a name. Write 'value' or 'name', not both.",
        ),
        (
            "kind: steps, rows: [{value: 1}, {from: 5, name: a}]",
            "rows[1]: Some rows of this table give values and some names. Give one sort in all rows.",
        ),
        (
            "kind: steps, rows: [{is: a, value: 1}]",
            "rows[0]: This row has to say where it begins: 'from'. A table has rows of one sort only.",
        ),
        (
            "kind: words, rows: [{from: 1, value: 1}]",
            "rows[0]: This row has to say the word it stands beside: 'is'. A table has rows of one sort only.",
        ),
        (
            "kind: words, rows: [{is: a, value: 1}, {is: a, value: 2}]",
            "rows[1]: The word 'a' stands in an earlier row, too. Keep one of the two.",
        ),
        (
            "kind: marginal, rows: [{from: 5, name: a}]",
            "rows[0]: The rows of a rate table have rates. Write a value, or make the table 'steps'.",
        ),
        (
            "kind: curve, rows: [{value: 1}, {from: 1, value: 2}]",
            "rows[0]: Each row of a curve says 'from': the place of its point. Write it.",
        ),
        (
            "kind: steps, rows: [{values: [1]}]",
            "rows[0]: Only the rows of a grid have 'values'. Write one 'value', or make it a grid.",
        ),
        (
            "kind: grid, columns: [0, 1], rows: [{values: [1]}]",
            "rows[0]: Each row of this grid has 2 'values', one for each column. This one has 1; write those alone.",
        ),
        (
            "kind: grid, columns: [1, 0], rows: [{values: [1, 2]}]",
            "columns[1]: The column that begins at 0 stands behind the one that begins at 1. "
            "Write columns in ascending order, each bound once.",
        ),
        (
            "kind: grid, rows: [{values: []}]",
            "columns: A grid, and no other table, has columns. Add 'columns', or remove them.",
        ),
    ],
)
def test_a_table_that_contradicts_itself_is_refused_with_the_line_of_its_row(table: str, complaint: str) -> None:
    kind = table.split("kind: ")[1].split(",")[0]
    reading = "grid(rates, 1, 1)" if kind == "grid" else f"{kind}(rates, 1)"
    assert (True, f"small.yaml:7, field tables.rates.{complaint}") in told(table, reading)


@pytest.mark.parametrize(
    ("table", "reading", "complaint"),
    [
        (
            "kind: whole, rows: [{from: 5, value: 1}]",
            "whole(rates, 9)",
            "rows[0]: The table 'rates' gives nothing below 5. "
            "Add a first row without 'from' if something holds there, if only 0.",
        ),
        (
            "kind: grid, columns: [0.5, 1], rows: [{values: [1, 2]}]",
            "grid(rates, 1, 1)",
            "columns: The grid gives nothing where its second figure is below 0.5. "
            "Begin the first column at 0 if something holds there, if only 0.",
        ),
    ],
)
def test_a_gap_at_the_bottom_is_a_warning(table: str, reading: str, complaint: str) -> None:
    assert (False, f"small.yaml:7, field tables.rates.{complaint}") in told(table, reading)


def test_words_that_a_table_is_read_by_need_a_row_and_no_row_waits_for_another_word() -> None:
    text = (
        "parameters:\n"
        + rules(half="values: {2025-01-01: 0.5}")
        + "tables:\n"
        + rules(pay="kind: words, rows: [{is: best, value: 2}, {is: other, value: 1}]")
        + "lines:\n"
        + line("points", "1")
        + "- {id: level, kind: grade, clause: '1', label: {en: L, zh: 级}, "
        "quota: {by: points, levels: {best: half}, otherwise: rest}}\n" + line("total", "words(pay, level)")
    )
    assert complaints(text) == [
        (
            False,
            "small.yaml:9, field tables.pay.rows[1]: Nothing that 'pay' is read by ever is 'other'. "
            "Remove the row, or correct its bound.",
        ),
        (
            False,
            "small.yaml:9, field tables.pay: The table 'pay' has no row for 'rest', which it is read by. "
            "Add a row for it.",
        ),
    ]
