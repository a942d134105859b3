"""What a fold is handed in columns counts as what it is handed one by one, and as what it reads from the log."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.log import Log
from projections.reach import Stretch
from replay.live import LiveFold
from schemas.period import Period
from schemas.statement import Board
from schemas.vector import Vector
from tests.banks import DAYS, Json, random_bank
from tests.engine.forms.made import columns_from
from tests.engine.stream.made import admitted, log_at
from tests.replay.made import plan

YEAR = Period.parse("2025")
NEVER = 1 << 30


def handed(log: Log, bank: list[Json], sizes: list[int], many: int) -> tuple[list[Board], list[set[Stretch]], int]:
    """The boards after each batch of a bank, what concerned some stretches by then, and how much stood in columns."""
    fold, boards, concerned, alike = LiveFold(log), list[Board](), list[set[Stretch]](), 0
    lines = [json.dumps(one).encode() for one in bank]
    for size in sizes:
        with columns_from(many):
            batch = admitted(log, *lines[:size])
        lines = lines[size:]
        alike += sum(map(len, batch.content.alike))
        fold.take(batch.first, batch.content, batch.bodies, batch.label, batch.places)
        boards.append(fold.board(plan(), YEAR))
        stretches = [Stretch(0, fold.position, first, end) for first in DAYS for end in DAYS if first < end]
        later = [one._replace(after=fold.position // 2) for one in stretches]
        concerned.append(fold.concerned([*stretches, *later]))
    return boards, concerned, alike


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(seed=st.integers(0, 10**6))
def test_columns_do_not_show(tmp_path_factory: pytest.TempPathFactory, seed: int) -> None:
    random, folder = Random(seed), tmp_path_factory.mktemp("logs")
    bank = random_bank(random, size=60)
    sizes = [random.randint(1, 30) for _ in range(4)]
    one_by_one, columns = log_at(folder / "one-by-one"), log_at(folder / "columns")
    boards, concerned, none = handed(one_by_one, bank, sizes, NEVER)
    same_boards, same_concerned, some = handed(columns, bank, sizes, 1)
    assert (none, some > 0) == (0, any(event["type"] == "balance.changed" for event in bank[: sum(sizes)]))
    assert (boards, concerned) == (same_boards, same_concerned)
    assert one_by_one.snapshot().head == columns.snapshot().head
    for board in boards:
        assert board == LiveFold(columns, as_of=Vector.parse(str(board.position))).board(plan(), YEAR)


def test_what_was_taken_already_is_passed_over_in_columns_too(tmp_path: Path) -> None:
    bank = [one for one in random_bank(Random(3), size=60) if one["type"] != "event.reversed"]
    log = log_at(tmp_path / "log")
    with columns_from(1):
        batch = admitted(log, *(json.dumps(one).encode() for one in bank))
    assert batch.content.alike
    expected = LiveFold(log).board(plan(), YEAR)
    for read in (0, 7, len(bank) - 1, len(bank)):
        fold = LiveFold(log, as_of=read)
        fold.take(batch.first, batch.content, batch.bodies, batch.label, batch.places)
        assert (fold.position, fold.board(plan(), YEAR)) == (len(bank), expected)
