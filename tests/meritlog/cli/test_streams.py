"""Which plans the commands of the live side take when nobody names one."""

from __future__ import annotations

from engine.plan.library import bundled
from meritlog.cli.streams import FIRST, plans


def test_all_bundled_plans_may_be_asked_for_and_the_flagship_comes_first() -> None:
    names = list(plans(None))
    assert names[0] == FIRST == "bank-contribution"
    assert sorted(names) == bundled()
    assert names[1:] == sorted(names[1:])
