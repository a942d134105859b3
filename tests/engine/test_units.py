from __future__ import annotations

import pytest

from engine.units import Units, members
from schemas.problems import Problem

PARENTS = {"BANK": None, "EAST": "BANK", "HARBOUR": "EAST", "WEST": "BANK"}


def test_units_stand_behind_what_they_belong_to_and_by_their_ids() -> None:
    assert Units(PARENTS).in_order() == [("BANK", 0), ("EAST", 1), ("HARBOUR", 2), ("WEST", 1)]


def test_a_unit_that_was_never_opened_stands_on_top() -> None:
    units = Units({"EAST": "NOWHERE"}, ["AIRPORT"])
    assert units.in_order() == [("AIRPORT", 0), ("NOWHERE", 0), ("EAST", 1)]


def test_managers_of_a_unit_are_those_of_all_units_below_it() -> None:
    unit_of = {"M-1": "HARBOUR", "M-2": "EAST", "M-3": "WEST", "M-4": None}
    assert members(Units(PARENTS), "EAST", unit_of) == {"M-1", "M-2"}
    assert members(Units(PARENTS), "BANK", unit_of) == {"M-1", "M-2", "M-3"}


def test_units_that_run_in_a_circle_each_stand_once() -> None:
    units = Units({"B": "A", "A": "C", "C": "B", "D": "A"})
    assert units.in_order() == [("A", 0), ("B", 1), ("C", 2), ("D", 1)]
    assert units.above("D") == ["D", "A", "C", "B"]
    assert units.below("A") == {"A", "B", "C", "D"}


def test_an_unknown_unit_is_refused_with_the_nearest_one() -> None:
    with pytest.raises(Problem, match=r"There is no unit 'EST'.*Did you mean 'WEST'"):
        members(Units(PARENTS), "EST", {})
