"""Problems are written for the person who meets them."""

from __future__ import annotations

import pytest

from schemas.problems import EnvironmentProblem, Place, Problem


@pytest.mark.parametrize(
    ("place", "text"),
    [
        (Place(), ""),
        (Place(file="a.jsonl"), "a.jsonl"),
        (Place(line=3), "line 3"),
        (Place("a.jsonl", 3), "a.jsonl:3"),
        (Place("a.jsonl", 3, "data.on", "e-1"), "a.jsonl:3, event e-1, field data.on"),
    ],
)
def test_a_place_says_what_it_knows(place: Place, text: str) -> None:
    assert str(place) == text


def test_a_problem_says_where_what_and_what_to_do() -> None:
    problem = Problem("It is wrong.", place=Place(line=3), remedy="Mend it.")
    assert str(problem) == "line 3: It is wrong. Mend it."
    assert str(Problem("It is wrong.")) == "It is wrong."


def test_a_place_is_filled_in_from_outside_but_never_overwritten() -> None:
    problem = EnvironmentProblem("Full.", place=Place(line=3, field="x"), remedy="Make room.")
    outer = problem.at(Place("a.jsonl", 9, "y", "e-1"))
    assert type(outer) is EnvironmentProblem
    assert outer.place == Place("a.jsonl", 3, "x", "e-1")
    assert (outer.what, outer.remedy) == ("Full.", "Make room.")
    assert outer.at(Place()).place == outer.place
