"""What the log's tests share."""

import pytest

from engine.log import buffer, sealer, writer
from tests.engine.log.in_turn import InTurn


@pytest.fixture
def small_segments(monkeypatch):
    """Segments of 8 events, and of 4 on close, coded four at a time: a small log has them all."""
    monkeypatch.setattr(buffer, "STRETCH_EVENTS", 2)
    monkeypatch.setattr(buffer, "STEP_EVENTS", 4)
    monkeypatch.setattr(writer, "SEAL_EVENTS", 8)
    monkeypatch.setattr(writer, "SEAL_ON_CLOSE_EVENTS", 4)


@pytest.fixture
def sealing_after(monkeypatch):
    """Gives what makes writers seal in a fixed order: a seal ends when it was asked about ``lag`` times before."""

    def after(lag: int) -> None:
        monkeypatch.setattr(sealer, "ThreadPoolExecutor", lambda *_: InTurn(lag))

    return after
