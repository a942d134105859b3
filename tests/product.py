"""The product in this process: a bank in a log on disk, settled by the flagship plan that is read once.

`settled` goes the way of `settle` (projections), `folded` that of the live board (fold), which is some times faster.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from engine.admission import admit
from engine.log import Log
from engine.plan.evaluate import evaluate
from engine.plan.library import LoadedPlan, load
from engine.plan.printing import manager_statements, uncredited
from replay.live import LiveFold
from replay.settle import earlier_settlements, scope_of, settle
from schemas.institution import Institution
from schemas.period import Period
from schemas.statement import to_json

Json = dict[str, Any]

INSTITUTION = Institution()
ADMITTED_AT = datetime(2026, 1, 1, tzinfo=UTC)


@cache
def plan() -> LoadedPlan:
    """The flagship plan as bundled."""
    return load("bank-contribution")


def logged(folder: Path, bank: Sequence[Json]) -> Log:
    """A new log that holds the bank, all of it admitted."""
    log = Log.create(folder, INSTITUTION, at=ADMITTED_AT)
    batch = admit([json.dumps(event).encode() for event in bank], INSTITUTION)
    assert not batch.problems, batch.problems
    with log.writer("tests") as writer:
        assert len(writer.append(batch, ADMITTED_AT).admitted) == len(bank)
    return log


def settled(log: Log, period: str, through: date | None = None, as_of: int | None = None) -> Json:
    """The statement, as `settle --json` prints it."""
    statement: Json = json.loads(
        to_json(settle(log, plan(), Period.parse(period), as_of=as_of, through=through).statement)
    )
    return statement


def folded(log: Log, period: str, through: date | None = None, as_of: int | None = None) -> Json:
    """What the live board would say of managers and of what nobody is credited with, all lines of the plan."""
    named = Period.parse(period)
    book = LiveFold(log, as_of).book
    scope = scope_of(log, plan(), named, through or named.last)
    evaluation = evaluate(scope, book, earlier_settlements(log, plan(), book))
    said = {"managers": manager_statements(evaluation, INSTITUTION.currency), "uncredited": uncredited(evaluation)}
    statement: Json = json.loads(msgspec.json.encode(said))
    return statement
