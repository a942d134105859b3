"""The last events that boards name: the same whether they were just handed over or are read from the log."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.log import Log, Snapshot
from replay import last
from replay.live import LiveFold
from schemas.period import Period
from schemas.statement import Board
from schemas.vector import Vector
from tests.banks import random_bank
from tests.engine.stream.made import admitted, log_at
from tests.replay.made import plan, said

YEAR = Period.parse("2025")


def board_of(fold: LiveFold) -> Board:
    return fold.board(plan(), YEAR)


def handed(log: Log, seed: int) -> list[Board]:
    """The boards of a fold that is handed a random bank in batches, after some of them and after the last."""
    random, fold, boards = Random(seed), LiveFold(log), []
    lines = [json.dumps(one).encode() for one in random_bank(random, size=60)]
    while lines:
        size = random.randint(1, 12)
        batch, lines = admitted(log, *lines[:size]), lines[size:]
        fold.take(batch.first, batch.content, batch.bodies, batch.label, batch.places)
        if random.random() < 0.4:
            boards.append(board_of(fold))
    return [*boards, board_of(fold)]


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(seed=st.integers(0, 10**6), partitions=st.integers(1, 5))
def test_boards_name_what_was_handed_over_as_what_is_read(
    tmp_path_factory: pytest.TempPathFactory, seed: int, partitions: int
) -> None:
    log = log_at(tmp_path_factory.mktemp("logs") / "log", partitions)
    boards = handed(log, seed)
    assert any(row.last_event for row in boards[-1].rows)
    for board in boards:
        assert board == board_of(LiveFold(log, as_of=Vector.parse(str(board.position))))


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The positions of the snapshots that events are read from."""
    positions = list[int]()
    bodies = Snapshot.bodies

    def noted(snapshot: Snapshot, wanted: Iterable[int] | None = None) -> Iterator[tuple[int, bytes]]:
        positions.append(snapshot.position)
        return bodies(snapshot, wanted)

    monkeypatch.setattr(Snapshot, "bodies", noted)
    return positions


def test_nothing_is_read_for_what_was_handed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, read: list[int]
) -> None:
    boards = handed(log_at(tmp_path / "log"), seed=1)
    assert read == []
    monkeypatch.setattr(last, "HELD_MAX", 2)
    assert handed(log_at(tmp_path / "other"), seed=1) == boards
    assert read, "more than is held is read again"


def test_of_more_than_is_held_the_newest_are_named_without_reading(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, read: list[int]
) -> None:
    monkeypatch.setattr(last, "HELD_MAX", 3)
    log, day = log_at(tmp_path / "log"), "2025-01-01"
    team = said(1, day, "customer.assigned", customer_id="C", team=[{"manager_id": "M1", "share": "1"}])
    fees = [said(at, day, "fee.earned", customer_id="C", service="agency", amount="5") for at in (2, 3, 4)]
    fold = LiveFold(log)
    for batch in ([team, fees[0]], fees[1:]):
        told = admitted(log, *(json.dumps(one).encode() for one in batch))
        fold.take(told.first, told.content, told.bodies, told.label, told.places)
    assert [row.last_event["event_id"] for row in board_of(fold).rows if row.last_event] == ["e-4"]
    assert read == []
