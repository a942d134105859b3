from __future__ import annotations

import os
from pathlib import Path

import pytest

from meritlog.broker import Node, topics_at
from tests.brokers import broker_of_tests, started, unknown_settings


def test_the_broker_of_the_tests_answers(broker: str) -> None:
    assert isinstance(topics_at(broker), dict)


def test_tests_take_the_broker_that_they_are_given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MERITLOG_BROKERS", "kafka.example:9092")
    with broker_of_tests(tmp_path) as address:
        assert address == os.environ["MERITLOG_BROKERS"]
    assert list(tmp_path.iterdir()) == []


def test_a_setting_that_kafka_does_not_know_is_found_and_ours_are_known(tmp_path: Path) -> None:
    with started(Node(tmp_path), kept=False, properties={"offsets.topic.replicatoin.factor": "1"}) as running:
        assert unknown_settings(running.address) == ["offsets.topic.replicatoin.factor"]
