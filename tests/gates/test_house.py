"""Each rule of the house holds on this tree, and its check turns red on a planted defect."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.gates import house

ROOT = Path(__file__).parents[2]
CHECKS = [house.long_files, house.long_functions, house.binary_floats, house.clocks, house.silenced]


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_the_tree_keeps_the_rule(check: Callable[[Path], list[str]]) -> None:
    assert check(ROOT) == []


DEFECTS = [
    (house.long_files, "engine/canary.py", "x = 1\n" * 401, "401 lines"),
    (house.long_functions, "engine/canary.py", "def long():\n" + "    x = 1\n" * 60, "long has 61 lines"),
    (house.binary_floats, "engine/canary.py", "half = 0.5\n", "the literal 0.5"),
    (house.binary_floats, "replay/canary.py", "pay = float('1.10')\n", "float(...)"),
    (house.binary_floats, "schemas/canary.py", "import numpy\nkind = numpy.float64\n", "the type float64"),
    (house.binary_floats, "projections/canary.py", "q = 'SELECT avg(amount) FROM t'\n", "avg( in SQL"),
    (house.binary_floats, "projections/canary.sql", "SELECT amount::DOUBLE FROM t", "DOUBLE in SQL"),
    (house.clocks, "replay/canary.py", "from datetime import date\nday = date.today()\n", ".today() reads the clock"),
    (house.silenced, "engine/canary.py", "import os  # noqa: F401\n", "write the reason"),
    (
        house.silenced,
        "tests/engine/test_canary.py",
        "import pytest\n\n@pytest.mark.skip\ndef test_x(): ...\n",
        "let it run",
    ),
]


@pytest.mark.parametrize(("check", "path", "text", "complaint"), DEFECTS)
def test_a_planted_defect_is_named(
    tmp_path: Path, check: Callable[[Path], list[str]], path: str, text: str, complaint: str
) -> None:
    planted = tmp_path / path
    planted.parent.mkdir(parents=True)
    planted.write_text(text)
    found = check(tmp_path)
    assert len(found) == 1
    assert complaint in found[0]
    assert path in found[0]
