"""Showing: boards one after the other, each at a whole cut, none waiting for another or for the brokers."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, cast

import pytest

from engine.log import Log
from engine.stream.admitting import Admitted
from engine.stream.publishing import Outgoing
from engine.stream.sending import Sender
from engine.stream.showing import Showing, ShowingPace
from replay.live import LiveFold
from schemas.period import Period
from schemas.vector import Vector
from tests.engine.stream.made import admitted, fee
from tests.replay.made import plan

AT_ONCE = ShowingPace(boards_ms_least=0, credits_ms_least=0, pause=0, pause_behind=0)
WAIT_SECONDS = 20
WINDOWS = 4


class Out:
    """Stands in for a sender: the brokers answer when they are told to."""

    def __init__(self, *, answering: bool = True) -> None:
        self.told: list[Outgoing] = []
        self.when_told: Callable[[], Awaitable[None]] | None = None
        self.answering = asyncio.Event()
        if answering:
            self.answering.set()

    async def send(self, messages: Sequence[Outgoing]) -> None:
        """Take these, and wait for the answer."""
        self.told += messages
        if self.when_told is not None:
            await self.when_told()
        await self.answering.wait()

    @property
    def wholes(self) -> list[Any]:
        """What was told of boards as a whole."""
        return [json.loads(one.value or b"") for one in self.told if (one.key or b"").count(b"/") == 1]


def showing(fold: LiveFold, out: Out, pace: ShowingPace = AT_ONCE) -> tuple[Showing, asyncio.Lock, asyncio.Event]:
    """What shows the fold's boards and credits, with the lock of its state and the event of having read all."""
    state, abreast, sender = asyncio.Lock(), asyncio.Event(), cast(Sender, out)
    return Showing(fold, [plan()], "CNY", state, abreast, pace, (sender, sender), {}, {}), state, abreast


def batches(log: Log, count: int) -> list[Admitted]:
    return [admitted(log, *(fee(10 * nth + at) for at in range(3))) for nth in range(count)]


def take(fold: LiveFold, batch: Admitted) -> None:
    fold.take(batch.first, batch.content, batch.bodies, batch.label, batch.places)


def test_the_fold_moves_on_between_two_boards_and_each_is_that_of_its_position(log: Log) -> None:
    async def shown() -> list[Any]:
        fold, out = LiveFold(log), Out()
        first, *others = batches(log, 1 + WINDOWS)
        take(fold, first)
        showing_, state, _ = showing(fold, out)

        async def credit_when_told() -> None:
            async with state:
                take(fold, others.pop(0))

        out.when_told = credit_when_told
        await asyncio.wait_for(showing_.boards(), WAIT_SECONDS)
        return out.wholes

    wholes = asyncio.run(shown())
    assert len({whole["period"] for whole in wholes}) == len(wholes) == WINDOWS
    assert len({whole["position"] for whole in wholes}) > 1, "no board waits for the others"
    for whole in wholes:
        at_it = LiveFold(log, as_of=Vector.parse(whole["position"])).board(plan(), Period.parse(whole["period"]))
        assert at_it.digest == whole["digest"]


def test_a_board_is_made_while_those_before_it_are_on_their_way(log: Log) -> None:
    async def shown() -> None:
        fold, out = LiveFold(log), Out(answering=False)
        take(fold, *batches(log, 1))
        round_ = asyncio.ensure_future(showing(fold, out)[0].boards())
        async with asyncio.timeout(WAIT_SECONDS):
            while len(out.wholes) < WINDOWS:
                await asyncio.sleep(0.01)
            assert not round_.done(), "the round ends when the brokers have all"
            out.answering.set()
            await round_

    asyncio.run(shown())


def test_the_next_round_tells_only_what_changed(log: Log) -> None:
    async def shown() -> tuple[int, int]:
        fold, out = LiveFold(log), Out()
        one, two = batches(log, 2)
        showing_, _, _ = showing(fold, out)
        take(fold, one)
        await showing_.boards()
        await showing_.boards()
        before = len(out.wholes)
        take(fold, two)
        await showing_.boards()
        return before, len(out.wholes)

    assert asyncio.run(shown()) == (WINDOWS, 2 * WINDOWS)


@pytest.mark.parametrize("part", ["boards", "credits"])
def test_while_events_wait_to_be_read_the_pause_is_a_long_one(log: Log, part: str) -> None:
    async def shown() -> None:
        fold = LiveFold(log)
        take(fold, *batches(log, 1))
        pace = ShowingPace(boards_ms_least=0, credits_ms_least=0, pause=0, pause_behind=10**9)
        showing_, _, abreast = showing(fold, Out(), pace)
        round_ = asyncio.ensure_future(getattr(showing_, part)())
        await asyncio.wait({round_}, timeout=0.5)
        assert not round_.done()
        abreast.set()
        await asyncio.wait_for(round_, WAIT_SECONDS)

    asyncio.run(shown())


def test_before_the_first_transaction_there_is_nothing_to_show(log: Log) -> None:
    async def shown() -> list[Outgoing]:
        out = Out()
        showing_, _, _ = showing(LiveFold(log), out)
        await showing_.boards()
        await showing_.credits()
        assert showing_.evaluated() == []
        return out.told

    assert asyncio.run(shown()) == []


def test_what_is_made_for_the_first_time_is_made_in_a_thread_and_later_in_the_loop(
    log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    threads: list[threading.Thread] = []
    changes, credits_ = Showing._changes, Showing._credits

    def noted(made: Callable[..., Any]) -> Callable[..., Any]:
        def noting(*given: Any) -> Any:
            threads.append(threading.current_thread())
            return made(*given)

        return noting

    monkeypatch.setattr(Showing, "_changes", noted(changes))
    monkeypatch.setattr(Showing, "_credits", noted(credits_))

    async def shown() -> None:
        fold, out = LiveFold(log), Out()
        showing_, _, abreast = showing(fold, out)
        abreast.set()
        for batch in batches(log, 2):
            take(fold, batch)
            await showing_.boards()
            await showing_.credits()

    asyncio.run(shown())
    here = [one is threading.main_thread() for one in threads]
    assert here == [False] * (WINDOWS + 1) + [True] * (WINDOWS + 1)
