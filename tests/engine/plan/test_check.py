"""What is wrong in a plan is found before it runs: with file, line, and what to do."""

from pathlib import Path

import pytest

from engine.plan import library
from schemas.problems import Problem
from tests.engine.plan.reading import LINE, complaints, line, rules

PARAMETER = "{label: {en: Ratio, zh: 比例}, clause: '1', values: {2024-01-01: 0.05}}"


def measure(body: str) -> str:
    label = "label: {en: Some, zh: 某}, clause: '1'"
    return f"measures:\n  some: {{{label}, {body}}}\nlines:\n{line('total', 'some')}"


def test_the_bundled_plans_have_nothing_to_complain_of() -> None:
    assert library.bundled()
    for name in library.bundled():
        assert library.inspect(name).complaints == []


def test_a_plan_without_fault_has_no_complaints() -> None:
    assert complaints(f"lines:\n{LINE}\n") == []


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        (
            f"parameters:\n  ratio: {PARAMETER}\nlines:\n{line('total', 'ratoi * 2')}",
            "small.yaml:9, field lines[0].formula: There is no parameter, measure or line 'ratoi'. "
            "Did you mean 'ratio'?",
        ),
        (
            measure("of: fee.earned, aggregate: sum, each: transaction, table: rates"),
            "small.yaml:7, field measures.some.table: There is no table 'rates'.",
        ),
        (
            "tables:\n  rates: {label: {en: Some, zh: 某}, clause: '1', kind: words, rows: [{is: a, value: 1}]}\n"
            + measure("of: fee.earned, aggregate: sum, each: transaction, table: rates"),
            "small.yaml:9, field measures.some.table: The table 'rates' gives no figure for an amount, so it cannot be "
            "read for each transaction. Name a table of kind steps, marginal, whole or curve, with values.",
        ),
        (
            measure("of: fee.earned, aggregate: sum, each: transaction, share: full").replace("score", "item"),
            "small.yaml:9, field lines[0].formula: 'some' credits everybody of a team in full, so this item would not "
            "add up to the bank's. Make the line one of kind measure, score or pay.",
        ),
        (
            "year_begins: 04-01\n"
            + measure("of: loan.moved, aggregate: product-days, accrue: calendar-year-end").replace("\n", "\n\n", 1),
            "small.yaml:9, field measures.some.accrue: The year of this plan begins on 04-01, so flows cannot accrue "
            "to the calendar year's end. Write year-end.",
        ),
        (
            f"lines:\n{line('first_line', 'total')}{line('total', '1')}",
            "small.yaml:7, field lines[0].formula: The line 'total' stands below this one. "
            "A line uses only lines above it; move this one down.",
        ),
        (
            f"lines:\n{line('total', 'total + 1')}",
            "small.yaml:7, field lines[0].formula: Lines wait for one another in a circle: total → total. "
            "Make one of them without the next; the cycle before is 'of: line, over: previous'.",
        ),
        (
            f"lines:\n{line('a', 'b + c')}{line('b', 'a * 2')}{line('c', 'b')}{line('total', 'c')}",
            "small.yaml:7, field lines[0].formula: Lines wait for one another in a circle: a → b → a. "
            "Make one of them without the next; the cycle before is 'of: line, over: previous'.",
        ),
        (
            f"lines:\n{line('a', 'b + c')}{line('b', 'a * 2')}{line('c', 'b')}{line('total', 'c')}",
            "small.yaml:7, field lines[0].formula: Lines wait for one another in a circle: a → c → b → a. "
            "Make one of them without the next; the cycle before is 'of: line, over: previous'.",
        ),
        (
            f"lines:\n{line('total', '1 +')}",
            "small.yaml:7, field lines[0].formula: This formula cannot be read: "
            "a figure is expected at character 4, not 'the end'.",
        ),
        (
            f"lines:\n{line('totals', '1')}",
            "small.yaml:5, field board: There is no line 'total'. Did you mean 'totals'?",
        ),
        (
            f"lines:\n{line('total', '1')}{line('total', '2')}",
            "small.yaml:8, field lines[1].id: 'total' already names one of the lines. Give it another name.",
        ),
        (
            measure("of: fee.erned, aggregate: sum"),
            "small.yaml:7, field measures.some.of: There is no event type to measure 'fee.erned'. "
            "Did you mean 'fee.earned'?",
        ),
        (
            measure("of: merchant.enrolled, aggregate: sum"),
            "small.yaml:7, field measures.some.of: An event 'merchant.enrolled' has no amount. Count such events.",
        ),
        (
            measure("of: fee.earned, aggregate: sum, where: {servise: other}"),
            "small.yaml:7, field measures.some.where.servise: There is no field of 'fee.earned' 'servise'. "
            "Did you mean 'service'?",
        ),
        (
            measure("of: balance, aggregate: product-days, times: cost"),
            "small.yaml:7, field measures.some.times: There is no parameter 'cost'.",
        ),
        (
            measure("of: rating, items: {care: w}, groups: {self: w}, labels: {caer: {en: Care, zh: 关怀}}"),
            "small.yaml:7, field measures.some.labels.caer: There is no item 'caer'. Did you mean 'care'?",
        ),
        (
            measure("of: inherited, line: total"),
            "small.yaml:7, field measures.some.line: The line 'total' is no plain sum of credited measures, so "
            "customers cannot hand it on. Inherit a line made by +, - and by parameters as factors.",
        ),
        (
            measure("of: corrections, lines: [totl]"),
            "small.yaml:7, field measures.some.lines[0]: There is no line 'totl'. Did you mean 'total'?",
        ),
        (
            measure("of: corrections, lines: [total]"),
            "small.yaml:7, field measures.some.lines[0]: The line 'total' of kind score pays nothing that could be "
            "corrected. Name lines of kind pay, withheld, released or total.",
        ),
        (
            measure("of: corrections, lines: [total]").replace("score", "pay"),
            "small.yaml:7, field measures.some: No adjustment shows the corrections 'some'. Make the line that takes "
            "it one of kind adjustment.",
        ),
    ],
)
def test_what_keeps_a_plan_from_running_is_named(text: str, complaint: str) -> None:
    assert (True, complaint) in complaints(text)


def test_a_plan_that_pays_and_never_makes_good_is_warned_of() -> None:
    paying = f"lines:\n{line('total', '1')}".replace("score", "pay")
    complaint = (
        "small.yaml:7, field lines[0]: This plan pays, but what is learnt after a settlement was closed is never made "
        "good. Add a measure 'of: corrections' over the lines that are paid out, and a line of kind adjustment."
    )
    assert (False, complaint) in complaints(paying)


TABLE = "tables:\n  rates: {label: {en: R, zh: 率}, clause: '1', kind: whole, rows: [{value: 1}]}\n"
WORDS = "tables:\n  pay: {label: {en: P, zh: 酬}, clause: '1', kind: words, rows: [{is: a, value: 1}]}\n"


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        (
            TABLE + f"lines:\n{line('total', 'curve(rates, 1)')}",
            "small.yaml:9, field lines[0].formula: 'rates' is a table of kind whole, but is read by 'curve'. "
            "Write whole(rates, …), or change the table's kind.",
        ),
        (
            TABLE + f"lines:\n{line('total', 'words(rates, 1)')}",
            "small.yaml:9, field lines[0].formula: 'rates' is a table of kind whole, but is read by 'words'. "
            "Write whole(rates, …), or change the table's kind.",
        ),
        (
            f"parameters:\n  whole: {PARAMETER}\nlines:\n{line('total', '1')}",
            "small.yaml:7, field parameters.whole: 'whole' is a word of the formula language. Give it another name.",
        ),
        (
            WORDS + f"lines:\n{line('total', 'steps(pay, 1)')}",
            "small.yaml:9, field lines[0].formula: 'pay' is a table of kind words, but is read by 'steps'. "
            "Write words(pay, …), or change the table's kind.",
        ),
        (
            TABLE.replace("whole", "steps").replace("value: 1", "name: a")
            + f"lines:\n{line('total', 'marginal(rates, 1)')}",
            "small.yaml:9, field lines[0].formula: The rows of 'rates' have names, not rates. Write steps(rates, …).",
        ),
        (
            measure("of: line, line: totals, over: previous"),
            "small.yaml:7, field measures.some.line: There is no line 'totals'. Did you mean 'total'?",
        ),
        (
            measure("of: figure, measure: exam, each: range, take: mean"),
            "small.yaml:7, field measures.some.each: A range is no cycle that a period is made of. "
            "Write month, two-months, quarter, half-year or year.",
        ),
        (
            measure("of: account.opened, aggregate: count"),
            "small.yaml:7, field measures.some.of: There is no event type to measure 'account.opened'. Known: "
            "activity.logged, balance, card.spent, complaint.received, customer.joined, customer.left, fee.earned, "
            "incident.recorded, loan.exited, loan.moved, loan.recovered, merchant.enrolled, payment.made, "
            "product.sold, service.handled, survey.answered.",
        ),
        (
            f"parameters:\n  ratio: {PARAMETER}\nlines:\n{line('a', '1')}"
            "- {id: total, kind: score, clause: '1', label: {en: T, zh: 总}, "
            "weighted: {parts: {a: ratio}, total: 1}}\n",
            "small.yaml:10, field lines[1].weighted: From 2024-01-01 the weights add up to 0.05, not to 1. "
            "Change the weights of that day, or what they have to add up to.",
        ),
    ],
)
def test_pieces_that_do_not_fit_together_are_named(text: str, complaint: str) -> None:
    assert (True, complaint) in complaints(text)


def test_incidents_and_survey_scores_are_quantities() -> None:
    for of in ("incident.recorded", "survey.answered"):
        assert complaints(measure(f"of: {of}, aggregate: quantity")) == []


def test_a_closing_balance_of_deposits_may_be_shown_but_not_judged_by() -> None:
    warning = (
        False,
        "small.yaml:7, field measures.some.aggregate: The closing balance 'some' of deposits reaches a score, a rank "
        "or pay. Supervisors forbid judging deposits by a day's balance; use product-days over the days.",
    )
    judged = measure("of: balance, aggregate: closing-balance")
    assert warning in complaints(judged)
    assert warning not in complaints(judged.replace("closing-balance", "closing-balance, where: {product: loan}"))
    assert warning not in complaints(judged.replace("kind: score", "kind: measure"))
    through_another = judged.replace("kind: score", "kind: measure").replace("id: total", "id: shown")
    assert warning in complaints(through_another + line("total", "shown"))


def test_what_is_only_doubtful_is_a_warning() -> None:
    table = "tables:\n  awards: {label: {en: A, zh: 甲}, kind: steps, rows: [{from: 5, value: 1}]}\n"
    told = complaints(f"parameters:\n  ratio: {PARAMETER}\n{table}lines:\n{line('total', '1')}")
    assert told == [
        (False, "small.yaml:7, field parameters.ratio: Nothing uses 'ratio'. Remove it, or use it in a line."),
        (
            False,
            "small.yaml:9, field tables.awards.rows[0]: The table 'awards' gives nothing below 5. "
            "Add a first row without 'from' if something holds there, if only 0.",
        ),
        (False, "small.yaml:9, field tables.awards: 'awards' names no clause. Add 'clause'."),
        (False, "small.yaml:9, field tables.awards: Nothing uses 'awards'. Remove it, or use it in a line."),
    ]


def test_what_a_formula_that_cannot_be_read_may_use_is_not_called_unused() -> None:
    measures = "measures:\n" + rules(some="of: fee.earned, aggregate: sum")
    said = [text for _, text in complaints(f"{measures}lines:\n{line('total', 'some +')}")]
    assert len(said) == 1
    assert "cannot be read" in said[0]


def test_a_text_in_one_language_alone_is_named_with_its_line() -> None:
    for text, complaint in (
        ("label: {en: Some}", "small.yaml:7, field lines[0].label.zh: 'zh' is missing."),
        ("label: {zh: 某}", "small.yaml:7, field lines[0].label.en: 'en' is missing."),
        ("label: {en: '', zh: 某}", "small.yaml:7, field lines[0].label.en: Nothing is written here."),
        ("clause: '1'", "small.yaml:7, field lines[0].label: 'label' is missing."),
    ):
        with pytest.raises(Problem) as caught:
            complaints(f"lines:\n- {{id: total, kind: score, formula: '1', {text}}}\n")
        assert str(caught.value).splitlines()[0] == complaint


def test_a_rule_without_its_clause_is_named() -> None:
    assert complaints("lines:\n- {id: total, kind: score, formula: '1', label: {en: Some, zh: 某}}\n") == [
        (False, "small.yaml:7, field lines[0]: The line 'total' names no clause. Add 'clause'.")
    ]


def test_the_digest_is_of_what_a_plan_says_not_of_how_it_is_laid_out(tmp_path: Path) -> None:
    original = library.text_of("bank-contribution")
    (tmp_path / "same.yaml").write_text("# a remark\n" + original.replace("0.0240", "0.02400"), encoding="utf-8")
    (tmp_path / "other.yaml").write_text(original.replace("0.0240", "0.0241"), encoding="utf-8")
    bundled = library.load("bank-contribution").digest
    assert library.load(str(tmp_path / "same.yaml")).digest == bundled
    assert library.load(str(tmp_path / "other.yaml")).digest != bundled
