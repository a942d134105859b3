"""A plan begun as a copy of another checks clean, keeps its comments and says where it came from."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.plan.copy import copied
from engine.plan.library import bundled, inspect, load, text_of
from schemas.business_year import CALENDAR, BusinessYear
from schemas.problems import Problem


@pytest.mark.parametrize("name", bundled())
def test_a_copy_of_every_bundled_plan_checks_clean_and_keeps_its_comments(name: str, tmp_path: Path) -> None:
    file = tmp_path / "our-plan.yaml"
    file.write_text(copied("our-plan", name), encoding="utf-8")
    made, origin = inspect(str(file)), load(name)
    assert made.complaints == []
    assert made.plan.title.en == f"our-plan, after {origin.plan.title.en}"
    assert made.plan == origin.plan.model_copy(update={"plan": "our-plan", "title": made.plan.title})
    comments = [line for line in text_of(name).splitlines() if line.startswith("#")]
    assert file.read_text(encoding="utf-8").splitlines()[: len(comments) + 1] == [
        "# yaml-language-server: $schema=schemas/plan.schema.json",
        *comments,
    ]


def test_a_copy_of_a_copy_names_the_schema_once(tmp_path: Path) -> None:
    file = tmp_path / "first.yaml"
    file.write_text(copied("first", "pay-fixed"), encoding="utf-8")
    assert copied("second", str(file)).count("yaml-language-server") == 1


@pytest.mark.parametrize("name", bundled())
def test_a_copy_of_every_bundled_plan_may_begin_its_year_on_another_day(name: str, tmp_path: Path) -> None:
    file = tmp_path / "our-plan.yaml"
    file.write_text(copied("our-plan", name, BusinessYear(12, 21)), encoding="utf-8")
    made, origin = inspect(str(file)), load(name).plan
    assert made.complaints == []
    assert made.plan.year == BusinessYear(12, 21)
    assert (made.plan.lines, made.plan.tables, made.plan.parameters) == (origin.lines, origin.tables, origin.parameters)
    back = tmp_path / "back.yaml"
    back.write_text(copied("back", str(file), BusinessYear(1, 1)), encoding="utf-8")
    assert inspect(str(back)).plan.year == CALENDAR


def test_what_cannot_be_copied_is_named() -> None:
    with pytest.raises(Problem, match=r"field NAME: 'Our Plan' is no name of a plan\. Write lower-case letters"):
        copied("Our Plan", "pay-fixed")
    with pytest.raises(Problem, match=r"There is no plan 'pay-fixd'\. Did you mean 'pay-fixed'\?"):
        copied("our-plan", "pay-fixd")
