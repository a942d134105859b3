"""The last events that boards name: the same whether they were just handed over or are read from the log."""

from __future__ import annotations

import json
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
from tests.replay.made import plan

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
        fold.take(batch.first, batch.events, batch.label, batch.places)
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


def test_nothing_is_read_for_what_was_handed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    log, read = log_at(tmp_path / "log"), list[int]()
    bodies = Snapshot.bodies

    def noted(snapshot: Snapshot, positions: object = None) -> object:
        read.append(snapshot.position)
        return bodies(snapshot, positions)  # type: ignore[arg-type]

    monkeypatch.setattr(Snapshot, "bodies", noted)
    boards = handed(log, seed=1)
    assert read == []
    monkeypatch.setattr(last, "HELD_MAX", 2)
    assert handed(log_at(tmp_path / "other"), seed=1) == boards
    assert read, "more than is held is read again"
