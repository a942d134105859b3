"""A channel: one board as it changes, for any number of followers, each at a pace of its own.

A follower has no queue. It holds the id of the board that it was last told of, and takes what makes the latest board of
that one: changes where the channel remembers them, else the whole board. Who is slow skips boards and misses nothing.
Everything here happens in the event loop.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from engine.plan.library import LoadedPlan
from meritlog.web.message import PULSE, Message
from replay.board import Standing
from replay.changes import merged
from schemas.period import Period
from schemas.statement import Board, BoardChanges, ManagerStatement, to_json

REMEMBERED_STEPS = 256
REMEMBERED_ROWS = 50_000
DIGEST_DIGITS = 16


@dataclass(frozen=True, slots=True)
class Subject:
    """Which board: a plan's, of a period, its days up to and including ``through`` (None: the log's last day)."""

    loaded: LoadedPlan
    period: Period
    through: date | None

    @property
    def name(self) -> tuple[str, str, str]:
        """What tells it from the others."""
        return self.loaded.plan.plan, self.period.name, "" if self.through is None else self.through.isoformat()


class View:
    """A board at one position, ready to be told."""

    def __init__(self, standing: Standing) -> None:
        self.board: Board = standing.board
        self._standing = standing

    @cached_property
    def document(self) -> bytes:
        """The document that ``meritlog board --json`` prints."""
        return to_json(self.board)

    @cached_property
    def statements(self) -> dict[str, ManagerStatement]:
        """Every manager's lines."""
        return {one.manager_id: one for one in self._standing.statements}

    @property
    def id(self) -> str:
        """What names this state of the board: its position and the beginning of its digest."""
        digest = str(self.board.digest).removeprefix("sha256:")
        return f"{self.board.position}@{digest[:DIGEST_DIGITS]}"


@dataclass(frozen=True, slots=True)
class _Step:
    before: str
    after: str
    told: BoardChanges


class Channel:
    """One board's latest view, the steps that led to it, and who follows."""

    def __init__(self, subject: Subject) -> None:
        self.subject = subject
        self.view: View | None = None
        self.handed: View | None = None
        """What the hub's thread, to which this belongs, has handed over last."""
        self.status: Message | None = None
        self.well = True
        self.closed = False
        self.followers = 0
        self.idle_since: float | None = None
        """When the last follower left, by the loop's clock."""
        self._steps: deque[_Step] = deque()
        self._rows = 0
        self._made: dict[str | None, Message] = {}
        """What tells of the latest board, by the id of the board that is known; for other boards that of None."""
        self._news = asyncio.Event()

    def show(self, view: View, changes: BoardChanges | None) -> None:
        """Take the next view; ``changes`` are those from the view before, where there are any."""
        before, self.view = self.view, view
        if before is None or changes is None:
            self._steps.clear()
            self._rows = 0
        elif before.id != view.id:
            self._steps.append(_Step(before.id, view.id, changes))
            self._rows += len(changes.rows)
            while len(self._steps) > REMEMBERED_STEPS or self._rows > REMEMBERED_ROWS:
                self._rows -= len(self._steps.popleft().told.rows)
        self._made = {None: Message("board", view.document, view.id)}
        self._tell()

    def say(self, status: bytes, *, well: bool) -> None:
        """Take the server's state. That all is ``well`` is told to those only who were told that it was not."""
        self.status, self.well = Message("status", status), well
        self._tell()

    def close(self) -> None:
        """End all followers' streams."""
        self.closed = True
        self._tell()

    def _tell(self) -> None:
        self._news.set()
        self._news = asyncio.Event()

    async def follow(self, last_id: str | None, pulse: float) -> AsyncIterator[Message]:
        """What a follower is told who knows the board of ``last_id``; at least one message in ``pulse`` seconds."""
        known, well = last_id, True
        status: Message | None = None
        while not self.closed:
            news = self._news
            if self.status is not None and self.status != status and not (self.well and well):
                status, well = self.status, self.well
                yield status
            elif self.view is not None and self.view.id != known:
                message = self._since(known, self.view)
                known = message.id
                yield message
            else:
                try:
                    await asyncio.wait_for(news.wait(), pulse)
                except TimeoutError:
                    yield PULSE

    def _since(self, known: str | None, view: View) -> Message:
        """What makes the latest board of the one known: the same message for all who know the same."""
        found = self._made.get(known)
        if found is None:
            steps = self._steps_from(known)
            if not steps:
                return self._made[None]
            found = self._made[known] = Message("changes", to_json(merged(steps)), view.id)
        return found

    def _steps_from(self, known: str | None) -> list[BoardChanges]:
        """The steps from the board known to the latest, if they are remembered."""
        steps: list[BoardChanges] = []
        for step in reversed(self._steps):
            steps.append(step.told)
            if step.before == known:
                return steps[::-1]
        return []
