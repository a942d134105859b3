"""Every case of every bundled plan, asked of the product through its command line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from engine.plan.library import bundled, load
from engine.plan.names import names_of
from replay.cases import Case, cases_of, disagreements, items_of, unfound
from schemas.lines import ROUNDED
from schemas.measures import LineDocument
from tests.command_line import PLAN, Done, ingest, run, run_all, settle, write_events

CASES = cases_of(PLAN)
MONEY_KINDS = {kind.value for kind in ROUNDED}
WORDS = ("grade",)


@dataclass(frozen=True)
class Answered:
    """A case, and what the commands said to it."""

    ingested: Done
    settled: list[Done]


@pytest.fixture(scope="module")
def answered(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Answered]:
    """All cases of the flagship, each in a log of its own, through one process."""
    folder = tmp_path_factory.mktemp("cases")
    commands: list[list[str]] = []
    for nth, case in enumerate(CASES):
        log = folder / str(nth)
        commands.append(ingest(log, write_events(folder / f"{nth}.jsonl", case.events)))
        commands += [settle(log, asked.settle, asked.through, asked.as_of) for asked in case.questions]
    ended: Iterator[Done] = iter(run_all(commands))
    return {case.file: Answered(next(ended), [next(ended) for _ in case.questions]) for case in CASES}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.file)
def test_the_command_line_says_what_was_worked_on_paper(case: Case, answered: dict[str, Answered]) -> None:
    ingested = answered[case.file].ingested
    assert ingested.code == (2 if case.count("refused") else 0), ingested
    counts = ingested.document()
    assert {name: counts[name] for name in ("admitted", "duplicates", "rejected", "position")} == {
        "admitted": case.count("admitted"),
        "duplicates": case.count("duplicate"),
        "rejected": case.count("refused"),
        "position": case.count("admitted"),
    }, ingested
    for question, settled in zip(case.questions, answered[case.file].settled, strict=True):
        assert settled.code == 0, settled
        statement = settled.document()
        found = disagreements(question, statement, items_of(load(PLAN).plan, question.settle))
        found += unfound(question, statement) + odd(statement)
        assert not found, f"{question.settle}: {'; '.join(found)}"


def odd(statement: dict[str, object]) -> list[str]:
    """What of a statement is not as the contract has it (§4, §6)."""
    managers = statement["managers"]
    assert isinstance(managers, list)
    lines = [line for result in managers for line in result["lines"]]
    wrong = [f"{line['id']} is printed {line['value']}" for line in lines if not well_printed(line)]
    return wrong + [result["manager_id"] for result in managers if result["complete"] != (not result["missing"])]


def well_printed(line: dict[str, str]) -> bool:
    """Contract §6: no exponent; ten digits at most and no trailing zero, but for money exactly the currency's two."""
    if line["kind"] in WORDS:
        return True
    form = r"-?(0|[1-9]\d*)\.\d\d" if line["kind"] in MONEY_KINDS else r"-?(0|[1-9]\d*)(\.\d{0,9}[1-9])?"
    return bool(re.fullmatch(form, line["value"])) and not re.fullmatch(r"-[0.]*", line["value"])


SCHEMES = """bank-contribution profit-centre pay-fixed pay-commission pay-base-commission pay-base-commission-bonus
bank-kpi three-part-360 tiered-roles five-dimension branch-half-year quarterly-360 telecom-three-level bank-balanced
key-account lobby-branch-subbranch project-deductions lobby-hundred-point property-project-manager piece-rate
customer-service personal-scorecard nine-step"""


def test_every_scheme_is_a_bundled_plan() -> None:
    assert sorted(SCHEMES.split()) == bundled()


@pytest.mark.parametrize("plan", [plan for plan in bundled() if plan != PLAN])
def test_every_other_bundled_plan_holds_its_cases(plan: str) -> None:
    done = run_all([["plan", "test", plan, "--json"]])[0]
    told = done.document()
    assert [case for case in told["cases"] if not case["ok"]] == []
    assert (done.code, told["plan"], told["ok"], len(told["cases"])) == (0, plan, True, len(cases_of(plan)))


ELSEWHERE = {"monthly_pay_due", "prepaid", "recovery_award", "risk_fund_release", "adjustments"}
"""Lines that switches and earlier settlements show: tests/replay."""


@pytest.mark.parametrize("plan", bundled())
def test_every_line_of_a_plan_is_expected_in_a_case_or_part_of_one_that_is(plan: str) -> None:
    document = load(plan).plan
    cases = [question for case in cases_of(plan) for question in case.questions]
    told = {name for asked in cases for expected in asked.managers.values() for name in expected or ()}
    for line in reversed(document.lines):
        if line.id in told:
            told |= {name for name, _ in names_of(line)}
    told |= {measure.line for measure in document.measures.values() if isinstance(measure, LineDocument)}
    assert {line.id for line in document.lines} - told - ELSEWHERE == set()


def test_a_command_in_a_process_of_its_own_prints_the_same(tmp_path: Path) -> None:
    worked = next(case for case in CASES if "example_d" in case.file)
    file = write_events(tmp_path / "events.jsonl", worked.events)
    log, asked = tmp_path / "log", worked.questions[0]
    commands = [settle(log, asked.settle), ["settle", "no-such-plan", "2025", "--log", str(log)]]
    assert run(*ingest(log, file)).code == 0
    assert [run(*arguments) for arguments in commands] == run_all(commands)
