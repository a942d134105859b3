"""What a thread has begun is waited for; an end that does not come is not."""

from __future__ import annotations

import asyncio
import threading
import time

import pytest

from engine.stream.waiting import given_time, in_thread


def test_the_loop_goes_on_beside_a_thread() -> None:
    async def run() -> tuple[int, bool]:
        running = asyncio.ensure_future(in_thread(lambda: (time.sleep(0.05), 7)[1]))
        await asyncio.sleep(0.01)
        went_on = not running.done()
        return await running, went_on

    assert asyncio.run(run()) == (7, True)


def test_what_fails_in_a_thread_fails_here() -> None:
    def fail() -> None:
        raise ZeroDivisionError("in the thread")

    with pytest.raises(ZeroDivisionError, match="in the thread"):
        asyncio.run(in_thread(fail))


def test_who_is_cancelled_still_holds_what_he_holds_until_the_thread_ends() -> None:
    may_end, ended = threading.Event(), threading.Event()

    def work() -> None:
        may_end.wait(10)
        ended.set()

    async def run() -> list[bool]:
        lock, seen = asyncio.Lock(), list[bool]()

        async def hold() -> None:
            async with lock:
                await in_thread(work)

        holder = asyncio.ensure_future(hold())
        for _ in range(3):
            await asyncio.sleep(0.01)
            holder.cancel()
        await asyncio.sleep(0.01)
        seen += [lock.locked(), holder.done()]
        may_end.set()
        with pytest.raises(asyncio.CancelledError):
            await holder
        return [*seen, lock.locked(), ended.is_set()]

    assert asyncio.run(run()) == [True, False, False, True]


def test_an_end_that_fails_breaks_off_or_does_not_come_stops_nobody() -> None:
    async def fails() -> None:
        raise OSError("nobody answers")

    async def breaks_off() -> None:
        raise asyncio.CancelledError

    async def comes_late() -> None:
        await asyncio.sleep(3600)

    async def run() -> str:
        for ending in (fails(), breaks_off(), comes_late()):
            await given_time(ending, 0)
            await asyncio.sleep(0)
        return "went on"

    assert asyncio.run(run()) == "went on"
