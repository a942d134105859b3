"""A book answers alike however its log lies on disk and whatever machine it is asked on."""

from __future__ import annotations

import gc
import weakref
from pathlib import Path
from random import Random

import pytest

from engine.admission import candidates
from engine.log import Damage, Log, writer
from projections.book import ProjectedBook
from projections.source import Source
from tests.banks import random_bank
from tests.projections.logs import ADMITTED
from tests.reading import INSTITUTION, read_bank
from tests.test_twice_the_same import REQUESTS


def sealed_log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pieces: int) -> Log:
    monkeypatch.setattr(writer, "SEAL_ON_CLOSE_EVENTS", 1)
    events = [fact.event for fact in read_bank(random_bank(Random(5), 120))]
    log = Log.create(tmp_path / f"in-{pieces}", INSTITUTION, ADMITTED)
    for piece in range(pieces):
        with log.writer(holder="test") as one:
            one.append(
                candidates(events[piece * len(events) // pieces : (piece + 1) * len(events) // pieces]), ADMITTED
            )
    return log


def test_segments_and_threads_do_not_show_in_the_figures(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    in_one, in_three = sealed_log(tmp_path, monkeypatch, 1), sealed_log(tmp_path, monkeypatch, 3)
    assert len(in_three.snapshot().segments) == 3
    for position in (100, 120):
        whole = ProjectedBook(in_one.snapshot(position), threads=1).credits(REQUESTS[0])
        assert ProjectedBook(in_three.snapshot(position), threads=4).credits(REQUESTS[0]) == whole
        assert ProjectedBook.of(in_three, position).credits(REQUESTS[0]) == whole


def test_a_damaged_segment_is_named_as_damage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    snapshot = sealed_log(tmp_path, monkeypatch, 1).snapshot()
    snapshot.segments[0].path.write_bytes(b"no Parquet at all")
    with pytest.raises(Damage, match="segment"):
        ProjectedBook(snapshot).credits(REQUESTS[0])


def test_a_database_goes_with_the_last_that_asks_it_however_long_the_snapshot_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    snapshot = sealed_log(tmp_path, monkeypatch, 1).snapshot()
    source = Source(snapshot)
    names = weakref.ref(source.names)
    assert source.records.any("events")
    gc.disable()  # it goes at once, not when garbage is looked for
    try:
        del source
        assert names() is None
    finally:
        gc.enable()
    assert snapshot.segments
