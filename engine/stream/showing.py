"""Showing: the boards of the running windows and the measures behind them, from the fold to their topics.

Each board is made at a cut of its own while the fold stands still, and is on its way to the brokers while the next one
is made: no board waits for the others, and no batch for more than one board. The measures of the managers follow at a
slower pace, for nobody watches them.

What is made for the first time may take seconds, and is made in a thread. What is made again is made in the event loop
itself, where admission is, too: a thread would wait for its turn of the interpreter as long as making it takes.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Protocol, TypeVar

from engine.book import Book
from engine.plan.library import LoadedPlan
from engine.stream.publishing import BoardFeed, CreditFeed, Outgoing, Windows
from engine.stream.sending import Sender
from engine.stream.waiting import in_thread
from engine.stream.windows import RollingMeasures, running
from schemas.period import Period
from schemas.statement import Board, BoardRow

CREDITS = "credits"
Made = TypeVar("Made")


class Shown(Protocol):
    """The fold and its boards, as far as they are shown (``replay.live.LiveFold``)."""

    @property
    def label(self) -> int | str:
        """The fold's position as documents print it."""

    @property
    def book(self) -> Book:
        """The fold's answers."""

    def board(self, loaded: LoadedPlan, period: Period, through: date | None = None) -> Board:
        """The board of a plan's period at the fold's position."""


@dataclass(frozen=True, slots=True)
class ShowingPace:
    """How often boards and measures are shown.

    After a round comes a pause of so many hundredths of the time that it took to be made, what was done with events
    meanwhile included, so that it is the longer the more there is to do; and at least the least. While events wait to
    be read it grows up to the longer one, of making and sending.
    """

    boards_ms_least: int = 30
    credits_ms_least: int = 1000
    pause: int = 150
    pause_behind: int = 1900


class Showing:
    """What is shown of one fold, which whoever holds ``state`` may move or read."""

    def __init__(
        self,
        live: Shown,
        plans: Sequence[LoadedPlan],
        currency: str,
        state: asyncio.Lock,
        abreast: asyncio.Event,
        pace: ShowingPace,
        senders: tuple[Sender, Sender],
        shown: Mapping[str, Mapping[str, BoardRow]],
        credited: Mapping[str, Windows],
    ) -> None:
        """What is shown of ``live`` by the ``senders`` of boards and credits; ``shown`` and ``credited`` they have.

        ``abreast`` is set while hardly anything waits to be read.
        """
        self._live, self._plans, self._currency = live, plans, currency
        self._state, self._abreast, self._pace = state, abreast, pace
        self._boards_out, self._credits_out = senders
        self._feeds = {board: BoardFeed(rows) for board, rows in shown.items()}
        self._credit_feed = CreditFeed(credited)
        self._rolling = RollingMeasures()
        self._made: set[str] = set()
        """What was made before."""

    async def boards(self) -> None:
        """Show the boards of all running windows, and pause."""
        round_ = _Round()
        async with self._state:
            windows = self._windows()
        for loaded, period in windows:
            async with self._state:
                told = await self._make(_name(loaded, period), partial(self._changes, loaded, period))
            round_.send(self._boards_out, told)
        await self._pause(round_, self._pace.boards_ms_least)

    async def credits(self) -> None:
        """Show the measures of all managers in the running windows, and pause."""
        round_ = _Round()
        async with self._state:
            told = await self._make(CREDITS, self._credits)
        round_.send(self._credits_out, told)
        await self._pause(round_, self._pace.credits_ms_least)

    def evaluated(self) -> list[Board]:
        """The boards of all running windows at one cut, for whoever holds the state."""
        return [self._live.board(loaded, period) for loaded, period in self._windows()]

    def _windows(self) -> list[tuple[LoadedPlan, Period]]:
        days = self._live.book.transaction_days()
        return running(self._plans, days[1]) if days is not None else []

    async def _make(self, name: str, work: Callable[[], Made]) -> Made:
        """What ``work`` gives, which makes what has this name."""
        return work() if name in self._made else await in_thread(work)

    def _changes(self, loaded: LoadedPlan, period: Period) -> list[Outgoing]:
        board, name = self._live.board(loaded, period), _name(loaded, period)
        self._made.add(name)
        return list(self._feeds.setdefault(name, BoardFeed()).changes(board))

    def _credits(self) -> list[Outgoing]:
        days = self._live.book.transaction_days()
        if days is None:
            return []
        measures = self._rolling.of(self._live.book, self._windows(), days[1], self._currency)
        self._made.add(CREDITS)
        return list(self._credit_feed.changes(measures, days[1].isoformat(), self._live.label))

    async def _pause(self, round_: _Round, least: int) -> None:
        pause = max(least / 1000, self._pace.pause * round_.so_far / 100)
        took = (await asyncio.gather(round_.sent(), asyncio.sleep(pause)))[0]
        with suppress(TimeoutError):
            longer = (self._pace.pause_behind - self._pace.pause) * took / 100
            await asyncio.wait_for(self._abreast.wait(), longer)


def _name(loaded: LoadedPlan, period: Period) -> str:
    return f"{loaded.plan.plan}/{period}"


class _Round:
    """One round of showing: how long it takes, and what is still on its way."""

    def __init__(self) -> None:
        self._clock = asyncio.get_running_loop().time
        self._began = self._clock()
        self._sending: list[asyncio.Task[None]] = []

    @property
    def so_far(self) -> float:
        """The seconds that it has taken by now."""
        return self._clock() - self._began

    def send(self, sender: Sender, messages: Sequence[Outgoing]) -> None:
        """Send these while others are made."""
        self._sending.append(asyncio.ensure_future(sender.send(messages)))

    async def sent(self) -> float:
        """How many seconds it has taken when the brokers have all."""
        await asyncio.gather(*self._sending)
        return self.so_far
