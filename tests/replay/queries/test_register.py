from __future__ import annotations

from datetime import date
from pathlib import Path
from random import Random
from typing import Any

import pytest

from engine.log import Log
from projections.book import ProjectedBook
from replay.queries.register import register
from schemas.period import Period
from schemas.problems import Problem
from schemas.reports import RegisterReport
from tests.banks import DAYS, random_bank
from tests.oracle.book import Book
from tests.oracle.teams import standing, unit
from tests.product import logged
from tests.projections.logs import Json, assigned, event, log_of


def appointed(on: str, **post: str) -> Json:
    return event("manager.appointed", on, **post)


CAREER = [
    event("unit.opened", "2024-01-01", org_unit="BANK"),
    event("unit.opened", "2024-01-01", org_unit="EAST", parent="BANK"),
    appointed("2024-01-01", manager_id="M-1", org_unit="EAST", grade="trainee", position="corporate"),
    appointed("2024-03-01", manager_id="M-2", org_unit="BANK"),
    appointed("2024-07-01", manager_id="M-1", grade="assistant"),
    event("manager.left", "2025-02-01", manager_id="M-2"),
    appointed("2025-01-01", manager_id="M-1", org_unit="BANK", grade="manager-1"),
    appointed("2025-03-01", manager_id="M-2", org_unit="EAST"),
    appointed("2025-03-01", manager_id="M-1"),
    assigned("2024-01-01", "C-1", M_1="1"),
    assigned("2024-01-01", "C-2", M_1="0.5", M_2="0.5"),
]


def on(log: Log, day: str, **narrowed: Any) -> RegisterReport:
    return register(ProjectedBook.of(log), date.fromisoformat(day), **narrowed)


def test_the_register_of_a_day_says_where_everybody_is_and_since_when(tmp_path: Path) -> None:
    report = on(log_of(tmp_path / "log", CAREER), "2024-12-31")
    assert [
        (row.manager_id, row.org_unit, row.grade, row.position, row.since, row.serving_since, row.months, row.customers)
        for row in report.rows
    ][:1] == [("M-1", "EAST", "assistant", "corporate", "2024-07-01", "2024-01-01", 12, 2)]
    assert [(row.manager_id, row.org_unit, row.months, row.customers) for row in report.rows][1:] == [
        ("M-2", "BANK", 10, 1)
    ]


def test_who_has_left_is_not_in_post_and_comes_back(tmp_path: Path) -> None:
    log = log_of(tmp_path / "log", CAREER)
    assert [row.manager_id for row in on(log, "2025-02-15").rows] == ["M-1"]
    assert [(row.manager_id, row.serving_since) for row in on(log, "2025-03-15").rows] == [
        ("M-1", "2024-01-01"),
        ("M-2", "2025-03-01"),
    ]
    left = on(log, "2025-02-15", manager="M-2").rows
    assert [(row.left, row.months, row.customers) for row in left] == [("2025-02-01", 11, 0)]


def test_the_history_says_what_changed_from_which_day_and_at_which_position(tmp_path: Path) -> None:
    log = log_of(tmp_path / "log", CAREER)
    told = [
        (change.on, change.changes, change.org_unit, change.grade, change.event_id, change.at)
        for change in on(log, "2025-12-31", manager="M-1").history
    ]
    assert told == [
        ("2024-01-01", ["appointed"], "EAST", "trainee", "e-3", 3),
        ("2024-07-01", ["new-grade"], "EAST", "assistant", "e-5", 5),
        ("2025-01-01", ["moved", "new-grade"], "BANK", "manager-1", "e-7", 7),
        ("2025-03-01", ["confirmed"], "BANK", "manager-1", "e-9", 9),
    ]
    year = register(ProjectedBook.of(log), during=Period.parse("2025"))
    assert [(change.manager_id, change.changes) for change in year.history] == [
        ("M-1", ["moved", "new-grade"]),
        ("M-2", ["left"]),
        ("M-2", ["appointed-again", "moved"]),
        ("M-1", ["confirmed"]),
    ]
    assert [change.at for change in year.history] == [7, 6, 8, 9]


def test_a_unit_holds_the_managers_of_units_below_it(tmp_path: Path) -> None:
    log = log_of(tmp_path / "log", CAREER)
    assert [row.manager_id for row in on(log, "2024-12-31", unit="EAST").rows] == ["M-1"]
    assert [row.manager_id for row in on(log, "2024-12-31", unit="BANK").rows] == ["M-1", "M-2"]


def test_as_of_an_earlier_position_the_register_is_what_was_known_then(tmp_path: Path) -> None:
    log = log_of(tmp_path / "log", CAREER)
    then = register(ProjectedBook.of(log, 4), date(2025, 6, 30))
    assert {row.manager_id: row.grade for row in then.rows}["M-1"] == "trainee"


def test_every_day_is_as_an_oracle_tells_it(tmp_path: Path) -> None:
    for seed in range(3):
        bank = random_bank(Random(seed))
        projected, book = ProjectedBook.of(logged(tmp_path / str(seed), bank)), Book(bank)
        ever = {fact.data["manager_id"] for fact in book.of_type("manager.appointed")}
        for day in DAYS:
            shown = {row.manager_id: row.org_unit for row in register(projected, day).rows}
            assert shown == {
                manager: unit(book, manager, day)
                for manager in ever
                if standing(book, manager, day) == "manager.appointed"
            }, (seed, day)


def test_an_unknown_manager_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Problem, match=r"There is no manager 'M-9'.*Did you mean"):
        on(log_of(tmp_path / "log", CAREER), "2025-01-01", manager="M-9")
