"""Threads and ends: work that cannot be broken off is waited for, and ends that may never come are not."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

Result = TypeVar("Result")


async def in_thread(work: Callable[[], Result]) -> Result:
    """What ``work`` gives, done in a thread.

    A thread cannot be broken off: who is cancelled here waits for its end all the same, so that whatever is held for
    its time (a lock, the log's writer) is held until then.
    """
    running = asyncio.ensure_future(asyncio.to_thread(work))
    cancelled = False
    while not running.done():
        try:
            await asyncio.wait({running})
        except asyncio.CancelledError:
            cancelled = True
    if cancelled:
        running.exception()
        raise asyncio.CancelledError
    return running.result()


async def given_time(ending: Coroutine[Any, Any, None], seconds: int) -> None:
    """Let ``ending`` come, for no longer than so many seconds.

    Clients that are stopped while no broker answers fail, break off their caller, or do not return: whatever becomes
    of them, the caller goes on.
    """
    done, _ = await asyncio.wait({asyncio.ensure_future(ending)}, timeout=seconds)
    for one in done:
        if not one.cancelled():
            one.exception()
