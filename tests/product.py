"""The product in this process: a bank in a log on disk, settled by the flagship plan that is read once.

`settled` goes the way of `settle` (projections), `folded` that of the live board (fold), which is some times faster.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import msgspec

from engine.admission import admit
from engine.log import Log
from engine.plan.copy import copied
from engine.plan.evaluate import evaluate
from engine.plan.library import LoadedPlan, load
from engine.plan.printing import manager_statements, uncredited
from replay.live import LiveFold
from replay.scope import scope_of
from replay.settle import earlier_settlements, settle
from schemas.business_year import BusinessYear
from schemas.institution import Institution
from schemas.period import Period
from schemas.statement import to_json

Json = dict[str, Any]

INSTITUTION = Institution()
ADMITTED_AT = datetime(2026, 1, 1, tzinfo=UTC)


@cache
def plan(year_begins: str = "01-01") -> LoadedPlan:
    """The flagship plan as bundled, or a copy of it whose year begins on another day."""
    if year_begins == "01-01":
        return load("bank-contribution")
    with TemporaryDirectory() as folder:
        file = Path(folder) / "our-plan.yaml"
        file.write_text(copied("our-plan", "bank-contribution", BusinessYear.parse(year_begins)), encoding="utf-8")
        return load(str(file))


def logged(folder: Path, bank: Sequence[Json]) -> Log:
    """A new log that holds the bank, all of it admitted."""
    log = Log.create(folder, INSTITUTION, at=ADMITTED_AT)
    batch = admit([json.dumps(event).encode() for event in bank], INSTITUTION)
    assert not batch.problems, batch.problems
    with log.writer("tests") as writer:
        assert len(writer.append(batch, ADMITTED_AT).admitted) == len(bank)
    return log


def settled(
    log: Log, period: str, through: date | None = None, as_of: int | None = None, loaded: LoadedPlan | None = None
) -> Json:
    """The statement, as `settle --json` prints it."""
    made = settle(log, loaded or plan(), Period.parse(period), as_of=as_of, through=through)
    statement: Json = json.loads(to_json(made.statement))
    return statement


def folded(
    log: Log, period: str, through: date | None = None, as_of: int | None = None, loaded: LoadedPlan | None = None
) -> Json:
    """What the live board would say of managers and of what nobody is credited with, all lines of the plan."""
    named, by = Period.parse(period), loaded or plan()
    book = LiveFold(log, as_of).book
    scope = scope_of(log, by, named, through or named.last)
    evaluation = evaluate(scope, book, earlier_settlements(log, by, book))
    said = {"managers": manager_statements(evaluation, INSTITUTION.currency), "uncredited": uncredited(evaluation)}
    statement: Json = json.loads(msgspec.json.encode(said))
    return statement
