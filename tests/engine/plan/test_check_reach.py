"""Rules that nothing can come of are named; what may happen is left alone."""

import pytest

from tests.engine.plan.reading import complaints, line, rules

MEASURES = rules(
    pieces="of: product.sold, aggregate: count",
    exam="of: figure, measure: exam",
    barred="of: standing, decision: barred",
    nth="of: calendar, field: number",
    year="of: calendar, field: year-days",
)
TABLES = rules(
    score="kind: curve, rows: [{from: 0, value: 0}, {from: 1, value: 100}]",
    bands="kind: steps, rows: [{value: 0}, {from: 50, value: 1}, {from: 150, value: 2}]",
)
NEVER = "Nothing comes of it: remove it, or correct the condition."


def told(*lines: str) -> list[str]:
    text = (
        f"parameters:\n{rules(switch='values: {2025-01-01: 1}')}tables:\n{TABLES}measures:\n{MEASURES}"
        f"lines:\n{''.join(lines)}"
    )
    found = [complaint for fatal, complaint in complaints(text) if not fatal and "Nothing uses" not in complaint]
    return [complaint.partition(": ")[2] for complaint in found]


@pytest.mark.parametrize(
    ("formula", "complaint"),
    [
        ("if(1 > 2, exam, 0)", f"'1 > 2' never holds here, so 'exam' is never reached. {NEVER}"),
        ("if(pieces >= 0, exam, 0)", f"'pieces >= 0' always holds here, so '0' is never reached. {NEVER}"),
        (
            "if(curve(score, exam) > 100, 1, 0)",
            f"'curve(score, exam) > 100' never holds here, so '1' is never reached. {NEVER}",
        ),
        ("if(exam >= 90, 3, if(exam >= 95, 2, 1))", f"'exam >= 95' never holds here, so '2' is never reached. {NEVER}"),
        ("if(exam > 90, if(exam > 80, 2, 1), 0)", f"'exam > 80' always holds here, so '1' is never reached. {NEVER}"),
        ("if(barred > 1, 0, 1)", f"'barred > 1' never holds here, so '0' is never reached. {NEVER}"),
        ("if(year > 366, 0, 1)", f"'year > 366' never holds here, so '0' is never reached. {NEVER}"),
        ("if(year < 365, 0, 1)", f"'year < 365' never holds here, so '0' is never reached. {NEVER}"),
        ("if(nth = 13, 0, 1)", f"'nth = 13' never holds here, so '0' is never reached. {NEVER}"),
        (
            "if(exam > 5 and pieces < 0, 0, 1)",
            f"'exam > 5 and pieces < 0' never holds here, so '0' is never reached. {NEVER}",
        ),
        (
            "if(exam > 5 or pieces >= 0, 0, 1)",
            f"'exam > 5 or pieces >= 0' always holds here, so '1' is never reached. {NEVER}",
        ),
        ("when(pieces + 1, exam)", "'pieces + 1' always holds here. Leave the condition out."),
        ("when(pieces < 0, exam)", f"'pieces < 0' never holds here, so 'exam' is never reached. {NEVER}"),
        ("first(pieces, 0)", "'pieces' always has a value, so '0' is never reached. Leave 'first' out."),
        ("first(exam, barred, 0)", "'barred' always has a value, so '0' is never reached. Leave 'first' out."),
        ("has(switch) * exam", "'switch' always has a value, so asking 'has' decides nothing. Leave it out."),
        ("max(3, 4) * exam", "'max(3, 4)' is always the same number. Write that number."),
        (
            "max(-1, pieces)",
            "In 'max(-1, pieces)' '-1' is never the larger figure. Leave it out, or correct the bound.",
        ),
        (
            "min(200, curve(score, exam))",
            "In 'min(200, curve(score, exam))' '200' is never the smaller figure. Leave it out, or correct the bound.",
        ),
    ],
)
def test_what_nothing_reaches_is_named(formula: str, complaint: str) -> None:
    assert complaint in told(line("total", formula))


@pytest.mark.parametrize(
    "formula",
    [
        "if(switch, exam, 0)",
        "if(switch = 2, exam, 0)",
        "if(exam > 90, 3, if(exam > 80, 2, 1))",
        "if(exam >= switch, 3, if(exam >= 95, 2, 1))",
        "max(0, pieces)",
        "min(100, curve(score, exam))",
        "first(exam, 0)",
        "has(exam)",
        "when(barred, exam)",
        "if(exam > 5 and pieces > 3, 0, 1)",
        "if(if(exam > 1, pieces, 0) > 3, 1, 0)",
        "if(year > 365, 1, 0)",
        "if(year < 366, 1, 0)",
        "if(nth = 12, 1, 0)",
        "if(nth = 1, 1, 0)",
    ],
)
def test_what_may_happen_is_left_alone(formula: str) -> None:
    assert told(line("total", formula)) == []


def test_a_row_that_no_figure_reaches_is_named_unless_another_reading_reaches_it() -> None:
    reached = line("a", "steps(bands, curve(score, exam))")
    row = "Nothing that 'bands' is read by ever falls into the row from 150 on. Remove the row, or correct its bound."
    assert told(reached, line("total", "a")) == [row]
    assert told(reached, line("total", "a + steps(bands, exam)")) == []


@pytest.mark.parametrize(
    ("more", "complaint"),
    [
        (", in: []", "No period shows the line 'total'. Name a cycle under 'in'."),
        (
            ", in: [month], required: [month, year]",
            "The line 'total' is required in periods that do not show it: year. "
            "Name them under 'in', too, or not under 'required'.",
        ),
    ],
)
def test_a_line_that_no_period_shows_is_named(more: str, complaint: str) -> None:
    assert told(line("total", "exam", more=more)) == [complaint]


def test_a_line_made_of_one_that_its_periods_do_not_show_is_named() -> None:
    monthly = line("a", "exam", more=", in: [month]")
    assert told(monthly, line("total", "a + 1", more=", in: [quarter, year]")) == [
        "The line 'total' never has a value: in its periods (quarter, year) 'a' has none. "
        "Show both in the same periods, or say what stands instead: first(…, 0)."
    ]
    assert told(monthly, line("total", "a + 1")) == []
    assert told(monthly, line("total", "first(a, 0)", more=", in: [year]")) == []
