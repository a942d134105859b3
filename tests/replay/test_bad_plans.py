"""Plans that somebody broke: every command answers with complaints or figures, never with a traceback."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from rich.console import Console

from engine.admission import admit
from engine.log import Log
from engine.plan.library import LoadedPlan, bundled, inspect, load, text_of
from meritlog.show.labels import Labels
from meritlog.show.plan import plan_page
from meritlog.words import Language, Words
from replay.cases import Case, told
from replay.settle import settle
from replay.trial import tried
from schemas.document import Document
from schemas.institution import Institution
from schemas.period import Period
from schemas.problems import Problem

AT = datetime(2030, 1, 5, 9, 0, tzinfo=UTC)
PLANS = {name: yaml.load(text_of(name), Loader=yaml.BaseLoader) for name in bundled()}
EVENTS = [
    {"2025-01-01 manager.appointed": {"manager_id": "M-1", "org_unit": "U-1", "grade": "manager-1", "position": "a"}},
    {"2025-01-01 manager.appointed": {"manager_id": "M-2", "org_unit": "U-1"}},
    {"2025-01-01 customer.assigned": {"customer_id": "C-1", "team": {"M-1": "0.5", "M-2": "0.5"}}},
    {"2025-02-01 fee.earned": {"customer_id": "C-1", "service": "agency", "amount": "60"}},
    {"2025-02-01 product.sold": {"customer_id": "C-1", "product": "fund", "amount": "90", "quantity": "2"}},
    {"2025-02-01 customer.joined": {"customer_id": "C-1"}},
    {
        "2025-02-01 rating.given": {
            "manager_id": "M-1",
            "period": "2025Q1",
            "item": "teamwork",
            "group": "self",
            "score": "9",
        }
    },
]
TEXTS = ["", "0", "-1", "1e9", "total", "no_such_name", "a + ", "1 / 0", "first(1, 2)", "2025-01-01", "null", "~", "长"]
HOSTILE = [
    "__import__('os').system('x')",
    "open('/etc/passwd')",
    "().__class__",
    "while(1, 1)",
    "lambda x: x",
    "(" * 200 + "1" + ")" * 200,
    "if(" * 60 + "1" + ", 1, 1)" * 60,
    " + ".join(["1"] * 500),
    "9" * 3000,
    "round(1, 999999999)",
]


def paths(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path of every node below the root."""
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in members:
        yield (*path, key)
        yield from paths(inner, (*path, key))


def at(value: Any, path: tuple[Any, ...]) -> Any:
    for key in path:
        value = value[key]
    return value


@st.composite
def broken(draw: st.DrawFn) -> Any:
    """A bundled plan of which up to three nodes were deleted, doubled or replaced."""
    plan = json.loads(json.dumps(PLANS[draw(st.sampled_from(sorted(PLANS)))]))
    for _ in range(draw(st.integers(1, 3))):
        every = list(paths(plan))
        if not every:
            break
        *around, key = draw(st.sampled_from(every))
        holder = at(plan, tuple(around))
        match draw(st.sampled_from(["delete", "double", "text", "hostile", "another", "empty"])):
            case "delete":
                del holder[key]
            case "double" if isinstance(holder, list):
                holder.insert(draw(st.integers(0, len(holder))), json.loads(json.dumps(holder[key])))
            case "double":
                holder[f"{key}_too"] = json.loads(json.dumps(holder[key]))
            case "text":
                holder[key] = draw(st.sampled_from(TEXTS))
            case "hostile":
                holder[key] = draw(st.sampled_from(HOSTILE))
            case "another":
                holder[key] = json.loads(json.dumps(at(plan, draw(st.sampled_from(every)))))
            case _:
                holder[key] = draw(st.sampled_from([None, [], {}, [[]], {"from": "1"}]))
    return plan


@st.composite
def bent(draw: st.DrawFn) -> Any:
    """A bundled plan that still reads as one, but says something else: other names, figures, rows and periods."""
    plan = json.loads(json.dumps(PLANS[draw(st.sampled_from(sorted(PLANS)))]))
    lines = plan["lines"]
    names = [*plan.get("parameters", {}), *plan.get("measures", {}), *(line["id"] for line in lines)]
    formulas = [line["formula"] for line in lines if "formula" in line]
    for _ in range(draw(st.integers(1, 4))):
        line = draw(st.sampled_from(lines))
        match draw(st.sampled_from(["name", "formula", "unset", "rows", "field", "periods", "swap"])):
            case "name" if "formula" in line:
                words = re.findall(r"[a-z_0-9]+|.", line["formula"])
                known = [place for place, word in enumerate(words) if word in names]
                if known:
                    words[draw(st.sampled_from(known))] = draw(st.sampled_from(names))
                    line["formula"] = "".join(words)
            case "formula" if "formula" in line:
                sign = draw(st.sampled_from(["+", "-", "*", "/", "<", "=", "and"]))
                line["formula"] = f"({line['formula']}) {sign} ({draw(st.sampled_from(formulas))})"
            case "unset" if plan.get("parameters"):
                plan["parameters"][draw(st.sampled_from(sorted(plan["parameters"])))].update(values={}, open="true")
            case "rows" if plan.get("tables"):
                rows = plan["tables"][draw(st.sampled_from(sorted(plan["tables"])))]["rows"]
                del rows[draw(st.integers(0, len(rows))) :]
            case "field":
                line.pop(draw(st.sampled_from(["unit", "required", "in"])), None)
            case "periods":
                line["in"] = draw(st.lists(st.sampled_from(["month", "quarter", "year"]), unique=True))
            case _:
                lines.insert(draw(st.integers(0, len(lines) - 1)), lines.pop(lines.index(line)))
    return plan


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Log:
    log = Log.create(tmp_path_factory.mktemp("bad") / "log", Institution(), AT)
    with log.writer("test") as writer:
        writer.append(admit([json.dumps(event).encode() for event in case().events], log.institution), AT)
    return log


def case() -> Case:
    expect = [{"settle": "2025Q1", "managers": {"M-1": {}}}]
    cases = {"given": EVENTS, "cases": [{"rule": "Whatever becomes of it.", "expect": expect}]}
    return told(Document("bad.yaml", cases, {}))[0]


def written(plan: Any, folder: Path) -> str:
    file = folder / "broken.yaml"
    file.write_text(json.dumps(plan), encoding="utf-8")
    return str(file)


def inspected(file: str) -> LoadedPlan | None:
    try:
        return inspect(file)
    except Problem:
        return None


LOOSE = {"deadline": None, "suppress_health_check": [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]}


def with_formula(text: str) -> Any:
    """A bundled plan with another formula in its first line."""
    plan = json.loads(json.dumps(PLANS["pay-commission"]))
    plan["lines"][0]["formula"] = text
    return plan


@settings(max_examples=60, **LOOSE)
@given(plan=broken())
@example(plan=with_formula("while(1, 1)"))
@example(plan=with_formula("__class__"))
@example(plan=with_formula("1e9"))
@example(plan=with_formula(""))
def test_a_broken_plan_is_complained_of_and_can_be_shown(plan: Any, tmp_path: Path) -> None:
    loaded = inspected(written(plan, tmp_path))
    if loaded is not None:
        for complaint in loaded.complaints:
            assert complaint.problem.place.line is not None
        for language in Language:
            Console(file=StringIO(), width=100).print(
                *plan_page(loaded.plan, loaded.digest, Labels(loaded.plan, Words(language)))
            )


@settings(max_examples=40, **LOOSE)
@given(plan=bent(), period=st.sampled_from(["2025", "2025Q1", "2025-02", "2025B1", "2025-01-10..2025-02-09"]))
def test_a_broken_plan_settles_or_says_why_not(plan: Any, period: str, tmp_path: Path, log: Log) -> None:
    file = written(plan, tmp_path)
    try:
        loaded = load(file)
    except Problem:
        return
    statement = settle(log, loaded, Period.parse(period)).statement
    assert [manager.manager_id for manager in statement.managers] == ["M-1", "M-2"]
    assert len(list(tried(loaded, [case()], AT))) == 1
