"""Patience: how a worker that begins waits, for brokers that come up later or a lock, until somebody stops it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any, TypeVar

from schemas.problems import EnvironmentProblem

LOOK_SECONDS = 1
Answer = TypeVar("Answer")


class Stopped(Exception):
    """Somebody stopped the worker before it began to work."""


class Patience:
    """Waits until ``stopping`` is set; for brokers that do not answer, for so many ``seconds`` at most."""

    def __init__(self, seconds: int) -> None:
        self.stopping = asyncio.Event()
        self._seconds = seconds

    async def pause(self, seconds: float) -> None:
        """Wait a little.

        Raises:
            Stopped: the worker is to stop.
        """
        with suppress(TimeoutError):
            await asyncio.wait_for(self.stopping.wait(), seconds)
        if self.stopping.is_set():
            raise Stopped

    async def unless_stopped(self, asked: Coroutine[Any, Any, Answer]) -> Answer:
        """What is asked of the brokers.

        Raises:
            Stopped: the worker is to stop, and there is no answer yet.
        """
        asking, stopping = asyncio.ensure_future(asked), asyncio.ensure_future(self.stopping.wait())
        await asyncio.wait({asking, stopping}, return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        if asking.done():
            return asking.result()
        asking.cancel()
        await asyncio.wait({asking})
        raise Stopped

    async def answered(self, ask: Callable[[], Answer]) -> Answer:
        """What the brokers answer, once they do: they may come up after the worker.

        Raises:
            EnvironmentProblem: they have not in all that time.
            Stopped: the worker is to stop.
        """
        loop = asyncio.get_running_loop()
        until, told = loop.time() + self._seconds, ""
        while True:
            try:
                return await asyncio.to_thread(ask)
            except EnvironmentProblem as problem:
                if loop.time() >= until and not self.stopping.is_set():
                    raise
                if str(problem) != told:
                    told = str(problem)
                    logging.getLogger("meritlog").warning("%s Trying again.", told)
            await self.pause(LOOK_SECONDS)
