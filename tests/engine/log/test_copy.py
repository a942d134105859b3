"""A copy of a log: the same events at the same positions, to write to, and thrown away."""

from pathlib import Path

import pytest

from engine.log import Log, verify
from engine.log.copy import copied
from schemas.institution import Institution
from tests.engine.log.made import BANK, at, make_log, numbered

pytestmark = pytest.mark.usefixtures("small_segments")


@pytest.fixture
def log(tmp_path: Path) -> Log:
    return make_log(tmp_path / "log", numbered(1, 8), numbered(9, 10), numbered(11, 11))


@pytest.mark.parametrize("position", [0, 3, 8, 10, 11, None])
def test_a_copy_has_the_same_events_at_the_same_positions(log: Log, position: int | None) -> None:
    expected = log.snapshot(position)
    with copied(log, position, at(9), "test") as copy:
        found = copy.snapshot()
        assert (found.position, found.head) == (expected.position, expected.head)
        assert list(found.bodies()) == list(expected.bodies())
        assert verify(copy.path).ok


def test_what_is_appended_to_a_copy_is_not_in_the_log_and_the_copy_goes(log: Log) -> None:
    before = {path: path.read_bytes() for path in log.path.rglob("*") if path.is_file() and "cache" not in path.parts}
    with copied(log, None, at(9), "test") as copy:
        with copy.writer("test") as writer:
            assert list(writer.append(numbered(10, 20), at(10)).admitted) == list(range(12, 21))
        assert copy.snapshot().position == 20
        path = copy.path
    assert not path.exists()
    assert {path: path.read_bytes() for path in before} == before
    assert (log.snapshot().position, verify(log.path).ok) == (11, True)


def test_a_copy_of_a_partitioned_log_keeps_the_vector(tmp_path: Path) -> None:
    log = Log.create(tmp_path / "log", Institution(BANK.timezone, BANK.currency), at(), partitions=3)
    with log.writer("test") as writer:
        for first in (1, 5, 9):
            writer.append(numbered(first, first + 3), at(first))
    with copied(log, None, at(20), "test") as copy:
        assert copy.snapshot().label == log.snapshot().label
