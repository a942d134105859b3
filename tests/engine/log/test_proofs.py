"""Proofs from a log on disk, checked by who has only the roots."""

import pytest

from engine.admission import leaves_of
from engine.log import Log, merkle
from tests.engine.log.made import BANK, at, make_log, numbered


@pytest.mark.usefixtures("small_segments")
def test_every_event_is_proved_under_the_head_and_every_earlier_head_a_prefix(tmp_path):
    log = make_log(tmp_path / "log", numbered(1, 19))
    snapshot = log.snapshot()
    for position in range(1, 20):
        earlier = log.snapshot(position)
        [leaf] = leaves_of([snapshot.body(position)])
        assert merkle.includes(snapshot.root, 19, leaf, position - 1, snapshot.inclusion(position))
        assert merkle.extends(earlier.root, position, snapshot.root, 19, snapshot.consistency(position))


def test_heads_and_proofs_hold_across_stored_subtrees_and_odd_segments(tmp_path, monkeypatch):
    monkeypatch.setattr("engine.log.writer.SEAL_EVENTS", 1500)
    monkeypatch.setattr("engine.log.writer.SEAL_ON_CLOSE_EVENTS", 700)
    log = Log.create(tmp_path / "log", BANK, at())
    with log.writer("test") as w:
        w.append(numbered(1, 5000), at())
    snapshot = log.snapshot()
    frontier = merkle.Frontier()
    leaves = leaves_of(body for _, body in snapshot.bodies())
    for position, leaf in enumerate(leaves, 1):
        frontier.extend([leaf])
        if position % 331 == 0 or position in (1024, 1025, 2048, 4500, 4501):
            assert log.snapshot(position).root == frontier.root()
            assert merkle.includes(snapshot.root, 5000, leaf, position - 1, snapshot.inclusion(position))
            assert merkle.extends(frontier.root(), position, snapshot.root, 5000, snapshot.consistency(position))
    assert snapshot.head == w.head
