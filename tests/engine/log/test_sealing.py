"""Sealing: a segment is the same whether its events were coded while they came in or all at once."""

from __future__ import annotations

from datetime import UTC
from pathlib import Path

import numpy as np
import pytest

from engine.log.disk import Disk
from engine.log.manifest import SegmentPaths
from engine.log.names import NO_NAME, NameBook
from engine.log.sealing import Buffer
from tests.engine.log.made import numbered


def sealed(directory: Path, *, prompt: bool) -> list[bytes]:
    """The three files of 29 events, appended in batches of 3, 17 and 9."""
    directory.mkdir()
    book = NameBook(lambda texts: np.full(len(texts), NO_NAME, np.int32), 0)
    buffer = Buffer(1, book, UTC, prompt=prompt)
    for admitted, (first, last) in enumerate([(1, 3), (4, 20), (21, 29)], 1):
        buffer.add(numbered(first, last), admitted)
    paths = SegmentPaths(directory, 1)
    paths.columns.parent.mkdir(exist_ok=True)
    buffer.draft().write(Disk(), paths, book.table())
    return [path.read_bytes() for path in (paths.columns, paths.bodies, paths.names)]


@pytest.mark.usefixtures("small_segments")
def test_a_segment_does_not_show_when_its_events_were_coded(tmp_path: Path) -> None:
    assert sealed(tmp_path / "a", prompt=True) == sealed(tmp_path / "b", prompt=False)


@pytest.mark.usefixtures("small_segments")
@pytest.mark.parametrize(("prompt", "steps"), [(True, 7), (False, 1)])
def test_only_a_log_that_somebody_waits_for_is_coded_while_it_grows(
    prompt: bool, steps: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    coded: list[int] = []
    code = Buffer._code

    def counted(buffer: Buffer, step: object, places: list[int]) -> None:
        coded.append(len(coded))
        code(buffer, step, places)  # type: ignore[arg-type]

    monkeypatch.setattr(Buffer, "_code", counted)
    buffer = Buffer(1, NameBook(lambda texts: np.full(len(texts), NO_NAME, np.int32), 0), UTC, prompt=prompt)
    buffer.add(numbered(1, 28), 1)
    buffer.draft()
    assert len(coded) == steps
