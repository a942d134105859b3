"""A small bank that goes on: three managers, and fees that let them overtake each other."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from engine.admission import admit
from engine.log import Log
from schemas.institution import Institution

Json = dict[str, Any]
INSTITUTION = Institution()
PLAN, PERIOD = "bank-contribution", "2025Q1"
MANAGERS = ("M-1", "M-2", "M-3")


def event(number: int | str, on: str, type_: str, data: Json) -> Json:
    """An event as a source would write it."""
    return {
        "specversion": "1.0",
        "id": f"e-{number}",
        "source": "core",
        "type": type_,
        "time": f"{on}T10:00:00+08:00",
        "data": {**data, "on": on},
    }


def beginning(managers: Sequence[str] = MANAGERS) -> list[Json]:
    """Managers in post, each with a customer and a fee of the first of February."""
    events = []
    for nth, manager in enumerate(managers, 1):
        customer = f"C-{nth}"
        post = {"manager_id": manager, "org_unit": f"U-{nth % 2}"}
        team = {"customer_id": customer, "team": [{"manager_id": manager, "share": "1"}]}
        events += [
            event(f"post-{nth}", "2025-01-01", "manager.appointed", post),
            event(f"team-{nth}", "2025-01-01", "customer.assigned", team),
            fee(f"first-{nth}", "2025-02-01", nth, f"{500 - nth}.25"),
        ]
    return events


def fee(number: int | str, on: str, customer: int, amount: str) -> Json:
    """A fee earned with the customer of that number."""
    return event(number, on, "fee.earned", {"customer_id": f"C-{customer}", "service": "consulting", "amount": amount})


def made(path: Path, events: Sequence[Json]) -> Log:
    """A log that holds these events."""
    log = Log.create(path, INSTITUTION, at=datetime(2025, 3, 1, tzinfo=UTC))
    append(log, events)
    return log


def append(log: Log, events: Sequence[Json]) -> None:
    """Admit more, as another process would."""
    batch = admit([json.dumps(one).encode() for one in events], INSTITUTION)
    assert not batch.problems, batch.problems
    with log.writer("tests") as writer:
        writer.append(batch, datetime.now(UTC))
