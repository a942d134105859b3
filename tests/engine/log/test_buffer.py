"""The buffer: a segment is the same whether its events were coded while they came in or all at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC
from pathlib import Path

import numpy as np
import pytest

from engine.log import buffer as buffering
from engine.log.buffer import Buffer
from engine.log.disk import Disk
from engine.log.manifest import SegmentPaths
from engine.log.names import NO_NAME, NameBook
from tests.engine.log.made import numbered


def sealed(directory: Path) -> list[bytes]:
    """The three files of 29 events, appended in batches of 3, 17 and 9."""
    directory.mkdir()
    book = NameBook(lambda texts: np.full(len(texts), NO_NAME, np.int32), 0)
    paths = SegmentPaths(directory, 1)
    paths.columns.parent.mkdir(exist_ok=True)
    with ThreadPoolExecutor(1) as thread:
        buffer = Buffer(1, book, UTC, thread)
        for admitted, (first, last) in enumerate([(1, 3), (4, 20), (21, 29)], 1):
            buffer.add(numbered(first, last), admitted)
        buffer.end()
        buffer.draft().write(Disk(), paths, book.table())
    return [path.read_bytes() for path in (paths.columns, paths.bodies, paths.names)]


@pytest.mark.usefixtures("small_segments")
def test_a_segment_does_not_show_how_many_events_were_coded_together(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    together = sealed(tmp_path / "four")
    for count in (2, 10, 100):
        monkeypatch.setattr(buffering, "STEP_EVENTS", count)
        assert sealed(tmp_path / str(count)) == together


@pytest.mark.usefixtures("small_segments")
def test_events_are_coded_while_the_tail_grows_and_the_last_ones_at_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    coded: list[int] = []
    code = Buffer._code

    def counted(buffer: Buffer, step: buffering._Step, places: list[int]) -> None:
        coded.append(len(coded))
        code(buffer, step, places)

    monkeypatch.setattr(Buffer, "_code", counted)
    with ThreadPoolExecutor(1) as thread:
        buffer = Buffer(1, NameBook(lambda texts: np.full(len(texts), NO_NAME, np.int32), 0), UTC, thread)
        buffer.add(numbered(1, 30), 1)
        buffer._coding[-1].result()
        assert len(coded) == 7
        buffer.end()
        buffer.draft()
    assert len(coded) == 8
