from __future__ import annotations

from pathlib import Path

import pytest
from msgspec import UNSET

from engine.plan.evaluate import Evaluation
from replay.queries.question import Question
from replay.queries.targets import targets
from schemas.problems import Problem
from schemas.reports import TargetRow
from tests.product import plan
from tests.projections.logs import Json, assigned, event, log_of
from tests.replay.queries.asking import UNITS, asked, question

FIELDS = ("target", "units_below", "managers", "left", "actual", "attainment")


def target(value: str, **whose: str) -> Json:
    return event("target.set", measure="deposits", period="2025Q1", value=value, **whose)


def figure(value: str, **whose: str) -> Json:
    return event("figure.reported", measure="deposits", period="2025Q1", value=value, **whose)


SET = [
    target("1000", org_unit="BANK"),
    target("1", org_unit="EAST"),
    target("600", org_unit="EAST"),
    target("700", manager_id="M-1"),
    target("150", manager_id="M-2"),
    event("target.set", measure="deposits", period="2025", value="9", org_unit="EAST"),
]


def shown(rows: list[TargetRow]) -> dict[str, dict[str, str]]:
    return {
        str(row.org_unit or row.manager_id): {
            name: value for name in FIELDS if isinstance(value := getattr(row, name), str)
        }
        for row in rows
    }


def test_a_units_target_is_broken_down_and_what_is_reached_adds_up_again(tmp_path: Path) -> None:
    reached = [figure("630", manager_id="M-1"), figure("120", manager_id="M-2")]
    report = targets(asked(tmp_path, [*SET, *reached]))
    assert shown(report.rows) == {
        "BANK": {
            "target": "1000",
            "units_below": "600",
            "managers": "150",
            "left": "250",
            "actual": "750",
            "attainment": "0.75",
        },
        "EAST": {"target": "600", "managers": "700", "left": "-100", "actual": "630", "attainment": "1.05"},
        "M-1": {"target": "700", "actual": "630", "attainment": "0.9"},
        "M-2": {"target": "150", "actual": "120", "attainment": "0.8"},
    }
    assert [(row.org_unit or row.manager_id, row.depth, row.parent) for row in report.rows][1:] == [
        ("M-2", 1, "BANK"),
        ("EAST", 1, "BANK"),
        ("M-1", 2, "EAST"),
    ]
    assert report.actual == {"deposits": "figure.reported"}


def test_a_figure_reported_of_a_unit_stands_before_its_managers(tmp_path: Path) -> None:
    report = targets(asked(tmp_path, [*SET, figure("630", manager_id="M-1"), figure("590", org_unit="EAST")]))
    assert shown(report.rows)["EAST"]["actual"] == "590"
    assert shown(report.rows)["BANK"]["actual"] == "630"


def test_a_manager_without_a_unit_stands_beside_the_units_on_top(tmp_path: Path) -> None:
    report = targets(asked(tmp_path, [*SET, target("50", manager_id="M-9")]))
    last = report.rows[-1]
    assert (last.manager_id, last.depth, last.parent, last.target) == ("M-9", 0, UNSET, "50")


def evaluated(tmp_path: Path) -> tuple[Question, Evaluation]:
    fee = event("fee.earned", "2025-03-31", customer_id="C", service="agency", amount="350")
    log = log_of(tmp_path / "log", [*UNITS, *SET, assigned("2024-01-01", M_1="1"), fee])
    of = question(log)
    return of, of.evaluated(log, plan())


def test_a_line_of_a_plan_says_what_is_reached(tmp_path: Path) -> None:
    report = targets(*evaluated(tmp_path), {"deposits": "fees"})
    assert report.actual == {"deposits": "fees"}
    assert shown(report.rows)["M-1"] == {"target": "700", "actual": "350", "attainment": "0.5"}
    assert shown(report.rows)["BANK"]["attainment"] == "0.35"


@pytest.mark.parametrize(
    ("named", "text"),
    [
        ({"deposit": "fees"}, "No target is set for 'deposit' in this period. Did you mean 'deposits'?"),
        ({"deposits": "fee"}, "The plan has no line or measure 'fee'. Did you mean 'fees'?"),
    ],
)
def test_what_is_named_has_to_be_there(tmp_path: Path, named: dict[str, str], text: str) -> None:
    with pytest.raises(Problem) as refused:
        targets(*evaluated(tmp_path), named)
    assert text in str(refused.value)


def test_a_line_needs_a_plan(tmp_path: Path) -> None:
    with pytest.raises(Problem, match="names a line of a plan"):
        targets(asked(tmp_path, SET), None, {"deposits": "fees"})
