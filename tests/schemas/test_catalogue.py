"""Paths of the catalogue."""

from __future__ import annotations

import pytest

from schemas.catalogue import carries, is_path


@pytest.mark.parametrize(
    "text", ["wealth", "loan.working-capital", "deposit.corporate.demand", "card.v_2", "贷款.住房", "0"]
)
def test_words_joined_by_dots_are_a_path(text: str) -> None:
    assert is_path(text)


@pytest.mark.parametrize(
    "text", ["", ".", "loan.", ".loan", "a..b", "loan.*", "a b", "a/b", "a,b", "a\n", "a:b", "a\u3000b"]
)
def test_anything_else_is_none(text: str) -> None:
    assert not is_path(text)


def test_a_path_carries_itself_and_what_lies_below_but_no_longer_word() -> None:
    assert carries("loan", "loan")
    assert carries("loan", "loan.mortgage")
    assert carries("deposit.corporate", "deposit.corporate.demand")
    assert not carries("loan", "loan-agency")
    assert not carries("loan.mortgage", "loan")
    assert not carries("mortgage", "loan.mortgage")
