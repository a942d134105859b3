"""Kept states: whoever folds the log next begins from one, and never from one that is another log's or damaged."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from random import Random

import pytest

from engine.fold.snapshot import snapshot
from engine.log import Log
from replay.kept import FOLDER, KEPT_MAX, Kept
from replay.live import LiveFold
from schemas.period import Period
from tests.banks import random_bank
from tests.engine.fold.test_laws import answers
from tests.projections.logs import log_of
from tests.replay.made import add, plan

BANK = random_bank(Random(5), size=80)


@pytest.fixture
def log(tmp_path: Path) -> Log:
    return log_of(tmp_path / "log", BANK)


def files(log: Log) -> list[Path]:
    folder = log.cache / FOLDER
    return sorted(folder.iterdir()) if folder.is_dir() else []


def fold_at(log: Log, position: int) -> LiveFold:
    """The fold of a log that has no kept state."""
    fold = LiveFold(log, position)
    assert fold.position == position
    return fold


def test_without_a_kept_state_there_is_none(log: Log) -> None:
    assert Kept(log).before(10) is None


def test_a_kept_state_is_the_state(log: Log) -> None:
    fold = fold_at(log, 50)
    fold.keep()
    found = Kept(log).before(50)
    assert found is not None
    assert snapshot(found) == snapshot(fold.state)


def test_a_fold_that_begins_from_a_kept_state_shows_the_same_board(log: Log) -> None:
    board = LiveFold(log).board(plan(), Period.parse("2025"))
    fold_at(log, 50).keep()
    assert Kept(log).before(len(BANK)) is not None
    assert LiveFold(log).board(plan(), Period.parse("2025")) == board


def test_the_newest_that_goes_no_further_is_taken(log: Log) -> None:
    for position in (20, 40, 60):
        LiveFold(log, position).keep()
    kept = Kept(log)
    for asked, found in ((19, None), (20, 20), (59, 40), (1000, 60)):
        state = kept.before(asked)
        assert (None if state is None else state.facts.position) == found


def test_only_the_newest_few_are_kept(log: Log) -> None:
    for position in range(10, 70, 10):
        LiveFold(log, position).keep()
    assert [int(file.name.partition("-")[0]) for file in files(log)] == [40, 50, 60]
    assert KEPT_MAX == 3


def test_nothing_is_kept_of_an_empty_log_or_of_few_new_events(log: Log, tmp_path: Path) -> None:
    empty = log_of(tmp_path / "empty", [])
    LiveFold(empty).keep()
    assert files(empty) == []
    fold = fold_at(log, 50)
    fold.keep(unless_fewer=50)
    assert files(log) == []
    fold.keep(unless_fewer=49)
    assert len(files(log)) == 1


def test_the_state_of_another_log_with_as_many_events_is_passed_over(log: Log, tmp_path: Path) -> None:
    other = log_of(tmp_path / "other", random_bank(Random(6), size=80))
    fold_at(other, 50).keep()
    (log.cache / FOLDER).mkdir(parents=True)
    (file,) = files(other)
    (log.cache / FOLDER / file.name).write_bytes(file.read_bytes())
    assert Kept(log).before(1000) is None


def cut(data: bytes) -> bytes:
    return data[: len(data) // 2]


def flipped(data: bytes) -> bytes:
    return data[:-9] + bytes([data[-9] ^ 1]) + data[-8:]


def emptied(_: bytes) -> bytes:
    return b""


@pytest.mark.parametrize("damage", [cut, flipped, emptied])
def test_a_damaged_state_is_passed_over_for_an_older_one(log: Log, damage: Callable[[bytes], bytes]) -> None:
    board = fold_at(log, 60).board(plan(), Period.parse("2025"))
    for position in (20, 40):
        LiveFold(log, position).keep()
    newest = files(log)[-1]
    newest.write_bytes(damage(newest.read_bytes()))
    state = Kept(log).before(60)
    assert state is not None
    assert state.facts.position == 20
    assert LiveFold(log, 60).board(plan(), Period.parse("2025")) == board


def test_what_is_left_of_a_writer_that_was_killed_is_no_state(log: Log) -> None:
    fold_at(log, 50).keep()
    (file,) = files(log)
    file.rename(file.with_name(f"{file.name}.4711.aside"))
    (log.cache / FOLDER / "notes.txt").write_text("not ours")
    assert Kept(log).before(60) is None


def test_a_log_goes_on_from_its_kept_state(log: Log) -> None:
    LiveFold(log).keep()
    position = add(log, "fee.earned", "2025-03-03", customer_id="C-1", service="other", amount="7")
    fold = LiveFold(log)
    assert fold.position == position
    fresh = log_of(log.path.parent / "fresh", BANK)
    add(fresh, "fee.earned", "2025-03-03", customer_id="C-1", service="other", amount="7")
    assert answers(fold.state) == answers(LiveFold(fresh).state)


def test_a_state_whose_figures_are_too_large_for_its_file_is_not_kept(tmp_path: Path) -> None:
    whose = {"manager_id": "M-1", "item": "skill", "group": "peer", "period": "2025"}
    largest = {**whose, "score": "999999999999", "full": "999999999999"}
    events = [{"type": "rating.given", "data": largest} for _ in range(20)]
    log = log_of(tmp_path / "large", events)
    LiveFold(log).keep()
    assert files(log) == []
    assert LiveFold(log).position == len(events)


def test_a_balance_that_passes_64_bits_is_kept_to_the_last_digit(tmp_path: Path) -> None:
    largest = {"account_id": "A-1", "customer_id": "C-1", "amount": "9999999999999.99", "on": "2025-03-01"}
    events = [{"type": "balance.changed", "data": largest} for _ in range(200)]
    log = log_of(tmp_path / "large", events)
    fold = LiveFold(log)
    fold.keep()
    state = Kept(log).before(len(events))
    assert state is not None
    assert answers(state) == answers(fold.state)
    days = date(2026, 1, 1) - date(2025, 3, 1)
    assert answers(state)[0].uncredited["days"] == 200 * 99999999999999900 * days.days * 10**10
