from __future__ import annotations

import os
from pathlib import Path

import pytest

from meritlog.broker import topics_at
from tests.brokers import broker_of_tests


def test_the_broker_of_the_tests_answers(broker: str) -> None:
    assert isinstance(topics_at(broker), dict)


def test_tests_take_the_broker_that_they_are_given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MERITLOG_BROKERS", "kafka.example:9092")
    with broker_of_tests(tmp_path) as address:
        assert address == os.environ["MERITLOG_BROKERS"]
    assert list(tmp_path.iterdir()) == []
