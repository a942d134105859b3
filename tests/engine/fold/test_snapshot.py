"""Snapshots: a restored state answers and goes on like the one that was written."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given, settings

from engine.fold.book import FoldedBook
from engine.fold.snapshot import restore, snapshot
from engine.fold.state import State
from schemas.problems import Problem
from tests.banks import CURRENCY, Json, banks, random_bank
from tests.engine.fold.folding import fold
from tests.engine.fold.test_laws import answers
from tests.reading import read_bank


@settings(max_examples=40, deadline=None)
@given(banks())
def test_a_state_restored_halfway_ends_like_one_that_never_stopped(bank: list[Json]) -> None:
    facts = read_bank(bank)
    middle = len(facts) // 2
    known = {fact.event.identity: fact for fact in facts[:middle]}
    state = restore(snapshot(fold(facts[:middle])))
    assert answers(fold(facts[middle:], state, known)) == answers(fold(facts))


def test_a_restored_state_is_written_the_same_and_keeps_decisions() -> None:
    state = fold(read_bank(random_bank(Random(3), 200)))
    again = restore(snapshot(state))
    assert snapshot(again) == snapshot(state)
    types = ["decision.made", "manager.appointed", "manager.left"]
    assert list(FoldedBook(again).facts(types)) == list(FoldedBook(state).facts(types))
    assert FoldedBook(again).position == FoldedBook(state).position


@pytest.mark.parametrize("body", [b"", b"\x00", snapshot(State.empty(CURRENCY))[:-1]])
def test_damaged_bytes_are_refused_with_what_to_do(body: bytes) -> None:
    with pytest.raises(Problem, match=r"cannot be read.*Delete it; it is made again from the log\."):
        restore(body)


def test_another_format_is_refused() -> None:
    body = snapshot(State.empty(CURRENCY)).replace(b"\xa6format\x03", b"\xa6format\x04")
    with pytest.raises(Problem, match="has format 4, not 3"):
        restore(body)
