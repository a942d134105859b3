"""What is asked of the log itself rather than of the live fold: explanations, and how things stood at a position.

It takes a database or a fold of its own, so it is done in a worker thread, one at a time; the last settlement is kept,
since who opens one line of a manager opens the next.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from engine.log import AsOf, Log
from meritlog.web.channel import Subject, View
from replay.live import LiveFold
from schemas.statement import Explanation

if TYPE_CHECKING:
    from replay.settle import Settlement

Result = TypeVar("Result")


@dataclass(slots=True)
class Past:
    """The log at ``path``, read as of a position or a time."""

    path: Path
    _one_at_a_time: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(1))
    _last: tuple[object, Settlement] | None = None

    async def view(self, subject: Subject, moment: Callable[[Log], AsOf]) -> View:
        """The board as of a moment.

        Raises:
            Problem: the log has no such position.
        """

        def made() -> View:
            log = Log.open(self.path)
            return View(LiveFold(log, moment(log)).standing(subject.loaded, subject.period, subject.through))

        return await self._done(made)

    async def explanation(
        self, subject: Subject, moment: Callable[[Log], AsOf], manager: str, line: str | None, limit: int | None
    ) -> Explanation:
        """How a manager's line, or all of them, came about.

        Raises:
            Problem: there is no such manager or line, or the log has no such position.
        """

        def made() -> Explanation:
            from replay.explain import explain

            log = Log.open(self.path)
            settlement = self._settled(log, subject, moment(log))
            return explain(settlement, log.institution.currency, manager, line, limit)

        return await self._done(made)

    async def report(self, ask: Callable[[Log], Result]) -> Result:
        """What a question of the log answers.

        Raises:
            Problem: the question is malformed, or the log knows nothing of what it names.
        """
        return await self._done(lambda: ask(Log.open(self.path)))

    async def _done(self, made: Callable[[], Result]) -> Result:
        async with self._one_at_a_time:
            return await asyncio.to_thread(made)

    def _settled(self, log: Log, subject: Subject, as_of: AsOf) -> Settlement:
        from replay.settle import settle

        key = (log.identity, subject.loaded.digest, subject.period.name, subject.through, log.snapshot(as_of).label)
        if self._last is None or self._last[0] != key:
            self._last = None  # of two there is no room for the first
            through = subject.through
            self._last = key, settle(log, subject.loaded, subject.period, as_of=as_of, through=through, unbegun=True)
        return self._last[1]
