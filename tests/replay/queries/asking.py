"""Questions put to small logs."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path

from engine.log import Log
from replay.queries.question import Question
from schemas.period import Period
from tests.projections.logs import Json, event, log_of

UNITS = [
    event("unit.opened", "2024-01-01", org_unit="BANK"),
    event("unit.opened", "2024-01-01", org_unit="EAST", parent="BANK"),
    event("manager.appointed", "2024-01-01", manager_id="M-1", org_unit="EAST"),
    event("manager.appointed", "2024-01-01", manager_id="M-2", org_unit="BANK"),
]


def question(log: Log, period: str = "2025Q1", through: str | None = None) -> Question:
    """A question of a period."""
    return Question.of(log, Period.parse(period), through=date.fromisoformat(through) if through else None)


def asked(folder: Path, events: Iterable[Json], period: str = "2025Q1", through: str | None = None) -> Question:
    """A question put to a new log of these events, behind two units with a manager each."""
    return question(log_of(folder / "log", [*UNITS, *events]), period, through)
