"""Grades, certification rates and supervision figures, each with examples worked by hand."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from engine.log import Log
from replay.queries.certification import Terms, certification
from replay.queries.grades import grades
from replay.queries.question import Question
from replay.queries.supervision import supervision
from schemas.period import Period
from schemas.problems import Problem
from schemas.reports import GradeReport
from tests.product import plan
from tests.projections.logs import Json, assigned, event, log_of
from tests.replay.queries.asking import UNITS, asked

YEAR = Period.parse("2025")


def figure(manager: str, measure: str, value: str = "1") -> Json:
    return event("figure.reported", manager_id=manager, measure=measure, period="2025", value=value)


def graded(log: Log, line: str | None = None, **narrowed: Any) -> GradeReport:
    return grades(Question.of(log, YEAR, whole=True), log, plan(), line, **narrowed)


BANK = [
    *UNITS,
    event("manager.appointed", "2024-06-01", manager_id="M-1", grade="assistant"),
    event("manager.appointed", "2024-06-01", manager_id="M-2", grade="manager-1"),
    event("manager.appointed", "2024-06-01", manager_id="M-3", org_unit="EAST", grade="assistant"),
    event("manager.appointed", "2024-06-01", manager_id="M-4", org_unit="EAST"),
    *(assigned("2024-01-01", f"C-{nth}", **{f"M_{nth}": "1"}) for nth in (1, 2, 3, 4)),
    *(
        event("fee.earned", "2025-06-30", customer_id=f"C-{nth}", service="agency", amount=amount)
        for nth, amount in ((1, "3000000"), (2, "2999999.99"), (3, "1000000"), (4, "1"))
    ),
    event("manager.appointed", "2024-06-01", manager_id="M-5", org_unit="BANK", grade="assistant"),
    event("manager.left", "2025-12-31", manager_id="M-5"),
    figure("M-1", "service_years", "1"),
    figure("M-3", "skill_exam", "88"),
]


def test_a_grade_is_proposed_by_the_years_result_and_what_it_asks_for_is_named(tmp_path: Path) -> None:
    report = graded(log_of(tmp_path / "log", BANK))
    assert report.grades[:3] == ["trainee", "assistant", "manager-1"]
    assert [(row.manager_id, row.held, row.reached, row.proposal, row.unmet, row.unknown) for row in report.rows] == [
        ("M-1", "assistant", "manager-1", "promote", ["service_years"], []),
        ("M-2", "manager-1", "assistant", "demote", [], ["service_years", "skill_exam"]),
        ("M-3", "assistant", "assistant", "keep", [], ["service_years"]),
        ("M-4", None, "trainee", "appoint", [], []),
        ("M-5", "assistant", "trainee", None, [], []),
    ]
    assert [row.score for row in report.rows] == ["3000000", "2999999.99", "1000000", "1", "0"]
    assert report.through == "2025-12-31"


def test_grades_are_told_of_a_unit_or_a_manager(tmp_path: Path) -> None:
    log = log_of(tmp_path / "log", BANK)
    assert [row.manager_id for row in graded(log, unit="EAST").rows] == ["M-1", "M-3", "M-4"]
    assert [row.manager_id for row in graded(log, manager="M-2").rows] == ["M-2"]


def test_a_period_without_grades_and_an_unknown_line_are_refused(tmp_path: Path) -> None:
    log = log_of(tmp_path / "log", BANK)
    with pytest.raises(Problem, match=r"shows no grade in 2025Q1.*Ask for a period that is a year"):
        grades(Question.of(log, Period.parse("2025Q1")), log, plan())
    with pytest.raises(Problem, match=r"has no line of grades 'grad'.*Did you mean 'grade'"):
        graded(log, "grad")


STAFF = [
    event("manager.appointed", "2025-01-01", manager_id="M-3", org_unit="EAST"),
    event("manager.appointed", "2024-12-31", manager_id="M-4", org_unit="EAST"),
    event("manager.appointed", "2025-06-01", manager_id="M-5", org_unit="EAST"),
    event("manager.appointed", "2024-01-01", manager_id="M-6", org_unit="EAST"),
    event("manager.left", "2025-12-31", manager_id="M-6"),
]


def test_new_managers_are_left_out_of_the_rate_and_need_two_of_three_skills(tmp_path: Path) -> None:
    told = [figure("M-1", "certified"), figure("M-2", "certified", "0"), figure("M-5", "certified")]
    told += [figure("M-5", skill) for skill in ("lending", "compliance")] + [figure("M-4", "lending")]
    of = asked(tmp_path, [*STAFF, *told], "2025", "2025-12-31")
    report = certification(of, Terms(skills=("lending", "deposits", "compliance")))
    rows = {row.org_unit: row for row in report.rows}
    # M-3 has served a full year by the end of 2025, M-6 has left.
    east = rows["EAST"]
    assert (east.managers, east.experienced, east.certified, east.rate) == (4, 3, 1, "0.3333333333")
    assert (east.new, east.skilled, east.new_rate, east.lacking) == (1, 1, "1", ["M-3", "M-4"])
    assert (rows["BANK"].rate, rows[None].rate, rows[None].managers) == ("0.25", "0.25", 5)


def test_who_is_certified_is_who_reaches_the_figure_of_that_very_period(tmp_path: Path) -> None:
    told = [figure("M-1", "exam", "60"), figure("M-2", "exam", "59.5")]
    report = certification(asked(tmp_path, told, "2025", "2025-12-31"), Terms("exam", Fraction(60)))
    assert report.rows[-1].lacking == ["M-2"]
    other = asked(tmp_path / "other", told, "2025Q4", "2025-12-31")
    assert certification(other, Terms("exam", Fraction(60))).rows[-1].certified == 0


def rating(item: str, group: str, score: str, full: str = "10") -> Json:
    return event("rating.given", manager_id="M-1", period="2025Q1", item=item, group=group, score=score, full=full)


def survey(score: str, full: str, on: str = "2025-02-01", **who: str) -> Json:
    return event("survey.answered", on, topic="counter", score=score, full=full, **who)


def test_ratings_from_every_side_and_what_customers_say_are_marks_of_a_hundred(tmp_path: Path) -> None:
    told = [
        rating("skill", "self", "10"),
        rating("skill", "superior", "7"),
        rating("skill", "superior", "4", "5"),
        rating("teamwork", "peer", "5"),
        assigned("2024-01-01", "C-1", M_1="0.5", M_2="0.5"),
        survey("4", "5", manager_id="M-1", customer_id="C-1"),
        survey("60", "100", customer_id="C-1"),
        survey("1", "5", on="2025-04-01", manager_id="M-1"),
        *(
            event("complaint.received", "2025-03-01", complaint_id=nth, severity=severity, customer_id="C-1")
            for nth, severity in (("1", "serious"), ("2", "minor"))
        ),
        event("complaint.resolved", "2025-03-20", complaint_id="2", upheld=True),
        event("incident.recorded", "2025-03-01", manager_id="M-2", kind="late-paper", count="2"),
    ]
    first, second = supervision(asked(tmp_path, told, "2025Q1", "2025-03-31")).rows
    assert first.ratings == {"skill": {"self": "100", "superior": "75"}, "teamwork": {"peer": "50"}}
    assert (first.overall, first.mean, first.raters) == ({"skill": "87.5", "teamwork": "50"}, "68.75", 4)
    assert (first.surveys, first.answers) == ({"counter": "70"}, 2)
    assert (first.complaints, first.serious, first.upheld) == (2, 1, 1)
    assert (second.manager_id, second.surveys, second.answers) == ("M-2", {"counter": "60"}, 1)
    assert (second.complaints, second.incidents, second.mean) == (2, {"late-paper": "2"}, None)
