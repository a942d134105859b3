"""Sending: what belongs together arrives in order, and what no topic will ever take is not tried for ever."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from kafka import KafkaProducer

from engine.stream.connection import Connection
from engine.stream.faust_app import faust_app
from engine.stream.publishing import Outgoing, place_of
from engine.stream.sending import Sender
from engine.stream.topics import Topics
from schemas.problems import EnvironmentProblem
from tests.live.topics import make, new_prefix, read


def sent(broker: str, folder: Path, topics: Topics, messages: list[Outgoing]) -> None:
    async def run() -> None:
        app = faust_app(Connection.read(broker, {}), topics, folder)
        await app.producer.start()
        try:
            await Sender(app, topics.rejected, 3).send(messages)
        finally:
            await app.producer.stop()

    asyncio.run(run())


def test_what_belongs_together_arrives_in_order_in_one_partition(broker: str, tmp_path: Path) -> None:
    topics = Topics(new_prefix())
    make(broker, topics.rejected, 3)
    sent(
        broker,
        tmp_path,
        topics,
        [Outgoing(b"%d" % n, b"%d" % n, "2025Q1", [("n", b"1"), ("empty", None)]) for n in range(5_000)],
    )
    there = read(broker, topics.rejected)
    assert [one.key for one in there] == [b"%d" % n for n in range(5_000)]
    assert {one.partition for one in there} == {place_of("2025Q1", 3)}
    assert there[0].headers == [("n", b"1"), ("empty", None)]


def test_without_that_a_key_goes_where_kafkas_own_clients_send_it(broker: str, tmp_path: Path) -> None:
    topics = Topics(new_prefix())
    make(broker, topics.rejected, 3)
    keys = [b"M-%d" % n for n in range(20)]
    sent(broker, tmp_path, topics, [Outgoing(key, b"ours") for key in keys] + [Outgoing(None, b"anywhere")])
    producer = KafkaProducer(bootstrap_servers=broker)
    for key in keys:
        producer.send(topics.rejected, b"theirs", key)
    producer.close()
    found = {(one.key, one.value): one.partition for one in read(broker, topics.rejected)}
    assert all(found[key, b"ours"] == found[key, b"theirs"] for key in keys)
    assert len(set(found.values())) == 3


def test_a_message_that_a_topic_does_not_take_is_named_instead_of_sent_for_ever(broker: str, tmp_path: Path) -> None:
    topics = Topics(new_prefix())
    make(broker, topics.rejected, 3, **{"max.message.bytes": "2000"})
    told = rf"The topic {topics.rejected} does not take a message of 5000 bytes\. Raise its max\.message\.bytes"
    with pytest.raises(EnvironmentProblem, match=told):
        sent(broker, tmp_path, topics, [Outgoing(None, b"x", 0), Outgoing(None, b"x" * 5000, 1)])
    assert [one.value for one in read(broker, topics.rejected)] == [b"x"]
