"""A worker's log can be read after an outage, too."""

from __future__ import annotations

import logging

from meritlog.cli.logs import Seldom


def record(name: str, text: str, second: float, *values: object) -> logging.LogRecord:
    made = logging.LogRecord(name, logging.ERROR, __file__, 1, text, values, None)
    made.created = second
    return made


def test_a_client_without_a_broker_repeats_itself_once_a_minute() -> None:
    seldom, lost = Seldom(), "Unable connect to node with id %s: %s"
    said = [second for second in range(150) if seldom.filter(record("aiokafka", lost, second, 1, f"at {second}"))]
    assert said == [0, 60, 120]
    assert seldom.filter(record("aiokafka.consumer.fetcher", "Failed fetch messages from %s: %s", 121, 1, "why"))


def test_what_is_our_own_is_always_said() -> None:
    seldom = Seldom()
    assert all(seldom.filter(record("engine.stream.reading", "Trying again.", second)) for second in range(5))
