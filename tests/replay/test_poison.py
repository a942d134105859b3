"""A settlement that breaks on an event stops and names it; it never goes on without it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import replay.settle
from engine.log import Log
from schemas.problems import EnvironmentProblem, Problem
from tests.breaking import POISON, Breaks, evaluate_breaking
from tests.projections.logs import event, log_of
from tests.replay.made import settled

EVENTS = 20


def log_with(folder: Path, poisoned: int, *more: dict[str, Any]) -> Log:
    """A log of fees of which the one at position ``poisoned`` is poison."""
    fee = event("fee.earned", "2025-02-03", customer_id="C-1", service="agency", amount="1.25")
    names = [f"{POISON}-7" if nth == poisoned else f"f-{nth}" for nth in range(1, EVENTS + 1)]
    return log_of(folder, [*({**fee, "id": name} for name in names), *more])


@pytest.fixture(autouse=True)
def poisonous(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replay.settle, "evaluate", evaluate_breaking)


@pytest.mark.parametrize("position", [1, 2, 13, EVENTS])
def test_the_event_is_named_wherever_it_stands(tmp_path: Path, position: int) -> None:
    log = log_with(tmp_path / "log", position)
    with pytest.raises(Problem) as raised:
        settled(log, "2025")
    assert str(raised.value).startswith(
        f"event poison-7: The settlement breaks on the event poison-7 of bank at position {position}: Breaks: a sum ("
    )
    assert "This is a defect of meritlog. Report it." in str(raised.value)
    assert settled(log, "2025", as_of=position - 1).statement.position == position - 1, "what was known before it"


def test_one_that_was_reversed_stops_nothing(tmp_path: Path) -> None:
    undone = event("event.reversed", event_id=f"{POISON}-7", event_source="bank", reason="poison")
    assert settled(log_with(tmp_path / "log", 5, undone), "2025").statement.position == EVENTS + 1


@pytest.mark.parametrize("failure", [Breaks("a plan"), EnvironmentProblem("The disk is full."), MemoryError()])
def test_what_is_no_fault_of_an_event_is_passed_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failure: Exception
) -> None:
    log = log_with(tmp_path / "log", 0)

    def fails(*_: object) -> object:
        raise failure

    monkeypatch.setattr(replay.settle, "evaluate", fails)
    with pytest.raises(type(failure)) as raised:
        settled(log, "2025")
    assert raised.value is failure
