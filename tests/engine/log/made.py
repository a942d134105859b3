"""Made events and logs for the log's tests."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from engine.admission import Candidates, candidates
from engine.log import Log
from engine.log.disk import Disk
from schemas.codec import event_of
from schemas.event import Event
from schemas.institution import Institution

START = datetime(2025, 1, 1, tzinfo=UTC)
BANK = Institution("Asia/Shanghai", "CNY")


def event(number: int, data: dict[str, Any] | None = None, event_type: str = "balance.changed", **more: Any) -> Event:
    """Event ``number`` of a made bank; ``more`` replaces attributes of the envelope."""
    payload = data or {
        "account_id": f"A-{number % 7}",
        "customer_id": f"C-{number % 3}",
        "amount": str(Decimal(number * 100 + 1) / 100),
        "on": f"2025-01-{number % 28 + 1:02d}",
    }
    envelope = {
        "specversion": "1.0",
        "id": f"E-{number}",
        "source": "core",
        "type": event_type,
        "time": "2025-01-01T09:00:00+08:00",
        "data": payload,
    }
    return event_of({**envelope, **more}, BANK).event


def batch(*events: Event) -> Candidates:
    """The events as the writer takes them."""
    return candidates(events)


def numbered(first: int, last: int) -> Candidates:
    """Events ``first`` to ``last``."""
    return batch(*(event(number) for number in range(first, last + 1)))


def at(seconds: int = 0) -> datetime:
    """A time of admission."""
    return START + timedelta(seconds=seconds)


def make_log(path: Path, *batches: Candidates, disk: Disk | None = None) -> Log:
    """A log with these batches, closed; batch n is admitted at ``at(n)``."""
    log = Log.create(path, BANK, at(), disk)
    with log.writer("test") as writer:
        for number, one in enumerate(batches):
            writer.append(one, at(number))
    return log
