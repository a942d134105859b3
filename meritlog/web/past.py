"""What is asked of the log itself rather than of the live fold: explanations, and how things stood at a position.

It takes a database or a fold of its own, so it is done in a worker thread, one at a time; the last settlement is kept,
since who opens one line of a manager opens the next.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from engine.log import AsOf, Log
from engine.plan.library import LoadedPlan
from meritlog.web.channel import Subject, View
from meritlog.web.refusals import Unknown
from replay.live import LiveFold
from schemas.problems import Problem
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

    async def closed(
        self, settlement_id: str, plans: Iterable[LoadedPlan], ask: Callable[[Settlement, Log], Result]
    ) -> Result:
        """What is asked of a closed settlement, made again by the plan as it was worded: one of ``plans``, or kept.

        Raises:
            Unknown: the log has no such settlement.
            Problem: no plan at hand is worded as it says, or its position is none of this log.
        """

        def made() -> Result:
            from replay.closings import closing_of

            log = Log.open(self.path)
            try:
                closing = closing_of(log, settlement_id)
            except Problem as problem:
                raise Unknown(problem.what, remedy=problem.remedy) from None
            plan = closing.fact.event.data.plan
            loaded = closing.worded(log, next((one for one in plans if one.plan.plan == plan), None))
            key = log.identity, closing.fact.position, loaded.digest
            return ask(self._kept(key, lambda: closing.again(log, loaded)), log)

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
        return self._kept(
            key,
            lambda: settle(log, subject.loaded, subject.period, as_of=as_of, through=subject.through, unbegun=True),
        )

    def _kept(self, key: object, made: Callable[[], Settlement]) -> Settlement:
        if self._last is None or self._last[0] != key:
            self._last = None  # of two there is no room for the first
            self._last = key, made()
        return self._last[1]
