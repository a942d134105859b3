"""Canonical JSON, against an independent implementation of RFC 8785."""

from __future__ import annotations

from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from schemas.canonical import canonical_json

_LEAVES = st.one_of(st.none(), st.booleans(), st.integers(-(2**53) + 1, 2**53 - 1), st.text())
_VALUES = st.recursive(_LEAVES, lambda inner: st.one_of(st.lists(inner), st.dictionaries(st.text(), inner)))


@given(_VALUES)
def test_the_bytes_are_those_of_rfc_8785(value: Any) -> None:
    assert canonical_json(value) == rfc8785.dumps(value)


def test_keys_are_sorted_by_utf_16_and_not_by_code_point() -> None:
    assert canonical_json({"\ue000": 1, "\U00010000": 2, "a": 3}).decode() == '{"a":3,"\U00010000":2,"\ue000":1}'


def test_what_would_lose_digits_has_no_place() -> None:
    with pytest.raises(ValueError, match="write it as a string"):
        canonical_json(2**53)
    with pytest.raises(TypeError, match="canonical JSON has no float"):
        canonical_json([0.5])
