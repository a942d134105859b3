"""The oracle against the cases worked on paper: it must be right before anything is compared with it."""

from __future__ import annotations

import copy
from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from replay.cases import Case, cases_of, disagreements
from tests.command_line import PLAN
from tests.compare import differences
from tests.oracle import days, pay
from tests.oracle.rules import ITEMS
from tests.oracle.statement import as_printed, decimal, settle

CASES = cases_of(PLAN)


def example_d() -> Case:
    return next(case for case in CASES if "example_d" in case.file)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.file)
def test_the_oracle_says_what_was_worked_on_paper(case: Case) -> None:
    for question in case.questions:
        through = date.fromisoformat(question.through) if question.through else None
        statement: dict[str, Any] = as_printed(settle(case.admitted, question.settle, through, question.as_of))
        assert not disagreements(question, statement, ITEMS)


def test_a_case_that_expects_something_else_is_seen() -> None:
    worked = example_d()
    statement: dict[str, Any] = as_printed(settle(worked.admitted, "2025"))
    question = worked.questions[0]
    other = {**(question.managers["M-1"] or {}), "paid": "53200.01", "not_shown": ["rank"]}
    del other["fees"]
    question = question.model_copy(update={"managers": {"M-1": other}, "uncredited": {"cards": "1"}})
    assert disagreements(question, statement, ITEMS) == [
        "M-1: rank is shown",
        "M-1: fees: 4200000 instead of 0",
        "M-1: paid: 53200.00 instead of 53200.01",
        "uncredited cards: 0 instead of 1",
    ]


def test_a_statement_that_differs_from_the_oracles_is_seen() -> None:
    worked = example_d()
    oracle: dict[str, Any] = as_printed(settle(worked.admitted, "2025"))
    assert not differences(oracle, oracle)
    other = copy.deepcopy(oracle)
    other["managers"][0]["missing"] = ["rate:L-1"]
    other["managers"][0]["lines"][-1]["kind"] = "pay"
    other["uncredited"][6]["value"] = "1"
    kind, value = oracle["managers"][0]["lines"][-1]["kind"], oracle["managers"][0]["lines"][-1]["value"]
    assert differences(other, oracle) == [
        "M-1 missing: ['rate:L-1'], oracle []",
        f"M-1 rank: {('pay', value)}, oracle {(kind, value)}",
        "uncredited cards: 1, oracle 0",
    ]


@pytest.mark.parametrize(
    ("name", "kind", "first", "last"),
    [
        ("2024", "year", "2024-01-01", "2024-12-31"),
        ("2025H2", "half-year", "2025-07-01", "2025-12-31"),
        ("2025Q3", "quarter", "2025-07-01", "2025-09-30"),
        ("2025-02", "month", "2025-02-01", "2025-02-28"),
        ("2025-12", "month", "2025-12-01", "2025-12-31"),
        ("2025B4", "two-month cycle", "2025-07-01", "2025-08-31"),
        ("2025-07-01..2025-07-15", "range", "2025-07-01", "2025-07-15"),
    ],
)
def test_a_period_is_the_days_its_name_says(name: str, kind: str, first: str, last: str) -> None:
    period = days.read(name)
    assert (period.kind, period.first.isoformat()) == (kind, first)
    assert (period.end - days.ONE_DAY).isoformat() == last


@pytest.mark.parametrize(
    ("value", "printed"), [("0.005", "0.01"), ("-0.005", "-0.01"), ("0.0149", "0.01"), ("-2.675", "-2.68")]
)
def test_money_rounds_a_half_away_from_zero(value: str, printed: str) -> None:
    assert decimal(pay.money(Fraction(value)), 2) == printed


def test_numbers_print_half_even_and_zero_has_no_sign() -> None:
    printed = [decimal(Fraction(tenths, 10), 0) for tenths in (5, 15, 25, -5, -15)]
    assert printed == ["0.0", "2.0", "2.0", "0.0", "-2.0"]
