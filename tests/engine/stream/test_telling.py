"""Telling: the topics learn every event once and in order, and what they know is noted when they know it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable, Mapping

from engine.log import Log
from engine.stream.marks import spelled
from engine.stream.publishing import Outgoing
from engine.stream.sending import Sender
from engine.stream.telling import Telling
from engine.stream.topics import Topics
from schemas.vector import Vector
from tests.engine.stream.made import admitted, fee


class Kept(Sender):
    """A sender that writes down what the brokers would get."""

    def __init__(self, topic: str, written: list[tuple[str, Outgoing]]) -> None:
        self._topic, self._written = topic, written

    async def send(self, messages: Iterable[Outgoing]) -> None:
        self._written += [(self._topic, one) for one in messages]


def test_what_the_topics_lack_is_told_before_the_batch_and_noted_after_it(log: Log) -> None:
    topics = Topics()
    first = admitted(log, fee(1), fee(2))
    missed = admitted(log, fee(3), fee(4))
    latest = admitted(log, b"{", fee(5), fee(6))
    known = Vector.parse(first.label)
    assert known is not None
    written: list[tuple[str, Outgoing]] = []
    noted: list[tuple[int, Mapping[int, int], str]] = []

    async def mark(offsets: Mapping[int, int], text: str) -> None:
        noted.append((len(written), offsets, text))

    out = {topic: Kept(topic, written) for topic in (topics.log, topics.rejected)}
    asyncio.run(Telling(log, topics, out, known, mark).tell(latest))
    told = [json.loads(one.value or b"") for topic, one in written if topic == topics.log]
    assert [value["after"] for value in told] == sorted(value["after"] for value in told)
    assert {value["after"] for value in told} == {first.label, missed.label}
    assert sorted(event["id"] for value in told for event in value["events"]) == ["f-3", "f-4", "f-5", "f-6"]
    assert [one.value for topic, one in written if topic == topics.rejected] == [b"{"]
    assert noted == [(len(written), {0: 6}, spelled(log.identity, latest.label))]
