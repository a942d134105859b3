"""Small banks for tests of settling: events in a line each, and the log that holds them."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from engine.admission import candidates
from engine.log import Log
from engine.plan.library import LoadedPlan, load
from replay.close import close
from replay.settle import Settlement, settle
from schemas.codec import event_of
from schemas.period import Period
from tests.projections.logs import Json, log_of

NOW = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)


def said(number: int, on: str, type_: str, **data: Any) -> Json:
    """One event of the bank's core system, of the day ``on``."""
    event: Json = {"specversion": "1.0", "id": f"e-{number}", "source": "core", "type": type_}
    return event | {"time": f"{on}T09:00:00+08:00", "data": data | {"on": on}}


def bank(path: Path, *events: tuple[Any, ...]) -> Log:
    """A log of (day, type, data) events."""
    return log_of(path, [said(number, on, type_, **data) for number, (on, type_, data) in enumerate(events, 1)])


def add(log: Log, type_: str, on: str, **data: Any) -> int:
    """One more event, and its position."""
    event: Json = {"specversion": "1.0", "id": "-".join([type_, on, *map(str, data.values())])[:128], "source": "desk"}
    event |= {"type": type_, "time": f"{on}T09:00:00+08:00", "data": data | {"on": on}}
    with log.writer("test") as writer:
        return writer.append(candidates([event_of(event, log.institution).event]), NOW).admitted[0]


def plan() -> LoadedPlan:
    """The flagship plan."""
    return load("bank-contribution")


def settled(log: Log, period: str, **how: Any) -> Settlement:
    """A period settled by the flagship plan."""
    return settle(log, plan(), Period.parse(period), **how)


def lines(settlement: Settlement, manager: str) -> dict[str, str]:
    """A manager's lines by id."""
    one = next(each for each in settlement.statement.managers if each.manager_id == manager)
    return {line.id: line.value for line in one.lines}


def closed(log: Log, period: str, at: datetime) -> str:
    """Close a period, and its settlement's id."""
    return close(log, plan(), Period.parse(period), at=at, holder="test").settlement_id
