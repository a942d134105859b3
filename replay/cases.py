"""Cases: what happened, in the words of a clerk, and what a plan's statement must then say.

A file of cases is YAML. ``given`` holds events that all its cases begin with, ``cases`` one entry a rule:

    given:
      - 2025-01-01 manager.appointed: {manager_id: M-1, org_unit: U-1}
    cases:
      - rule: Pay is 5% of profit up to the target.
        events:
          - 2025-01-11 fee.earned: {customer_id: C-1, service: agency, amount: 500}
        expect:
          - settle: 2025-01
            managers: {M-1: {commission: 25.00}}

An event is one line: its business date (``at`` and a time of day where that is the point; none where the event has
none), its type, and its data as the contract names them. ``as NAME`` gives it an id that a reversal can name;
``(duplicate)`` or ``(refused)`` say that it must not be admitted. A team is written {manager: share}. What a case is
not about may be left out: ``full`` is 100, ``reason`` and ``decided_by`` are filled in, and so is the source of a
reversed event.

Expected are, for each settlement, all managers on the statement, and of each the lines that matter. Items that are
not named are 0, nothing is missing but what ``missing`` names, and lines under ``not_shown`` must not be there.
``findings`` lists what some finding must speak of. ``set`` gives parameters other values for one case.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from importlib import resources
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, field_validator

from engine.plan.library import bundled
from schemas.document import Document, Key, parse, read
from schemas.lines import ROUNDED, LineKind
from schemas.period import Period
from schemas.plan import Plan
from schemas.problems import Place, Problem
from schemas.rules import Number

SOURCE = "core"
FILLED_IN: Mapping[str, Mapping[str, str]] = {
    "rating.given": {"full": "100"},
    "survey.answered": {"full": "100"},
    "decision.made": {"reason": "as the case needs it", "decided_by": "committee"},
    "event.reversed": {"event_source": SOURCE},
}
OF_THE_RESULT = ("missing", "gaps", "org_unit", "not_shown")
ADMITTED = "admitted"
_MONEY = {kind.value for kind in ROUNDED}
_NUMBER = re.compile(r"-?\d+(\.\d+)?")
_HEAD = re.compile(
    r"(?:at (?P<time>\S+) |(?P<on>\d{4}-\d\d-\d\d) )?(?P<type>[a-z]+\.[a-z]+)"
    r"(?: as (?P<id>\S+))?(?: \((?P<outcome>duplicate|refused)\))?"
)

Written = dict[str, dict[str, Any]]
"""An event of a case as it is written: its head, and its data."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Question(_Part):
    """One settlement of a case and what it must say."""

    settle: str
    through: str | None = None
    as_of: int | None = None
    managers: dict[str, dict[str, Any] | None]
    uncredited: dict[str, str] = {}
    findings: tuple[str, ...] = ()

    @field_validator("settle")
    @classmethod
    def _is_a_period(cls, value: str) -> str:
        try:
            return Period.parse(value).name
        except Problem as problem:
            raise ValueError(str(problem)) from None


class _Case(_Part):
    rule: str
    source: str | None = None
    set: dict[str, Number] = Field(default={}, description="parameters that the case is worked with, as an adopter may")
    events: tuple[Written, ...] = ()
    expect: tuple[Question, ...] = Field(min_length=1)


class _Cases(_Part):
    given: tuple[Written, ...] = ()
    cases: tuple[_Case, ...] = Field(min_length=1)


@dataclass(frozen=True, slots=True)
class Case:
    """One case: its file, the rule that it shows, its events with what must become of each, and its questions.

    ``parameters`` are those that it sets otherwise than the plan.
    """

    file: str
    rule: str
    lines: Sequence[tuple[dict[str, Any], str]]
    questions: Sequence[Question]
    parameters: Mapping[str, Decimal]

    @property
    def events(self) -> list[dict[str, Any]]:
        """All events as they are handed in."""
        return [event for event, _ in self.lines]

    @property
    def admitted(self) -> list[dict[str, Any]]:
        """Those that the log must take, in the order of their positions."""
        return [event for event, outcome in self.lines if outcome == ADMITTED]

    def count(self, outcome: str) -> int:
        """How many events are ``admitted``, ``duplicate`` or ``refused``."""
        return sum(outcome == said for _, said in self.lines)


def cases_of(name_or_file: str) -> list[Case]:
    """All cases of a plan: those that come with a bundled one, or those in the folder beside a plan file.

    Beside ``our-plan.yaml`` that folder is ``our-plan.cases``.

    Raises:
        Problem: there is no case, or one that cannot be read; named with its line.
    """
    if name_or_file in bundled():
        folder = resources.files("plans").joinpath("cases", name_or_file)
        files = sorted((entry for entry in folder.iterdir() if entry.name.endswith(".yaml")), key=lambda one: one.name)
        documents = [parse(entry.read_bytes(), file=f"{name_or_file}/{entry.name}") for entry in files]
    else:
        beside = Path(name_or_file).with_suffix(".cases")
        documents = [read(path) for path in sorted(beside.glob("*.yaml"))]
        if not documents:
            remedy = "Write at least one, as docs/recipes/test-a-plan.md shows."
            raise Problem("There are no cases of this plan.", place=Place(file=str(beside)), remedy=remedy)
    return [case for document in documents for case in told(document)]


def told(document: Document) -> list[Case]:
    """The cases that a document tells.

    Raises:
        Problem: it does not read as cases; every complaint names its line.
    """
    written = document.checked(_Cases)
    given = [
        one
        for place, line in enumerate(written.given)
        for one in _events(document, ("given", place), line, f"G-{place + 1}")
    ]
    cases = []
    for nth, case in enumerate(written.cases):
        own = [
            one
            for place, line in enumerate(case.events)
            for one in _events(document, ("cases", nth, "events", place), line, f"E-{place + 1}")
        ]
        cases.append(Case(document.file, case.rule, [*given, *own], case.expect, case.set))
    return cases


def _events(document: Document, path: tuple[Key, ...], line: Written, name: str) -> list[tuple[dict[str, Any], str]]:
    return [_event(document, (*path, head), head, data, name) for head, data in line.items()]


def _event(
    document: Document, path: tuple[Key, ...], head: str, data: dict[str, Any], name: str
) -> tuple[dict[str, Any], str]:
    """The CloudEvent of one line and what must become of it."""
    match = _HEAD.fullmatch(head)
    if match is None:
        remedy = "Write its date, its type and its data: - 2025-01-11 fee.earned: {customer_id: C-1, …}"
        raise Problem(f"{head!r} does not read as an event.", place=document.place(path[:-1]), remedy=remedy)
    data = {**FILLED_IN.get(match["type"], {}), **data}
    if match["on"]:
        data["on"] = match["on"]
    if isinstance(data.get("team"), dict):
        data["team"] = [{"manager_id": manager, "share": share} for manager, share in data["team"].items()]
    event = {
        "specversion": "1.0",
        "id": match["id"] or name,
        "source": SOURCE,
        "type": match["type"],
        "time": match["time"] or f"{match['on'] or '2025-12-31'}T09:00:00+08:00",
        "data": data,
    }
    return event, match["outcome"] or ADMITTED


def items_of(plan: Plan, period: str) -> list[str]:
    """The items that a plan shows for a period: those that a case does not name must be 0."""
    cycle = plan.year.own(Period.parse(period)).cycle
    return [line.id for line in plan.lines if line.kind is LineKind.ITEM and cycle in line.cycles]


def disagreements(question: Question, statement: Mapping[str, Any], items: Sequence[str]) -> list[str]:
    """Where a statement (contract §4) says something else than the case expects."""
    found = []
    shown = {result["manager_id"]: result for result in statement["managers"]}
    if list(shown) != sorted(question.managers):
        found.append(f"managers: {list(shown)} instead of {sorted(question.managers)}")
    for manager, expected in question.managers.items():
        if manager in shown:
            found += [f"{manager}: {said}" for said in _of_manager(expected or {}, shown[manager], items)]
    left = {line["id"]: line["value"] for line in statement["uncredited"]}
    for item in items:
        expected_left = question.uncredited.get(item, "0")
        if not _same(expected_left, left.get(item, "0")):
            found.append(f"uncredited {item}: {left.get(item)} instead of {expected_left}")
    return found


def unfound(question: Question, statement: Mapping[str, Any]) -> list[str]:
    """What no finding speaks of."""
    said = [json.dumps(finding, ensure_ascii=False) for finding in statement["findings"]]
    return [f"no finding on {name}" for name in question.findings if not any(name in finding for finding in said)]


def _of_manager(expected: Mapping[str, Any], result: Mapping[str, Any], items: Sequence[str]) -> list[str]:
    """Where one manager's result says something else."""
    lines = {line["id"]: line for line in result["lines"]}
    found = []
    if sorted(result["missing"]) != sorted(expected.get("missing", [])):
        found.append(f"missing: {result['missing']} instead of {expected.get('missing', [])}")
    if "gaps" in expected and sorted(result["gaps"]) != sorted(expected["gaps"]):
        found.append(f"gaps: {result['gaps']} instead of {expected['gaps']}")
    if "org_unit" in expected and result["org_unit"] != expected["org_unit"]:
        found.append(f"org_unit: {result['org_unit']} instead of {expected['org_unit']}")
    found += [f"{name} is shown" for name in expected.get("not_shown", []) if name in lines]
    wanted = dict.fromkeys(items, "0") | {name: value for name, value in expected.items() if name not in OF_THE_RESULT}
    for name, value in wanted.items():
        line = lines.get(name)
        if line is None:
            found.append(f"{name} is not shown instead of {value}")
        elif not _same(value, line["value"], money=line["kind"] in _MONEY):
            found.append(f"{name}: {line['value']} instead of {value}")
    return found


def _same(expected: str, value: str, *, money: bool = False) -> bool:
    """Money is compared as printed, numbers by value, words as they are."""
    if money or not _NUMBER.fullmatch(expected) or not _NUMBER.fullmatch(value):
        return expected == value
    return Fraction(expected) == Fraction(value)
