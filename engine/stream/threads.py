"""Threads: long pure work beside the event loop, which goes on with what else there is."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeVar

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
