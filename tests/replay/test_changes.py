"""Changes between boards: applied to the earlier one they make the later one, digest and all."""

from __future__ import annotations

from itertools import pairwise

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from replay.changes import applied, changes, merged, place
from schemas.statement import Amount, Board, BoardRow, digest_of, sealed

ROWS = st.dictionaries(
    st.sampled_from(["M-1", "M-2", "M-3", "经理-4", "😀"]),
    st.tuples(st.none() | st.integers(1, 5), st.none() | st.sampled_from(["0", "12.5", "-3"]), st.integers(-2, 2)),
)


@st.composite
def histories(draw: st.DrawFn) -> list[Board]:
    """Boards of one plan and period, one after the other."""
    tables = draw(st.lists(ROWS, min_size=2, max_size=6))
    return [_board(position, table) for position, table in enumerate(tables, 1)]


def _board(position: int, table: dict[str, tuple[int | None, str | None, int]]) -> Board:
    rows = [
        BoardRow(
            rank=rank,
            manager_id=manager,
            org_unit="U",
            score=score,
            change=change,
            lines={} if score is None else {"composite": score},
            last_event={"event_id": f"e-{change}", "event_source": "core", "position": 1},
        )
        for manager, (rank, score, change) in table.items()
    ]
    day = f"2025-01-{position:02d}"
    uncredited = [Amount("fees", str(position % 2))]
    return sealed(Board("plan", "sha256:0", "2025", day, position, sorted(rows, key=place), uncredited))


@given(histories())
def test_a_board_with_its_changes_is_the_next_board(boards: list[Board]) -> None:
    for before, after in pairwise(boards):
        made = applied(before, changes(before, after))
        assert made == after
        assert digest_of(made) == made.digest


@given(histories())
def test_changes_that_follow_each_other_are_one(boards: list[Board]) -> None:
    steps = [changes(before, after) for before, after in pairwise(boards)]
    assert applied(boards[0], merged(steps)) == boards[-1]


@given(histories())
def test_only_what_differs_is_told(boards: list[Board]) -> None:
    before, after = boards[0], boards[-1]
    told = changes(before, after)
    same = {row.manager_id for row in before.rows if row in after.rows}
    assert not same & ({row.manager_id for row in told.rows} | set(told.gone))


def test_a_missed_step_shows_in_the_digest() -> None:
    first = _board(1, {"M-1": (1, "5", 0), "M-2": (2, "3", 0)})
    second = _board(2, {"M-1": (2, "5", 0), "M-2": (1, "9", 1)})
    third = _board(3, {"M-1": (1, "12.5", 1), "M-2": (1, "9", 1)})
    made = applied(first, changes(second, third))
    assert made != third
    assert digest_of(made) != made.digest
    assert msgspec.structs.replace(made, digest=third.digest) == made
