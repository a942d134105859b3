"""Trying a plan: each of its cases in a log of its own, settled as every period is."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec

from engine.admission import admit
from engine.log import Log
from engine.plan.library import LoadedPlan, with_parameters
from replay.cases import Case, Question, disagreements, items_of, unfound
from replay.settle import Settlement, settle
from replay.wanting import wanting
from schemas.institution import Institution
from schemas.period import Period
from schemas.problems import Problem


@dataclass(frozen=True, slots=True)
class Tried:
    """A case, and what the plan says otherwise than it expects."""

    case: Case
    failures: list[str]


def tried(loaded: LoadedPlan, cases: list[Case], at: datetime) -> Iterator[Tried]:
    """Each case tried, its events admitted ``at`` that time."""
    with TemporaryDirectory(prefix="meritlog-") as folder:
        for nth, case in enumerate(cases):
            yield Tried(case, _failures(loaded, case, Path(folder) / str(nth), at))


def _failures(loaded: LoadedPlan, case: Case, path: Path, at: datetime) -> list[str]:
    log = Log.create(path, Institution(), at)
    failures = _admitted(log, case, at)
    loaded = with_parameters(loaded, case.parameters)
    for question in case.questions:
        period = Period.parse(question.settle)
        try:
            through = date.fromisoformat(question.through) if question.through is not None else None
            settlement = settle(log, loaded, period, as_of=question.as_of, through=through)
        except (Problem, ValueError) as problem:
            failures.append(f"{period.name}: {problem}")
            continue
        statement = msgspec.to_builtins(settlement.statement)
        said = disagreements(question, statement, items_of(loaded.plan, period.name)) + unfound(question, statement)
        said += _reasons(settlement, question, log.institution.currency)
        failures += [f"{period.name}: {one}" for one in said]
    return failures


def _reasons(settlement: Settlement, question: Question, currency: str) -> Iterator[str]:
    """Of each line that is not shown, though the case expects it, the figures that it waits for."""
    for result in settlement.statement.managers:
        expected = question.managers.get(result.manager_id) or {}
        lines = {line.id for line in result.lines}
        for name in settlement.evaluation.lines:
            if name in expected and name not in lines:
                names = ", ".join(wanting(settlement, result.manager_id, name, currency))
                yield f"{result.manager_id}: {name} has no value for want of: {names}"


def _admitted(log: Log, case: Case, at: datetime) -> list[str]:
    """Admit the case's events; what became of them otherwise than the case says."""
    found = admit([json.dumps(event).encode() for event in case.events], log.institution)
    with log.writer("meritlog plan test") as writer:
        appended = writer.append(found, at)
    reasons = [str(problem) for _, problem in found.problems]
    became = {
        "admitted": len(appended.admitted),
        "duplicate": len(appended.duplicates),
        "refused": len(found.problems) + len(appended.conflicts),
    }
    return [
        f"{outcome} events: {count} instead of {case.count(outcome)}. {' '.join(reasons)}".rstrip()
        for outcome, count in became.items()
        if count != case.count(outcome)
    ]
