"""A case: what happened, in the words of a clerk, and what the statement must then say.

`tests/cases/*.yaml` holds one file a rule. An event is one line,

    - 2025-01-11 balance.changed: {account_id: L-1, customer_id: C-1, amount: 500000}

its business date (`at` and a time of day where that is the point; none where the event has none), its type, and its
data as the contract names them. `as NAME` gives it an id that a reversal can name; `(duplicate)` or `(refused)` say
that it must not be admitted. A team is written {manager: share}. What a case is not about may be left out: `full` is
100, `reason` and `decided_by` are filled in, and so is the source of a reversed event.

What is expected: for each settlement all managers on the statement, and of each the lines that matter. Items that
are not named are 0, nothing is missing but what `missing` names, and lines under `not_shown` must not be there.
`findings` lists what some finding must speak of (only the product is asked: the oracle has no word on findings).
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

from tests.oracle.rules import ITEMS

FOLDER = Path(__file__).parent / "cases"
SOURCE = "core"
FILLED_IN = {
    "rating.given": {"full": "100"},
    "decision.made": {"reason": "as the case needs it", "decided_by": "committee"},
    "event.reversed": {"event_source": SOURCE},
}
MONEY_KINDS = ("pay", "withheld", "released", "adjustment", "total")
WORDS = ("grade",)

HEAD = re.compile(
    r"(?:at (?P<time>\S+) |(?P<on>\d{4}-\d\d-\d\d) )?(?P<type>[a-z]+\.[a-z]+)"
    r"(?: as (?P<id>\S+))?(?: \((?P<outcome>duplicate|refused)\))?"
)


@dataclass(frozen=True)
class Question:
    """One settlement of a case and what it must say."""

    period: str
    through: str | None
    as_of: str | None
    managers: dict[str, dict[str, Any]]
    uncredited: dict[str, str]
    findings: list[str]


@dataclass(frozen=True)
class Case:
    """One file."""

    name: str
    lines: list[tuple[dict[str, Any], str]]
    questions: list[Question]

    @cached_property
    def events(self) -> list[dict[str, Any]]:
        """All events as they are handed in."""
        return [event for event, _ in self.lines]

    @cached_property
    def admitted(self) -> list[dict[str, Any]]:
        """Those that the log must take, in the order of their positions."""
        return [event for event, outcome in self.lines if outcome == "admitted"]

    def count(self, outcome: str) -> int:
        """How many events are admitted, duplicate or refused."""
        return sum(outcome == said for _, said in self.lines)


def load(path: Path) -> Case:
    """Read a case; every number stays the text that it is spelled with."""
    document = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
    lines = [
        event_of(index, head, data) for index, line in enumerate(document["events"]) for head, data in line.items()
    ]
    questions = [
        Question(
            asked["settle"],
            asked.get("through"),
            asked.get("as_of"),
            asked["managers"],
            asked.get("uncredited", {}),
            asked.get("findings", []),
        )
        for asked in document["expect"]
    ]
    return Case(path.stem, lines, questions)


def event_of(index: int, head: str, data: dict[str, Any]) -> tuple[dict[str, Any], str]:
    """The CloudEvent of one line and what must become of it."""
    match = HEAD.fullmatch(head)
    assert match, f"a case does not read: {head}"
    data = {**FILLED_IN.get(match["type"], {}), **data}
    if match["on"]:
        data["on"] = match["on"]
    if "team" in data:
        data["team"] = [{"manager_id": manager, "share": share} for manager, share in data["team"].items()]
    if "branch_led" in data:
        data["branch_led"] = data["branch_led"] == "true"
    event = {
        "specversion": "1.0",
        "id": match["id"] or f"E-{index + 1}",
        "source": SOURCE,
        "type": match["type"],
        "time": match["time"] or f"{match['on'] or '2025-12-31'}T09:00:00+08:00",
        "data": data,
    }
    return event, match["outcome"] or "admitted"


def disagreements(question: Question, statement: dict[str, Any]) -> list[str]:
    """Where a statement (contract §4) says something else than the case expects."""
    found = []
    shown = {result["manager_id"]: result for result in statement["managers"]}
    if list(shown) != sorted(question.managers):
        found.append(f"managers: {list(shown)} instead of {sorted(question.managers)}")
    for manager in question.managers.keys() & shown.keys():
        found += [f"{manager}: {said}" for said in of_manager(question.managers[manager] or {}, shown[manager])]
    left = {line["id"]: line["value"] for line in statement["uncredited"]}
    for item in ITEMS:
        expected = question.uncredited.get(item, "0")
        if not same(expected, left.get(item, "0")):
            found.append(f"uncredited {item}: {left.get(item)} instead of {expected}")
    return found


def unfound(question: Question, statement: dict[str, Any]) -> list[str]:
    """What no finding speaks of."""
    said = [json.dumps(finding, ensure_ascii=False) for finding in statement["findings"]]
    return [f"no finding on {name}" for name in question.findings if not any(name in finding for finding in said)]


def of_manager(expected: dict[str, Any], result: dict[str, Any]) -> list[str]:
    """Where one manager's result says something else."""
    lines = {line["id"]: line for line in result["lines"]}
    found = [f"{line['id']} is printed {line['value']}" for line in result["lines"] if not well_printed(line)]
    if sorted(result["missing"]) != sorted(expected.get("missing", [])):
        found.append(f"missing: {result['missing']} instead of {expected.get('missing', [])}")
    if result["complete"] != (not result["missing"]):
        found.append(f"complete is {result['complete']}, missing is {result['missing']}")
    if "gaps" in expected and sorted(result["gaps"]) != sorted(expected["gaps"]):
        found.append(f"gaps: {result['gaps']} instead of {expected['gaps']}")
    if "org_unit" in expected and result["org_unit"] != expected["org_unit"]:
        found.append(f"org_unit: {result['org_unit']} instead of {expected['org_unit']}")
    found += [f"{name} is shown" for name in expected.get("not_shown", []) if name in lines]
    wanted = dict.fromkeys(ITEMS, "0") | {
        name: value for name, value in expected.items() if name not in ("missing", "gaps", "org_unit", "not_shown")
    }
    for name, value in wanted.items():
        line = lines.get(name)
        if line is None:
            found.append(f"{name} is not shown instead of {value}")
        elif not same(value, line["value"], money=line["kind"] in MONEY_KINDS):
            found.append(f"{name}: {line['value']} instead of {value}")
    return found


def same(expected: str, value: str, money: bool = False) -> bool:
    """Money is compared as printed, numbers by value, words as they are."""
    if money or not re.fullmatch(r"-?\d+(\.\d+)?", expected) or not re.fullmatch(r"-?\d+(\.\d+)?", value):
        return expected == value
    return Fraction(expected) == Fraction(value)


def well_printed(line: dict[str, str]) -> bool:
    """Contract §6: no exponent; ten digits at most and no trailing zero, but for money exactly the currency's two."""
    if line["kind"] in WORDS:
        return True
    form = r"-?(0|[1-9]\d*)\.\d\d" if line["kind"] in MONEY_KINDS else r"-?(0|[1-9]\d*)(\.\d{0,9}[1-9])?"
    return bool(re.fullmatch(form, line["value"])) and not re.fullmatch(r"-[0.]*", line["value"])
