"""Cases as a clerk writes them: read with the line of every mistake, and tried in a log of their own."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from engine.plan.library import load, text_of
from replay.cases import cases_of, disagreements, told
from replay.trial import tried
from schemas.document import parse
from schemas.problems import Problem

AT = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
CASE = """\
given:
  - 2025-01-01 manager.appointed: {manager_id: M-1, org_unit: U-1}
cases:
  - rule: Fees count.
    events:
      - 2025-01-01 customer.assigned: {customer_id: C-1, team: {M-1: 1}}
      - 2025-02-01 fee.earned: {customer_id: C-1, service: agency, amount: 60}
    expect:
      - settle: 2025Q1
        managers: {M-1: {fees: 60, missing: [base_contribution]}}
"""


@pytest.fixture
def own_plan(tmp_path: Path) -> Path:
    file = tmp_path / "our-plan.yaml"
    file.write_text(text_of("bank-contribution"), encoding="utf-8")
    return file


def written(plan: Path, text: str) -> list[str]:
    """What fails of the cases ``text`` beside ``plan``."""
    folder = plan.with_suffix(".cases")
    folder.mkdir()
    (folder / "fees.yaml").write_text(text, encoding="utf-8")
    return [one for each in tried(load(str(plan)), cases_of(str(plan)), AT) for one in each.failures]


def test_a_case_that_holds_fails_nothing(own_plan: Path) -> None:
    assert written(own_plan, CASE) == []


@pytest.mark.parametrize(
    ("change", "failure"),
    [
        (("fees: 60", "fees: 61"), "2025Q1: M-1: fees: 60 instead of 61"),
        (("fees: 60, ", ""), "2025Q1: M-1: fees: 60 instead of 0"),
        (("missing: [base_contribution]", "missing: []"), "2025Q1: M-1: missing: ['base_contribution'] instead of []"),
        (("fees: 60", "fees: 60, not_shown: [composite]"), "2025Q1: M-1: composite is shown"),
        (("fees: 60", "fees: 60, qualitative: 1"), "2025Q1: M-1: qualitative is not shown instead of 1"),
        (("fees: 60", "fees: 60, org_unit: U-2"), "2025Q1: M-1: org_unit: U-1 instead of U-2"),
        (("{M-1: {fees", "{M-2: {fees"), "2025Q1: managers: ['M-1'] instead of ['M-2']"),
        (("team: {M-1: 1}", "team: {M-1: 0.5}"), "2025Q1: uncredited fees: 30 instead of 0"),
        (("settle: 2025Q1", "settle: 2025Q1\n        findings: [M-1]"), "2025Q1: no finding on M-1"),
        (("settle: 2025Q1", "settle: 2025Q1\n        through: 2026-01-01"), "2025Q1: The day 2026-01-01 lies outside"),
        (("earned:", "earned (refused):"), "refused events: 0 instead of 1."),
    ],
)
def test_a_case_that_does_not_hold_says_what_was_found_instead(
    own_plan: Path, change: tuple[str, str], failure: str
) -> None:
    assert change[0] in CASE
    failures = written(own_plan, CASE.replace(*change))
    assert any(one.startswith(failure) for one in failures), failures


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (
            ("2025-02-01 fee.earned", "on Monday fee.earned"),
            "fees.yaml:7, field cases[0].events[1]: 'on Monday fee.earned' does not read as an event. "
            "Write its date, its type and its data: - 2025-01-11 fee.earned: {customer_id: C-1, …}",
        ),
        (("- rule:", "- rules:"), "fees.yaml:4, field cases[0].rule: 'rule' is missing."),
        (
            ("settle: 2025Q1", "settle: 2025Q9"),
            "fees.yaml:9, field cases[0].expect[0].settle: '2025Q9' is no period. Write a year (2025), half-year "
            "(2025H1), quarter (2025Q3), two months (2025B4), month (2025-07) or 2025-07-01..2025-07-15.",
        ),
    ],
)
def test_a_case_that_cannot_be_read_names_its_line(change: tuple[str, str], complaint: str) -> None:
    with pytest.raises(Problem) as caught:
        told(parse(CASE.replace(*change).encode(), file="fees.yaml"))
    assert complaint in str(caught.value)


def test_a_case_may_set_a_parameter(own_plan: Path) -> None:
    text = CASE.replace("    events:\n", "    set: {w_fees: 0.5}\n    events:\n").replace("fees: 60", "fees: 30")
    assert written(own_plan, text) == []


def test_a_line_that_is_not_shown_is_told_with_what_it_waits_for(own_plan: Path) -> None:
    text = CASE.replace("fees: 60", "fees: 60, base_contribution: 1")
    assert written(own_plan, text)[-1] == (
        "2025Q1: M-1: base_contribution has no value for want of: approved_base, inherited_contribution"
    )


def test_a_parameter_that_the_plan_lacks_is_named(own_plan: Path) -> None:
    with pytest.raises(Problem) as caught:
        written(own_plan, CASE.replace("    events:\n", "    set: {w_fee: 0.5}\n    events:\n"))
    assert str(caught.value) == "The plan has no parameter 'w_fee'. Did you mean 'w_fees'?"


def test_a_plan_without_cases_says_where_they_are_looked_for(own_plan: Path) -> None:
    with pytest.raises(Problem) as caught:
        cases_of(str(own_plan))
    assert str(caught.value) == (
        f"{own_plan.with_suffix('.cases')}: There are no cases of this plan. "
        "Write at least one, as docs/recipes/test-a-plan.md shows."
    )


def test_given_events_come_before_each_cases_own() -> None:
    case = told(parse(CASE.encode(), file="fees.yaml"))[0]
    assert [event["id"] for event in case.events] == ["G-1", "E-1", "E-2"]
    assert disagreements(case.questions[0], {"managers": [], "uncredited": []}, []) == [
        "managers: [] instead of ['M-1']"
    ]
