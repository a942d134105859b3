"""Rows: what each piece was told, found again however rows came in, also after they were made compact or kept."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Sequence
from types import FrameType

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.fold.rows import Flow, Postings, Rows

BALANCE, FLOWS, QUIET = 0, 1, 2
WIDE = st.sampled_from([1, -3, 10**17, -(10**17), 9 * 10**18])
CHANGES = st.tuples(st.just(BALANCE), st.integers(1, 3), WIDE, st.just(0), st.just(0))
TOLD = st.tuples(st.just(FLOWS), st.integers(1, 3), WIDE, st.integers(0, 2), st.sampled_from([1, -1]))
Row = tuple[int, int, int, int, int]


def rows_of(batches: Sequence[Sequence[Row]]) -> Rows:
    rows = Rows()
    assert [rows.begin() for _ in range(3)] == [BALANCE, FLOWS, QUIET]
    for batch in batches:
        if batch:
            rows.add(Postings(*(np.array(column, np.int64) for column in zip(*batch, strict=True))))
    return rows


def expected(batches: Sequence[Sequence[Row]]) -> tuple[Counter[int], Counter[tuple[int, int, int]]]:
    changes: Counter[int] = Counter()
    flows: Counter[tuple[int, int, int]] = Counter()
    for number, day, amount, quantity, times in (row for batch in batches for row in batch):
        if number == BALANCE:
            changes[day] += amount
        else:
            flows[day, amount, quantity] += times
    return changes, flows


def agree(rows: Rows, batches: Sequence[Sequence[Row]]) -> None:
    changes, flows = expected(batches)
    assert rows.total(BALANCE) == sum(changes.values())
    for since in (3, 4, 2):
        assert Counter(rows.changes(BALANCE, since)) == {day: net for day, net in changes.items() if day >= since}
        assert rows.told(FLOWS, since) == [flow for flow in rows.told(FLOWS) if flow.day >= since]
    assert Counter(rows.changes(BALANCE)) == changes
    found = rows.flows(FLOWS)
    assert len(found) == len({flow[:1] + flow[2:] for flow in found})
    assert Counter({(flow.day, flow.amount, flow.quantity): flow.times for flow in found}) == flows
    assert all(flow.times for flow in found)
    assert rows.changes(QUIET) == {}
    assert rows.flows(QUIET) == []


@settings(deadline=None)
@given(st.lists(st.lists(CHANGES | TOLD, max_size=8), max_size=5), st.lists(CHANGES | TOLD, max_size=5))
def test_a_piece_is_told_what_was_added_to_it(batches: list[list[Row]], more: list[Row]) -> None:
    rows = rows_of(batches)
    agree(rows, batches)
    rows.compact()
    agree(rows, batches)
    rows.touched[BALANCE] = 17
    kept = Rows.load(rows.dump())
    assert kept.dump() == rows.dump()
    for one in (rows, kept):
        if more:
            one.add(Postings(*(np.array(column, np.int64) for column in zip(*more, strict=True))))
        agree(one, [*batches, more])
    assert (kept.pieces, kept.touched.item(BALANCE)) == (3, 17)


def test_many_changes_of_one_day_take_one_row_once_compact() -> None:
    rows = rows_of([[(BALANCE, 5, 2, 0, 0)] * 500])
    rows.compact()
    assert len(rows.postings().number) == 1
    assert rows.changes(BALANCE) == {5: 1000}


def test_who_asks_for_recent_days_does_not_go_through_a_long_history() -> None:
    rows = rows_of([[(BALANCE, day, 1, 0, 0), (FLOWS, day, 1, 0, 1)] for day in range(1, 1000)])
    late = [(BALANCE, 400, 50, 0, 0), (FLOWS, 400, 7, 0, 1)]
    rows.add(Postings(*(np.array(column) for column in zip(*late, strict=True))))
    recent, flows, all_ = {997: 1, 998: 1, 999: 1}, [Flow(999, 1, 1, 0), Flow(998, 1, 1, 0)], rows.told(FLOWS)
    assert lines_run(lambda: rows.changes(BALANCE, 997), recent) < 60
    assert lines_run(lambda: rows.told(FLOWS, 998), flows) < 60
    assert lines_run(lambda: rows.told(FLOWS), all_) > 1000, "else nothing is counted"
    assert rows.changes(BALANCE, 400)[400] == 51
    assert rows.total(BALANCE) == 999 + 50


def test_a_balance_of_a_hundred_of_the_largest_amounts_is_exact() -> None:
    rows = rows_of([[(BALANCE, 5, amount, 0, 0)] * 200 for amount in (9 * 10**18, -(9 * 10**18), -(9 * 10**18))])
    assert rows.total(BALANCE) == -200 * 9 * 10**18


def test_a_way_through_many_changes_of_a_day_is_gone_once() -> None:
    rows = rows_of([[(BALANCE, 5, 2, 0, 0), (BALANCE, 6, -1, 0, 0)] * 250, [(FLOWS, 5, 2, 0, 1)]])
    assert rows.changes(BALANCE) == {6: -250, 5: 500}
    assert said(rows) == [(5, 500), (6, -250)], "two rows say it all"
    rows.add(Postings(*(np.array([one]) for one in (BALANCE, 5, 7, 0, 0))))
    assert rows.changes(BALANCE) == {5: 507, 6: -250}
    assert rows.flows(FLOWS) == [Flow(5, 1, 2, 0)]
    rows.compact()
    assert said(rows) == [(5, 507), (6, -250)]


def test_changes_of_a_day_that_no_row_can_hold_together_stay_as_they_are() -> None:
    told = [(BALANCE, 5, 9 * 10**18, 0, 0)] * 5
    rows = rows_of([told])
    assert rows.changes(BALANCE) == rows.changes(BALANCE) == {5: 45 * 10**18}
    assert said(rows) == [(5, 9 * 10**18)] * 5


def lines_run(ask: Callable[[], object], answer: object) -> int:
    """How many lines of Python it takes to ask, where the answer is this."""
    lines = 0

    def count(_frame: FrameType, event: str, _argument: object) -> object:
        nonlocal lines
        lines += event == "line"
        return count

    before = sys.gettrace()
    sys.settrace(count)
    try:
        found = ask()
    finally:
        sys.settrace(before)
    assert found == answer
    return lines


def said(rows: Rows) -> list[tuple[int, int]]:
    """Day and amount of every row of the balance that says something."""
    number, day, amount, *_ = (column.tolist() for column in rows.postings())
    return sorted((on, by) for piece, on, by in zip(number, day, amount, strict=True) if piece == BALANCE and by)
