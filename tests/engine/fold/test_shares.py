"""Shares: who holds what together, by numbers."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.crediting.teams import Holders
from engine.fold.shares import NOBODY, Register, Shares

TEAMS: tuple[Holders, ...] = (
    (("M2", 10_000),),
    (("M1", 6_000), ("M2", 4_000)),
    ((None, 10_000),),
    (("M10", 2_500), (None, 7_500)),
)


@settings(deadline=None)
@given(st.lists(st.lists(st.sampled_from(TEAMS), max_size=5), max_size=4), st.data())
def test_the_shares_of_any_teams_are_those_of_their_holders(added: list[list[Holders]], data: st.DataObject) -> None:
    shares, known = Shares(), dict[int, Holders]()
    for teams in added:
        known |= {shares.number(holders): holders for holders in teams}
        asked = data.draw(st.lists(st.sampled_from([*known]))) if known else []
        which, holders_of, share_of = (column.tolist() for column in shares.of(np.array(asked, np.int64)))
        found = [
            (at, shares.register.names[holder], share)
            for at, holder, share in zip(which, holders_of, share_of, strict=True)
        ]
        assert found == [(at, *held) for at, team in enumerate(asked) for held in known[team]]
    assert len(known) == len({holders for teams in added for holders in teams}), "each has a number of its own"


def test_numbers_are_given_once_and_managers_come_in_order_of_their_ids() -> None:
    register = Register()
    assert [register.number(name) for name in ("M2", "M10", None, "M2", "M1")] == [1, 2, NOBODY, 1, 3]
    assert [register.names[number] for number in register.ascending.tolist()] == ["M1", "M10", "M2"]
    register.number("M0")
    assert [register.names[number] for number in register.ascending.tolist()] == ["M0", "M1", "M10", "M2"]
