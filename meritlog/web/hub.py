"""The hub: one thread that follows the log with the live fold, and hands over boards as finished documents.

The fold is touched by nobody else. Requests are put to the thread and answered between two steps of folding; boards
that are followed are made anew whenever the log has moved. Whatever goes wrong is said in ``state`` and tried again:
the thread ends only when it is told to.
"""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from queue import Empty, SimpleQueue

from engine.interpreter import SetApart
from engine.log import Log
from meritlog.web.channel import Channel, Subject, View
from meritlog.web.health import Status, finding, waiting
from meritlog.web.refusals import Full, Unavailable
from replay.changes import changes
from replay.live import WORTH_KEEPING, LiveFold
from schemas.problems import Problem
from schemas.statement import Finding

POLL_SECONDS = 0.05
ABSENT_SECONDS = 0.25
RETRY_SECONDS = (1.0, 30.0)
STEP_EVENTS = 10_000
"""So many events are folded in a fraction of a second: that long a request waits at most while the fold catches up."""
VIEWS_MAX = 32
CHANNELS_MAX = 64
IDLE_SECONDS = 300.0
"""So long a board is kept up to date for followers who may come back."""

_log = logging.getLogger("meritlog.serve")


@dataclass(frozen=True, slots=True)
class State:
    """Where the hub stands: replaced as a whole, so that any thread may read it."""

    status: Status = Status.STARTING
    position: int | str | None = None
    events: int = 0
    head: int = 0
    behind_since: datetime | None = None
    """When the first event that is not folded yet was admitted."""
    days: tuple[date, date] | None = None
    findings: tuple[Finding, ...] = ()
    fold_seconds: float = 0.0
    board_seconds: float = 0.0
    boards_made: int = 0


class _Stopped(Exception):
    """The hub was told to end while it read the log."""


@dataclass(slots=True)
class _Wanted:
    subject: Subject
    answer: Future[View] = field(default_factory=Future)


class Hub:
    """The follower of one log. ``start`` and all that concerns channels belong to the event loop."""

    def __init__(self, path: Path, monotonic: Callable[[], float] = time.monotonic) -> None:
        self.path = path
        self.state = State()
        self.channels: dict[tuple[str, str, str], Channel] = {}
        self._clock = monotonic
        self._wanted: SimpleQueue[_Wanted] = SimpleQueue()
        self._wake = threading.Event()
        self._ending = False
        self._views: OrderedDict[tuple[str, str, str], View] = OrderedDict()
        self._thread = threading.Thread(target=self._run, name="meritlog hub", daemon=True)
        self._loop: asyncio.AbstractEventLoop | None = None
        self.on_state: Callable[[], None] = lambda: None
        """Called in the event loop after ``state`` has changed its status or findings."""
        self.on_broken: Callable[[Channel, Finding], None] = lambda *_: None
        """Called in the event loop where a board that is followed cannot be made."""

    # -- in the event loop ---------------------------------------------------------------------------------------

    def start(self) -> None:
        """Begin to follow the log."""
        self._loop = asyncio.get_running_loop()
        self._thread.start()

    async def stop(self) -> None:
        """End all streams and the thread; what was folded is kept beside the log where that is worth while."""
        self.end_streams()
        self._ending = True
        self._wake.set()
        await asyncio.to_thread(self._thread.join)

    def end_streams(self) -> None:
        """End the streams of all followers."""
        for channel in self.channels.values():
            channel.close()

    async def view(self, subject: Subject) -> View:
        """The board now: with everything that the log held when it was asked for, unless the fold is behind.

        Raises:
            Unavailable: the log is not there yet, is being read for the first time, or is damaged.
        """
        if self.state.status is not Status.OK:
            raise Unavailable(
                " ".join(found.text["en"] for found in self.state.findings) or "The log is being read.",
                remedy="Ask again in a moment; GET /health says how it goes.",
            )
        wanted = _Wanted(subject)
        self._wanted.put(wanted)
        self._wake.set()
        return await asyncio.wrap_future(wanted.answer)

    def channel(self, subject: Subject) -> Channel:
        """The channel of a board, from now on kept up to date.

        Raises:
            Full: too many boards are followed.
        """
        self._forget_idle()
        found = self.channels.get(subject.name)
        if found is None:
            if len(self.channels) >= CHANNELS_MAX:
                raise Full(
                    f"{CHANNELS_MAX} boards are followed already.", remedy="Follow one of them, or end another stream."
                )
            found = self.channels[subject.name] = Channel(subject)
            self._wake.set()
        return found

    def _forget_idle(self) -> None:
        now = self._clock()
        for name, channel in list(self.channels.items()):
            if not channel.followers and channel.idle_since is not None and now - channel.idle_since > IDLE_SECONDS:
                del self.channels[name]

    # -- in the thread -------------------------------------------------------------------------------------------

    def _run(self) -> None:
        pause = RETRY_SECONDS[0]
        while not self._ending:
            begun = self._clock()
            try:
                self._follow()
            except _Stopped:
                break
            except Exception as failure:
                self._failed(failure)
            if self._clock() - begun > RETRY_SECONDS[1]:
                pause = RETRY_SECONDS[0]
            self._refuse_waiting()
            self._wake.wait(pause)
            self._wake.clear()
            pause = min(2 * pause, RETRY_SECONDS[1])
        self._refuse_waiting()

    def _failed(self, failure: Exception) -> None:
        if not isinstance(failure, Problem):
            _log.exception("The log cannot be followed")
        self._views.clear()
        self._set(status=Status.FAILING, findings=(finding(str(self.path), failure),))

    def _follow(self) -> None:
        fold, apart = self._opened(), SetApart()
        try:
            while not self._ending:
                begun = time.perf_counter()
                moved = fold.follow(STEP_EVENTS)
                if moved:
                    self._set(fold_seconds=self.state.fold_seconds + time.perf_counter() - begun)
                apart.of(fold.position)
                self._stands(fold)
                self._answer(fold)
                self._refresh(fold)
                if not moved:
                    self._wake.wait(POLL_SECONDS)
                    self._wake.clear()
        finally:
            fold.keep(unless_fewer=WORTH_KEEPING)

    def _opened(self) -> LiveFold:
        """The fold of the log as it stands, once there is one."""
        while not (self.path / "log.json").exists():
            if (self.path / "partition-0").exists():
                break  # a log that lost its first record: damaged, and opening it says so
            self._wait_for(f"There is no log in {self.path} yet.", f"{self.path} 中尚无日志。")
            self._wake.wait(ABSENT_SECONDS)
            self._wake.clear()
            if self._ending:
                raise _Stopped
        log = Log.open(self.path)
        head = log.position
        self._wait_for(f"The log is being read: {head} events.", f"正在读取日志：共 {head} 个事件。")
        begun = time.perf_counter()

        def progress(events: int) -> None:
            if self._ending:
                raise _Stopped
            self._set(events=events, head=head)

        fold = LiveFold(log, progress=progress)
        fold.keep(unless_fewer=WORTH_KEEPING)
        self._views.clear()
        for channel in list(self.channels.values()):
            channel.handed = None
        self._set(fold_seconds=self.state.fold_seconds + time.perf_counter() - begun)
        return fold

    def _wait_for(self, english: str, chinese: str) -> None:
        found = (waiting(str(self.path), english, chinese),)
        if self.state.findings != found or self.state.status is not Status.STARTING:
            self._set(status=Status.STARTING, findings=found)

    def _stands(self, fold: LiveFold) -> None:
        """Say where the fold stands, if that is not what was said last."""
        known = self.state
        if (known.events, known.head, known.status) == (fold.position, fold.head, Status.OK):
            return
        behind = (
            fold.log.snapshot(fold.position + 1).admitted_at(fold.position + 1) if fold.head > fold.position else None
        )
        self._set(
            status=Status.OK,
            findings=tuple(fold.findings),
            position=fold.label,
            events=fold.position,
            head=fold.head,
            behind_since=behind,
            days=fold.book.transaction_days(),
        )

    def _set(self, **what: object) -> None:
        before, self.state = self.state, replace(self.state, **what)  # type: ignore[arg-type] # fields of State
        if (before.status, before.findings) != (self.state.status, self.state.findings):
            self._in_loop(self.on_state)

    def _in_loop(self, what: Callable[..., None], *arguments: object) -> None:
        assert self._loop is not None
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(what, *arguments)

    def _answer(self, fold: LiveFold) -> None:
        while True:
            try:
                wanted = self._wanted.get_nowait()
            except Empty:
                return
            if not wanted.answer.set_running_or_notify_cancel():
                continue
            try:
                wanted.answer.set_result(self._view(fold, wanted.subject))
            except Exception as failure:
                wanted.answer.set_exception(failure)

    def _refuse_waiting(self) -> None:
        while not self._wanted.empty():
            answer = self._wanted.get_nowait().answer
            if answer.set_running_or_notify_cancel():
                answer.set_exception(Unavailable("The log cannot be followed now.", remedy="GET /health says why."))

    def _view(self, fold: LiveFold, subject: Subject) -> View:
        """The board at the fold's position, made once for all who ask."""
        known = self._views.get(subject.name)
        if known is None or known.board.position != fold.label:
            begun = time.perf_counter()
            known = View(fold.standing(subject.loaded, subject.period, subject.through))
            known.document  # noqa: B018 # made here, where nobody waits for the loop
            spent = self.state.board_seconds + time.perf_counter() - begun
            self._set(board_seconds=spent, boards_made=self.state.boards_made + 1)
            self._views[subject.name] = known
            while len(self._views) > VIEWS_MAX:
                self._views.popitem(last=False)
        self._views.move_to_end(subject.name)
        return known

    def _refresh(self, fold: LiveFold) -> None:
        """Hand the boards that are followed to their channels, where they have changed."""
        for channel in list(self.channels.values()):
            if self._ending:
                return
            before = channel.handed
            if before is not None and before.board.position == fold.label:
                continue
            try:
                view = self._view(fold, channel.subject)
            except Exception as failure:
                _log.exception("The board %s cannot be made", channel.subject.name)
                self._in_loop(self.on_broken, channel, finding("/".join(channel.subject.name), failure))
                continue
            channel.handed = view
            self._in_loop(channel.show, view, None if before is None else changes(before.board, view.board))
