"""What the log's tests share."""

import pytest

from engine.log import sealing, writer


@pytest.fixture
def small_segments(monkeypatch):
    """Segments of 8 events, and of 4 on close, coded four at a time: a small log has them all."""
    monkeypatch.setattr(sealing, "STRETCH_EVENTS", 2)
    monkeypatch.setattr(sealing, "STEP_EVENTS", 4)
    monkeypatch.setattr(writer, "SEAL_EVENTS", 8)
    monkeypatch.setattr(writer, "SEAL_ON_CLOSE_EVENTS", 4)
