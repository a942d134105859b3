"""Small partitioned logs for tests of the live side: fees in lines, admitted as messages of one partition."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from engine.log import Log
from engine.stream.admitting import Admitted, Admitting
from engine.stream.messages import Message
from schemas.institution import Institution
from tests.samples import line, sample

AT = datetime(2025, 7, 1, tzinfo=UTC)
TOPIC = "meritlog.events"


def log_at(path: Path, partitions: int = 3) -> Log:
    """An empty log that Kafka feeds."""
    return Log.create(path, Institution(), AT, partitions=partitions)


def fee(number: int, amount: str = "1.00", **data: object) -> bytes:
    """A fee, of one of seven customers."""
    event = sample("fee.earned", id=f"f-{number}")
    return line({**event, "data": {**event["data"], "customer_id": f"C-{number % 7}", "amount": amount, **data}})


def messages(*values: bytes | None, partition: int = 0, first: int = 0) -> list[Message]:
    """These values as messages of one partition, from offset ``first`` on."""
    return [Message(partition, offset, value) for offset, value in enumerate(values, first)]


def admitted(log: Log, *values: bytes | None) -> Admitted:
    """What a batch of these values brings to the log."""
    with log.writer("test") as writer:
        admitting = Admitting(log, writer, TOPIC, lambda: AT)
        return admitting.take([messages(*values, first=admitting.offsets.get(0, -1) + 1)])
