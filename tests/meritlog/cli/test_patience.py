"""Patience: brokers that come up later are waited for, as long as was said, and no longer than the worker is wanted."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from meritlog.cli import patience
from meritlog.cli.patience import Patience, Stopped
from schemas.problems import EnvironmentProblem


@pytest.fixture(autouse=True)
def looking_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "LOOK_SECONDS", 0.01)


def away(times: int) -> Callable[[], str]:
    """Brokers that answer after so many looks in vain."""
    looks = iter(range(times + 1))

    def ask() -> str:
        if next(looks) < times:
            raise EnvironmentProblem("No broker answers.")
        return "here"

    return ask


def run(of: Callable[[Patience], Coroutine[Any, Any, Any]], seconds: int = 60) -> Any:
    async def within() -> Any:
        return await of(Patience(seconds))

    return asyncio.run(within())


def test_brokers_that_come_up_later_answer_and_it_is_said_once_that_they_do_not(
    caplog: pytest.LogCaptureFixture,
) -> None:
    assert run(lambda waiting: waiting.answered(away(3))) == "here"
    assert [record.message for record in caplog.records] == ["No broker answers. Trying again."]


def test_brokers_that_stay_away_are_a_problem_when_the_time_is_up() -> None:
    with pytest.raises(EnvironmentProblem, match="No broker answers"):
        run(lambda waiting: waiting.answered(away(9)), seconds=0)


def test_whoever_stops_the_worker_waits_for_nothing() -> None:
    async def stopped(waiting: Patience) -> None:
        asyncio.get_running_loop().call_later(0.02, waiting.stopping.set)
        await waiting.answered(away(10_000))

    async def asked(waiting: Patience) -> None:
        asyncio.get_running_loop().call_later(0.02, waiting.stopping.set)
        await waiting.unless_stopped(asyncio.sleep(60))

    for one in (stopped, asked):
        with pytest.raises(Stopped):
            run(one)
