"""Units mixed up are found; what schemes do on purpose is not complained of."""

import pytest

from tests.engine.plan.reading import complaints, line, rules

MEASURES = rules(
    fees="of: fee.earned, aggregate: sum",
    pieces="of: product.sold, aggregate: count",
    balances="of: balance, aggregate: product-days",
    interest="of: balance, aggregate: product-days, times: rate",
    days="of: calendar, field: days",
    grade="of: post, field: grade",
    exam="of: figure, measure: exam",
    marks="of: rating, items: {care: one}, groups: {self: one}",
    before="of: line, line: total, over: previous",
)
PARAMETERS = rules(
    one="values: {2025-01-01: 1}",
    year="unit: days, values: {2025-01-01: 360}",
    price="unit: money, values: {2025-01-01: 500}",
)
TABLES = rules(
    pay="kind: words, rows: [{is: a, value: 1}]",
    grades="kind: steps, rows: [{name: a}]",
    rates="kind: marginal, rows: [{from: 0, value: 0.1}]",
)


def told(formula: str, kind: str = "score", more: str = "") -> list[str]:
    total = line("total", formula, kind, more)
    text = f"parameters:\n{PARAMETERS}tables:\n{TABLES}measures:\n{MEASURES}lines:\n{total}"
    found = complaints(text)
    beside = ("Nothing uses", "gives nothing below", "is never made good")
    unused = [one for one in found if any(said in one[1] for said in beside)]
    assert all(fatal for fatal, _ in found if (fatal, _) not in unused)
    return [complaint.partition(": ")[2] for fatal, complaint in found if (fatal, complaint) not in unused]


CONVERT = (
    "Convert one of them first: multiply a count or points by a parameter that says what one is worth, "
    "divide product-days by days."
)
READ = "Read it in a table of words first: words(TABLE, …)."


@pytest.mark.parametrize(
    ("formula", "complaint"),
    [
        ("fees + pieces", f"'fees + pieces' adds money and a count. {CONVERT}"),
        ("pieces - fees", f"'pieces - fees' subtracts a count and money. {CONVERT}"),
        ("balances + fees", f"'balances + fees' adds product-days and money. {CONVERT}"),
        ("(interest + fees) / year", f"'interest + fees' adds product-days and money. {CONVERT}"),
        ("fees + days", f"'fees + days' adds money and days. {CONVERT}"),
        ("if(fees > pieces, 1, 0)", f"'fees > pieces' compares money and a count. {CONVERT}"),
        ("max(fees, balances)", f"'max(fees, balances)' compares money and product-days. {CONVERT}"),
        ("if(exam, fees, marks)", f"'if(exam, fees, marks)' chooses between money and points. {CONVERT}"),
        ("first(fees, pieces)", f"'first(fees, pieces)' chooses between money and a count. {CONVERT}"),
        ("balances / fees + fees", f"'balances / fees + fees' adds days and money. {CONVERT}"),
        ("grade * 2", f"'grade * 2' computes with 'grade', which is a word. {READ}"),
        ("-grade", f"'-grade' computes with 'grade', which is a word. {READ}"),
        ("round(grade)", f"'round(grade)' computes with 'grade', which is a word. {READ}"),
        ("max(grade, 1)", f"'max(grade, 1)' computes with 'grade', which is a word. {READ}"),
        ("if(grade, 1, 0)", f"'if(grade, 1, 0)' computes with 'grade', which is a word. {READ}"),
        ("grade > grade", f"'grade > grade' computes with 'grade', which is a word. {READ}"),
        ("grade = 1", f"'grade = 1' compares a word and a figure. {READ}"),
        (
            "if(exam, steps(grades, exam), 1)",
            "'if(exam, steps(grades, exam), 1)' chooses between a word and a figure. " + READ,
        ),
        (
            "words(pay, exam)",
            "The rows of 'pay' stand beside words, but 'exam' is a figure. Give it a word, such as a grade held.",
        ),
        ("marginal(rates, grade)", f"The rows of 'rates' begin at figures, but 'grade' is a word. {READ}"),
    ],
)
def test_figures_of_different_units_do_not_meet(formula: str, complaint: str) -> None:
    assert complaint in told(formula)


@pytest.mark.parametrize(
    ("formula", "kind", "more", "complaint"),
    [
        (
            "pieces",
            "pay",
            ", unit: money",
            "The line 'total' is money, but its rule gives a count. Correct its unit, or convert what it is made of.",
        ),
        (
            "interest",
            "pay",
            "",
            "The line 'total' is money, but its rule gives product-days. "
            "Correct its unit, or convert what it is made of.",
        ),
        (
            "fees",
            "score",
            ", unit: points",
            "The line 'total' is points, but its rule gives money. Correct its unit, or convert what it is made of.",
        ),
        ("exam", "grade", "", "A grade is a word, but 'total' gives a figure. Name the rows of its table."),
        (
            "grade",
            "score",
            "",
            "The line 'total' of kind score is a figure, but its rule gives a word. "
            "Make it a grade or a measure without unit, or read the word in a table.",
        ),
    ],
)
def test_a_line_gives_what_it_says(formula: str, kind: str, more: str, complaint: str) -> None:
    assert told(formula, kind, more) == [complaint]


@pytest.mark.parametrize(
    "formula",
    [
        "fees + balances / year + pieces * price + balances / days",
        "(interest / year - 1000) * one",
        "if(fees / (balances / days) > 0.02, fees, 0)",
        "min(pieces, 20) + exam + marks",
        "first(before, 0) + fees",
        "marginal(rates, fees) + fees",
        "words(pay, grade) * fees",
        "if(grade = steps(grades, exam), 1, 0)",
        "max(0, fees - 500)",
        "pieces * 500 + fees",
        "has(grade) * fees",
    ],
)
def test_what_schemes_do_on_purpose_is_left_alone(formula: str) -> None:
    assert told(formula) == []


RULES = "clause: '1', label: {en: Some, zh: 某}"


@pytest.mark.parametrize(
    ("rule", "complaint"),
    [
        ("kind: rank, rank: {by: grade}", f"It ranks by 'grade', which is a word. {READ}"),
        ("kind: score, group: {take: sum, of: grade}", f"It takes the sum of 'grade', which is a word. {READ}"),
        (
            "kind: score, weighted: {parts: {fees: one, marks: one}}",
            f"It takes the mean of money (fees) and points (marks). {CONVERT}",
        ),
        (
            "kind: score, weighted: {parts: {grade: one, fees: one, marks: one}}",
            f"It takes the mean of money (fees) and points (marks). {CONVERT}",
        ),
        ("kind: score, weighted: {parts: {grade: one}}", f"It takes the mean of 'grade', which is a word. {READ}"),
        ("kind: pay, allot: {pool: price, by: grade}", f"It shares out by 'grade', which is a word. {READ}"),
    ],
)
def test_rules_across_managers_take_figures(rule: str, complaint: str) -> None:
    text = f"parameters:\n{PARAMETERS}measures:\n{MEASURES}lines:\n- {{id: total, {RULES}, {rule}}}\n"
    assert complaint in [said.partition(": ")[2] for _, said in complaints(text)]


def test_a_place_is_no_money() -> None:
    place = f"- {{id: place, {RULES}, kind: rank, rank: {{by: points}}}}\n"
    text = f"lines:\n{line('points', '1')}{place}{line('total', 'place', 'pay')}"
    assert complaints(text)[0] == (
        True,
        "small.yaml:9, field lines[2].formula: The line 'total' is money, but its rule gives a place. "
        "Correct its unit, or convert what it is made of.",
    )
