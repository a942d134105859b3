from __future__ import annotations

from collections import defaultdict
from fractions import Fraction
from pathlib import Path
from random import Random
from typing import Any

import pytest

from engine.log import Log
from replay.queries.roles import roles
from schemas.problems import Problem
from schemas.reports import RoleReport
from tests.banks import random_bank
from tests.product import logged, plan, settled
from tests.projections.logs import Json, event, log_of
from tests.replay.queries.asking import UNITS, question


def team(on: str, customer: str, *members: tuple[str, str, str | None]) -> Json:
    said = [
        {"manager_id": manager, "share": share, **({"role": role} if role else {})} for manager, share, role in members
    ]
    return event("customer.assigned", on, customer_id=customer, team=said)


def fee(on: str, customer: str, amount: str) -> Json:
    return event("fee.earned", on, customer_id=customer, service="agency", amount=amount)


EVENTS = [
    *UNITS,
    team("2024-01-01", "C-1", ("M-1", "0.5", "customer"), ("M-2", "0.3", "product")),
    team("2024-01-01", "C-2", ("M-1", "1", "risk")),
    team("2024-01-01", "C-3", ("M-1", "1", None)),
    team("2025-03-01", "C-1", ("M-1", "0.4", "project"), ("M-2", "0.6", "product")),
    fee("2025-02-01", "C-1", "100"),
    fee("2025-03-31", "C-1", "10"),
    fee("2025-02-01", "C-2", "7"),
    fee("2025-02-01", "C-3", "5"),
]


def of(log: Log, **narrowed: Any) -> RoleReport:
    return roles(question(log), log, plan(), **narrowed)


def told(report: RoleReport) -> dict[tuple[str, str | None], str]:
    return {(row.manager_id, row.role): row.total for row in report.rows}


def test_a_contribution_is_shared_by_the_roles_of_the_team_of_its_day(tmp_path: Path) -> None:
    report = of(log_of(tmp_path / "log", EVENTS))
    assert told(report) == {
        ("M-1", "customer"): "50",
        ("M-1", "project"): "4",
        ("M-1", "risk"): "7",
        ("M-1", None): "5",
        ("M-2", "product"): "36",
    }
    assert [(one.role, one.managers, one.total) for one in report.roles] == [
        ("customer", 1, "50"),
        ("product", 1, "36"),
        ("risk", 1, "7"),
        ("project", 1, "4"),
        (None, 1, "5"),
    ]


def test_the_team_of_a_customer_and_the_customers_of_a_manager_are_told_apart(tmp_path: Path) -> None:
    log = log_of(tmp_path / "log", EVENTS)
    assert told(of(log, customer="C-1")) == {
        ("M-1", "customer"): "50",
        ("M-1", "project"): "4",
        ("M-2", "product"): "36",
    }
    assert [(row.customer_id, row.role, row.total) for row in of(log, manager="M-1").rows] == [
        ("C-1", "customer", "50"),
        ("C-1", "project", "4"),
        ("C-2", "risk", "7"),
        ("C-3", None, "5"),
    ]
    assert {row.manager_id for row in of(log, unit="EAST").rows} == {"M-1"}


def test_who_left_earns_in_no_role(tmp_path: Path) -> None:
    log = log_of(tmp_path / "log", [*EVENTS, event("manager.left", "2025-03-15", manager_id="M-1")])
    assert ("M-1", "project") not in told(of(log))


def test_all_roles_of_a_manager_are_what_settle_says(tmp_path: Path) -> None:
    for seed in range(3):
        bank = random_bank(Random(seed))
        log = logged(tmp_path / str(seed), bank)
        statement = settled(log, "2025")
        asked = question(log, "2025", "2025-12-31")
        for report in (roles(asked, log, plan()), roles(asked, log, plan(), manager="M-1")):
            sums: dict[tuple[str, str], Fraction] = defaultdict(Fraction)
            for row in report.rows:
                for item, value in row.items.items():
                    sums[row.manager_id, item] += Fraction(value)
            shown = {row.manager_id for row in report.rows}
            for manager in statement["managers"]:
                for line in manager["lines"]:
                    if line["kind"] == "item" and manager["manager_id"] in shown:
                        at = manager["manager_id"], line["id"]
                        assert abs(sums[at] - Fraction(line["value"])) < Fraction(1, 10**8), (seed, at)


def test_an_unknown_customer_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Problem, match="The log speaks of no 'C-9'"):
        of(log_of(tmp_path / "log", EVENTS), customer="C-9")
