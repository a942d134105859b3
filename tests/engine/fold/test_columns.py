"""Columns never wrap around: what passes 64 bits is of Python's own integers."""

from __future__ import annotations

from functools import partial

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.fold.columns import (
    Bounded,
    added_at,
    added_between,
    between,
    integers,
    multiplied,
    starts_of,
    sums,
    weighed,
)

WIDE = st.integers(-(10**18), 10**18)


@settings(deadline=None)
@given(st.lists(st.tuples(WIDE, WIDE | st.integers(-9, 9))))
def test_products_are_exact_however_large(pairs: list[tuple[int, int]]) -> None:
    one, other = integers([first for first, _ in pairs]), integers([second for _, second in pairs])
    assert multiplied(one, other).tolist() == [first * second for first, second in pairs]


@settings(deadline=None)
@given(st.lists(st.lists(st.sampled_from([2**62, -(2**62), 2**63 - 1, -(2**63), 1, 2**70]), min_size=1)))
def test_sums_of_stretches_are_exact_however_large(stretches: list[list[int]]) -> None:
    values = integers([value for stretch in stretches for value in stretch])
    keys = np.repeat(np.arange(len(stretches)), [len(stretch) for stretch in stretches])
    assert sums(values, starts_of(keys)).tolist() == [sum(stretch) for stretch in stretches]


WORTHS = st.one_of(st.integers(-3, 3), st.integers(-(2**40), 2**40), WIDE, st.integers(-(2**70), 2**70))
HELD = st.lists(st.lists(st.tuples(WORTHS, WORTHS, st.integers(0, 4)), min_size=1, max_size=6), max_size=6)


@settings(deadline=None)
@given(HELD)
def test_what_is_weighed_and_added_up_is_exact_though_no_column_is_wider_than_64_bits(
    stretches: list[list[tuple[int, int, int]]],
) -> None:
    rows = [row for stretch in stretches for row in stretch]
    values, weights = (Bounded.of(integers([row[at] for row in rows])) for at in (0, 1))
    starts = starts_of(np.repeat(np.arange(len(stretches)), [len(stretch) for stretch in stretches]))
    places = np.array([row[2] for row in rows], np.int64)
    by_stretch, by_place = [0] * len(stretches), [0] * 5
    for sums_, add in ((by_stretch, partial(added_between, starts)), (by_place, partial(added_at, places, 5))):
        for times, column in weighed(values, weights, add, max(len(rows), 1)):
            assert column.cells.dtype == np.int64
            assert Bounded.of(column.cells).bound <= column.bound < 2**63
            for at, cell in enumerate(column.cells.tolist()):
                sums_[at] += times * cell
    assert by_stretch == [sum(value * weight for value, weight, _ in stretch) for stretch in stretches]
    assert by_place == [sum(value * weight for value, weight, to in rows if to == place) for place in range(5)]


def test_a_column_is_64_bits_wide_where_only_cells_left_out_were_wider() -> None:
    assert Bounded.of(integers([2**70, -5])[1:]).cells.dtype == np.int64
    assert Bounded.of(integers([2**70, -5])).cells.dtype == object


def test_stretches_reach_from_one_start_to_the_next() -> None:
    assert list(between(starts_of(np.array([7, 7, 8, 9, 9])), 5)) == [(0, 2), (2, 3), (3, 5)]
    assert list(between(starts_of(np.empty(0, np.int64)), 0)) == []


def test_what_fits_again_is_64_bits_wide_again() -> None:
    assert sums(integers([2**62, 2**62, -(2**62)]), starts_of(np.zeros(3, np.int64))).dtype == np.int64
    assert multiplied(integers([2**40]), integers([2**30])).dtype == object
