"""Columns of decimals become the whole numbers that one by one they are."""

from __future__ import annotations

from decimal import Decimal

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from engine.decimals import kind_of, whole_numbers


@given(st.lists(st.integers(-(10**18) + 1, 10**18 - 1)), st.sampled_from([0, 2, 4, 6]))
def test_decimals_are_whole_numbers_of_their_last_digit(units: list[int], digits: int) -> None:
    texts = [f"{Decimal(unit).scaleb(-digits):f}" for unit in units]
    assert whole_numbers(pa.array(texts, pa.string()).cast(kind_of(digits))).tolist() == units


def test_a_part_of_an_array_is_read_from_where_it_begins() -> None:
    decimals = pa.array(["1.5", "2.5", "3.5", "4.5"]).cast(kind_of(1))
    assert whole_numbers(decimals[1:3]).tolist() == [25, 35]
