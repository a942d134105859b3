"""Columns never wrap around: what passes 64 bits is of Python's own integers."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.fold.columns import Table, integers, product, starts_of, sums

WIDE = st.integers(-(10**18), 10**18)


@settings(deadline=None)
@given(st.lists(st.tuples(WIDE, WIDE | st.integers(-9, 9))))
def test_products_are_exact_however_large(pairs: list[tuple[int, int]]) -> None:
    one, other = integers([first for first, _ in pairs]), integers([second for _, second in pairs])
    assert product(one, other).tolist() == [first * second for first, second in pairs]


@settings(deadline=None)
@given(st.lists(st.lists(st.sampled_from([2**62, -(2**62), 2**63 - 1, -(2**63), 1, 2**70]), min_size=1)))
def test_sums_of_stretches_are_exact_however_large(stretches: list[list[int]]) -> None:
    values = integers([value for stretch in stretches for value in stretch])
    keys = np.repeat(np.arange(len(stretches)), [len(stretch) for stretch in stretches])
    assert sums(values, starts_of(keys)).tolist() == [sum(stretch) for stretch in stretches]


def test_what_fits_again_is_64_bits_wide_again() -> None:
    assert sums(integers([2**62, 2**62, -(2**62)]), starts_of(np.zeros(3, np.int64))).dtype == np.int64
    assert product(integers([2**40]), integers([2**30])).dtype == object


def test_a_table_grows_and_holds_what_was_not_said() -> None:
    table = Table(number=(np.int64, 0), head=(np.int32, -1))
    assert [table.begin() for _ in range(200)] == list(range(200))
    table["number"][7] = 5
    table.extend(number=np.arange(1000))
    assert table.count == 1200
    assert table.held("number").tolist() == [0] * 7 + [5] + [0] * 192 + list(range(1000))
    assert set(table.held("head").tolist()) == {-1}
