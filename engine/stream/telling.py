"""Telling: the topics learn what was admitted and what was refused, and the brokers up to where they have learnt it.

What the topics lack when a worker begins is read from the log and told first, in the same order.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from engine.log import Log
from engine.stream.admitting import Admitted
from engine.stream.marks import spelled, untold
from engine.stream.publishing import log_messages, rejected_message
from engine.stream.sending import Sender
from engine.stream.topics import Topics
from schemas.vector import Vector

Marking = Callable[[Mapping[int, int], str], Awaitable[None]]
"""Notes with the offsets that the topics have been told of which log they know, and up to which position."""


class Telling:
    """What the topics of the log and of refused messages are told, in the order of the log."""

    def __init__(self, log: Log, topics: Topics, out: Mapping[str, Sender], told: Vector, mark: Marking) -> None:
        """Go on from ``told``, the position up to which the topics know the log; ``out`` has a sender a topic."""
        self._log = log
        self._events = topics.events
        self._log_out, self._rejected_out = out[topics.log], out[topics.rejected]
        self._told = told
        self._mark = mark

    async def tell(self, admitted: Admitted) -> None:
        """Let the topics know of a batch, and before it of all that they lack; then note that they do.

        Raises:
            EnvironmentProblem: the brokers never take one of the messages, because of its size.
        """
        await self._rejected_out.send([rejected_message(one, self._events) for one in admitted.refused])
        for before, earlier in untold(self._log, self._told, admitted.first - 1):
            await self._send(before, earlier)
        await self._send(self._told, admitted)
        await self._mark(admitted.offsets, spelled(self._log.identity, admitted.label))

    async def _send(self, before: Vector, admitted: Admitted) -> None:
        await self._log_out.send(log_messages(admitted, self._log.identity, before))
        self._told = before.after(admitted.places)
