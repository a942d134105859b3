"""The table in arrays against a dictionary."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from engine.log.hash_table import ABSENT, SLOTS_MIN, HashTable

KEYS = st.integers(0, 40) | st.integers(0, 40).map(lambda n: n * SLOTS_MIN) | st.integers(2**64 - 40, 2**64 - 1)
"""Keys that want the same slots: near each other, a table apart, and the last ones, after which the first come."""


def words(keys) -> np.ndarray:
    return np.array(list(keys), np.uint64)


@given(st.lists(st.lists(KEYS, unique=True), max_size=8), st.lists(KEYS))
def test_every_key_is_found_and_no_other(batches, asked):
    table, expected = HashTable(), {}
    for batch in batches:
        new = [key for key in batch if key not in expected]
        numbers = range(len(expected), len(expected) + len(new))
        table.add(words(new), np.array(numbers, np.int32))
        expected.update(zip(new, numbers, strict=True))
        assert table.look_up(words(asked)).tolist() == [expected.get(key, ABSENT) for key in asked]
    assert table.count == len(expected)


def test_a_table_grows_with_what_it_holds():
    keys = np.random.default_rng(1).integers(0, 2**64, 20 * SLOTS_MIN, np.uint64, endpoint=False)
    table = HashTable()
    for start in range(0, len(keys), 777):
        part = slice(start, start + 777)
        table.add(keys[part], np.arange(len(keys), dtype=np.int32)[part])
    assert table.look_up(keys).tolist() == list(range(len(keys)))
    assert set(table.look_up(keys ^ np.uint64(1)).tolist()) == {ABSENT}


def test_keys_that_all_want_one_slot_are_found():
    keys = words(number << 32 for number in range(300))
    table = HashTable()
    table.add(keys, np.arange(300, dtype=np.int32))
    assert table.look_up(keys[::-1]).tolist() == list(range(299, -1, -1))
