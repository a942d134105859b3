"""The lexicon against a dictionary."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.log import lexicon
from engine.log.hash_table import ABSENT
from engine.log.lexicon import Lexicon, hashes

TEXTS = st.text("ab客", max_size=3) | st.text("a", max_size=40) | st.text(max_size=20)


def check(batches: list[list[str]], asked: list[str]) -> None:
    """Put texts in, batch by batch, and ask for others after each."""
    found, expected = Lexicon(), dict[str, int]()
    for batch in batches:
        new = [text for text in batch if text not in expected]
        numbers = range(7 * len(expected), 7 * (len(expected) + len(new)), 7)
        found.add(pa.array(new, pa.string()), np.array(numbers, np.int32))
        expected.update(zip(new, numbers, strict=True))
        assert len(found) == len(expected)
        assert found.look_up(pa.array(asked, pa.string())).tolist() == [expected.get(text, ABSENT) for text in asked]


@given(st.lists(st.lists(TEXTS, unique=True), max_size=5), st.lists(TEXTS))
def test_every_text_is_found_and_no_other(batches, asked):
    check(batches, asked)


@pytest.mark.parametrize("kinds", [1, 3])
def test_texts_that_share_a_hash_are_told_apart(kinds, monkeypatch):
    monkeypatch.setattr(lexicon, "hashes", lambda texts: hashes(texts) % np.uint64(kinds))
    check([["a", "b"], ["c", "", "d" * 20], ["客户", "e"]], ["e", "d" * 20, "x", "", "a", "c", "客户", "b", "y" * 9])


@given(st.lists(TEXTS), st.integers(0, 3), st.integers(0, 3))
def test_a_hash_is_that_of_the_text_wherever_it_stands(texts, before, after):
    longer = pa.array(["before"] * before + texts + ["after"] * after, pa.string())
    whole = hashes(longer.slice(before, len(texts))).tolist()
    assert whole == [hashes(pa.array([text])).tolist()[0] for text in texts]
    assert len(set(whole)) == len(set(texts))


def test_every_byte_of_a_text_counts():
    long = "0123456789" * 3
    others = [long[:at] + "x" + long[at + 1 :] for at in range(30)] + [long[:at] for at in range(30)]
    found = hashes(pa.array([long, *others]))
    assert len(set(found.tolist())) == 61
    assert len(set((found % np.uint64(1 << 20)).tolist())) > 55
