"""Every bundled plan that pays makes good what it learns of a closed settlement, shown on the cases of that plan."""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from engine.admission import admit
from engine.log import Log
from engine.plan.library import LoadedPlan, bundled, load
from replay.cases import Case, cases_of
from replay.close import close
from replay.settle import Settlement, settle
from schemas.institution import Institution
from schemas.lines import ROUNDED
from schemas.measures import CorrectionsDocument
from schemas.period import ONE_DAY, Cycle, Period

AT = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
PAYING = [name for name in bundled() if any(line.kind in ROUNDED for line in load(name).plan.lines)]


def corrected(loaded: LoadedPlan) -> list[str]:
    """The lines that the plan makes good."""
    documents = loaded.plan.measures.values()
    return [line for one in documents if isinstance(one, CorrectionsDocument) for line in one.lines]


def after(loaded: LoadedPlan, period: Period) -> Period:
    """The next period of the same cycle."""
    return loaded.plan.year.around(period.last + ONE_DAY, period.cycle)


def amounts(settlement: Settlement, names: list[str], sign: int = 1) -> Counter[str]:
    """What these lines come to, by manager."""
    found: Counter[str] = Counter()
    for one in settlement.statement.managers:
        for line in one.lines:
            if line.id in names:
                found[one.manager_id] += sign * int(Decimal(line.value) * 100)
    return found


def learnt_late(loaded: LoadedPlan, case: Case, known: int, path: Path) -> tuple[Counter[str], Counter[str]] | None:
    """What a case's events but the first ``known`` change in a period closed without them, and what is made good.

    None where the case is of a period that pays nothing, or of other parameters.
    """
    period = loaded.plan.year.own(Period.parse(case.questions[0].settle))
    lines = [line.id for line in loaded.plan.lines if line.id in corrected(loaded) and period.cycle in line.cycles]
    if not lines or period.cycle is Cycle.RANGE or case.parameters:
        return None
    log = Log.create(path, Institution(), AT)
    events = [json.dumps(event).encode() for event in case.events]
    with log.writer("test") as writer:
        writer.append(admit(events[:known], log.institution), AT)
    before = close(log, loaded, period, at=AT, holder="test").settlement
    with log.writer("test") as writer:
        writer.append(admit(events[known:], log.institution), AT)
    change = amounts(settle(log, loaded, period), lines)
    change.update(amounts(before, lines, -1))
    return change, amounts(settle(log, loaded, after(loaded, period)), ["adjustments"])


def pays(loaded: LoadedPlan, case: Case) -> bool:
    """Whether a case expects pay of somebody."""
    paying = {line.id for line in loaded.plan.lines if line.kind in ROUNDED}
    expected = case.questions[0].managers.values()
    return any(name in paying and Decimal(str(value)) for one in expected for name, value in (one or {}).items())


@pytest.mark.parametrize("plan", PAYING)
def test_what_is_learnt_late_is_made_good_by_the_next_settlement(plan: str, tmp_path: Path) -> None:
    loaded = load(plan)
    for nth, case in enumerate(case for case in cases_of(plan) if pays(loaded, case)):
        for known in sorted({len(case.events) - 1, len(case.events) // 2, 0}, reverse=True):
            learnt = learnt_late(loaded, case, known, tmp_path / f"{nth}-{known}")
            if learnt is None:
                break
            change, adjusted = learnt
            assert (+adjusted, -adjusted) == (+change, -change)
            if any(change.values()):
                return
    pytest.fail("no case of this plan shows anything")
