"""When Python looks for cycles, and what it leaves alone."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from engine.interpreter import SET_APART_EVENTS, SetApart


@pytest.fixture
def unfrozen() -> Iterator[None]:
    gc.unfreeze()
    yield
    gc.unfreeze()


@pytest.mark.usefixtures("unfrozen")
def test_a_state_is_set_apart_each_time_that_it_has_doubled() -> None:
    apart, state, set_apart = SetApart(), list[list[int]](), []
    for events in (0, SET_APART_EVENTS - 1, 20_000, 39_999, 40_000):
        before = gc.get_freeze_count()
        state += ([] for _ in range(1_000))
        apart.of(events)
        set_apart.append(gc.get_freeze_count() - before > 900)
    assert set_apart == [False, False, True, False, True], "small, or hardly grown"
