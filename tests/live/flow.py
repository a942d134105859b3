"""Flows: a random bank on its way through a topic, with all that happens to messages there.

Events come in any order and through any partition, some of them again, under another key and in other words; among them
is what is no event, and what contradicts one that came before.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from random import Random
from typing import Any

from tests.banks import CUSTOMERS, random_bank
from tests.live.topics import Sent

Json = dict[str, Any]
NO_EVENTS = (
    b"{",
    b"",
    None,
    b"\xff\xfe",
    b"[]",
    b'{"specversion":"1.0","id":"x","source":"s","type":"fee.earnt","time":"2025-01-01T00:00:00Z","data":{}}',
)


@dataclass
class Flow:
    """Messages in the order of their sending, and what has to become of them."""

    events: dict[tuple[str, str], Json] = field(default_factory=dict)
    """By source and id what has to be in the log, each once."""
    messages: list[Sent] = field(default_factory=list)
    duplicates: int = 0
    rejected: int = 0


def flow_of(random: Random, partitions: int, bank: int, fees: int = 0) -> Flow:
    """The flow of a random bank of so many events, and fees beside it, into a topic of so many partitions."""
    flow = Flow()
    events = random_bank(random, bank) + [_fee(random, number) for number in range(fees)]
    random.shuffle(events)
    again: list[Json] = []
    for event in events:
        flow.events[event["source"], event["id"]] = event
        partition = random.randrange(partitions)
        flow.messages.append(_sent(random, event, partition))
        if random.random() < 0.2:
            again.append(event)
        if random.random() < 0.1 and again:
            duplicate = again.pop(random.randrange(len(again)))
            flow.messages.append(_sent(random, _in_other_words(random, duplicate), random.randrange(partitions)))
            flow.duplicates += 1
        if random.random() < 0.05:
            contradiction = {**event, "time": "2020-02-20T20:20:20Z"}
            flow.messages.append(_sent(random, contradiction, partition))
            flow.rejected += 1
        if random.random() < 0.05:
            flow.messages.append(Sent(random.choice(NO_EVENTS), random.randrange(partitions), b"C-1"))
            flow.rejected += 1
    return flow


def _fee(random: Random, number: int) -> Json:
    day = f"2025-{random.randrange(1, 13):02d}-{random.randrange(1, 29):02d}"
    amount = f"{random.randrange(1, 10_000)}.{random.randrange(100):02d}"
    data = {"customer_id": random.choice(CUSTOMERS), "service": "agency", "amount": amount, "on": day}
    event = {"specversion": "1.0", "id": f"fee-{number}", "source": "urn:bank:fees", "type": "fee.earned"}
    return event | {"time": f"{day}T12:00:00+08:00", "data": data}


def _in_other_words(random: Random, event: Json) -> Json:
    """The same event as another system might send it again."""
    return {"redelivered": str(random.randrange(9)), **dict(reversed(event.items()))}


def _sent(random: Random, event: Json, partition: int) -> Sent:
    key = random.choice((None, b"", event["data"].get("customer_id", "any").encode()))
    if random.random() < 0.15:
        attributes = [(f"ce_{name}", str(value).encode()) for name, value in event.items() if name != "data"]
        content = ("content-type", b"application/json")
        return Sent(json.dumps(event["data"]).encode(), partition, key, [*attributes, content])
    return Sent(json.dumps(event, ensure_ascii=random.random() < 0.5).encode(), partition, key)
