"""Yardsticks of the live path, each a process of its own: ``python -m benchmarks.readers NAME BROKERS TOPIC EVENTS``.

All read the same topic of one-event messages and decode the same fields; where they sum, they sum amounts in minor
units. Prints what it cost as JSON: processor time from the first event on, all threads, set-up left out.
"""

from __future__ import annotations

import asyncio
import json
import sys
import tempfile
import time
from typing import Any
from uuid import uuid4

import msgspec

from benchmarks.flow import PARTITIONS

QUIET_SECONDS = 20


class Data(msgspec.Struct):
    """What the yardsticks know of a payload."""

    on: str
    customer_id: str = ""
    account_id: str = ""
    amount: str = "0"


class Envelope(msgspec.Struct):
    """What the yardsticks know of an event."""

    id: str
    source: str
    type: str
    time: str
    data: Data


decode = msgspec.json.Decoder(Envelope).decode


def amount_of(event: Envelope) -> int:
    """An event's amount in minor units."""
    return int(event.data.amount.replace(".", ""))


class Meter:
    """What was spent since the first event."""

    def __init__(self) -> None:
        self._began = (0.0, 0.0)

    def begin(self) -> None:
        """The first event is here."""
        self._began = time.process_time(), time.perf_counter()

    def told(self) -> dict[str, float]:
        """What it cost until now."""
        return {
            "processor": time.process_time() - self._began[0],
            "clock": time.perf_counter() - self._began[1],
        }


async def limit(brokers: str, topic: str, events: int) -> dict[str, float]:
    """Only read and decode."""
    from aiokafka import AIOKafkaConsumer, TopicPartition

    consumer = AIOKafkaConsumer(
        bootstrap_servers=brokers,
        auto_offset_reset="earliest",
        enable_auto_commit=False,
        fetch_max_bytes=16 << 20,
        max_partition_fetch_bytes=4 << 20,
    )
    await consumer.start()
    consumer.assign([TopicPartition(topic, partition) for partition in range(PARTITIONS)])
    await consumer.seek_to_beginning()
    meter, seen = Meter(), 0
    meter.begin()
    while seen < events:
        for records in (await consumer.getmany(timeout_ms=1_000, max_records=4_096)).values():
            for record in records:
                decode(record.value)
            seen += len(records)
    told = meter.told()
    await consumer.stop()
    return told


async def faust(brokers: str, topic: str, events: int) -> dict[str, float]:
    """A plain agent, event by event, with a table that has its changelog."""
    import faust as faust_streaming

    folder = tempfile.TemporaryDirectory()
    app = faust_streaming.App(
        f"yardstick-{uuid4().hex[:8]}",
        broker=f"kafka://{brokers}",
        datadir=folder.name,
        store="memory://",
        web_enabled=False,
        topic_disable_leader=True,
        topic_partitions=PARTITIONS,
        consumer_auto_offset_reset="earliest",
    )
    sums = app.Table("sums", default=int, partitions=PARTITIONS)
    source = app.topic(topic, key_type=bytes, value_type=bytes, key_serializer="raw", value_serializer="raw")
    meter, done, seen = Meter(), asyncio.Event(), 0

    async def adding(stream: Any) -> None:
        nonlocal seen
        async for value in stream:
            if not seen:
                meter.begin()
            event = decode(value)
            sums[event.data.customer_id] += amount_of(event)
            seen += 1
            if seen == events:
                done.set()

    app.agent(source, name="adding")(adding)
    await app.start()
    await done.wait()
    await app.producer.flush()
    told = meter.told()
    await app.stop()
    folder.cleanup()
    return told


def quix(brokers: str, topic: str, events: int, *, grouped: bool) -> dict[str, float]:
    """Quix Streams: a keyed sum with state and changelog, by the message's key or grouped anew by account."""
    from quixstreams import Application, State

    meter, began = Meter(), False
    with tempfile.TemporaryDirectory() as folder:
        app = Application(
            brokers,
            consumer_group=f"yardstick-{uuid4().hex[:8]}",
            auto_offset_reset="earliest",
            state_dir=folder,
            loglevel="WARNING",
        )
        frame = app.dataframe(app.topic(topic, value_deserializer="bytes", key_deserializer="bytes"))

        def fields(value: bytes) -> dict[str, Any]:
            nonlocal began
            if not began:
                began = True
                meter.begin()
            event = decode(value)
            return {"account": event.data.account_id or event.data.customer_id, "amount": amount_of(event)}

        def add(value: dict[str, Any], state: State) -> int:
            total = int(state.get("sum", 0)) + int(value["amount"])
            state.set("sum", total)
            return total

        frame = frame.apply(fields)
        if grouped:
            frame = frame.group_by("account")
        frame.apply(add, stateful=True)
        app.run(timeout=QUIET_SECONDS, count=events, collect=False)
        return meter.told()


def main() -> None:
    """Run one yardstick and print what it cost."""
    name, brokers, topic, events = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])
    if name == "aiokafka":
        told = asyncio.run(limit(brokers, topic, events))
    elif name == "faust":
        told = asyncio.run(faust(brokers, topic, events))
    else:
        told = quix(brokers, topic, events, grouped=name == "quix-grouped")
    print(json.dumps(told))


if __name__ == "__main__":
    main()
