"""The sieve: no key that is there is held back, and of the others most are."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.log import sieve
from engine.log.sieve import Sieve

ANY = st.integers(0, 2**64 - 1)
LAST = 2**64 - 1


def words(values: list[int]) -> np.ndarray:
    return np.array(values, np.uint64)


@given(st.lists(ANY | st.sampled_from([0, 1, LAST]), max_size=40), st.lists(ANY, max_size=20))
def test_every_key_that_is_there_passes(there: list[int], others: list[int]) -> None:
    asked = there + others
    assert {*Sieve(words(sorted(there))).passing(words(asked)).tolist()} >= {*range(len(there))}


def test_of_the_keys_that_are_not_there_one_in_twelve_passes() -> None:
    random = np.random.default_rng(7)
    there, absent = (random.integers(0, LAST, 50_000, np.uint64, endpoint=True) for _ in range(2))
    assert 0.07 < len(Sieve(np.sort(there)).passing(absent)) / len(absent) < 0.09


def test_a_sieve_of_nothing_lets_nothing_pass() -> None:
    assert not len(Sieve(words([])).passing(words([0, 5, LAST])))


def test_keys_that_are_no_hashes_all_pass() -> None:
    assert len(Sieve(words([*range(50)])).passing(words([*range(60)]))) == 60


def test_a_sieve_is_the_same_however_many_keys_are_taken_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    keys = np.sort(np.random.default_rng(1).integers(0, LAST, 1000, np.uint64, endpoint=True))
    asked = np.random.default_rng(2).integers(0, LAST, 5000, np.uint64, endpoint=True)
    whole = Sieve(keys).passing(asked)
    monkeypatch.setattr(sieve, "_STRIDE", 7)
    assert Sieve(keys).passing(asked).tolist() == whole.tolist()
