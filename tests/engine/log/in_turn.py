"""The sealing thread, but in an order that a test can tell: what it is given is done when it is asked for."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from concurrent.futures import Executor, Future
from typing import Any


class InTurn(Executor):
    """Does its work, one piece after the other, when a piece is waited for, or was asked about ``lag`` times before.

    With no lag at all it is done at once.
    """

    def __init__(self, lag: int) -> None:
        self.lag = lag
        self._waiting: deque[tuple[_Piece, Callable[[], Any]]] = deque()

    def submit(self, work: Callable[..., Any], /, *_: Any, **__: Any) -> Future[Any]:
        piece = _Piece(self)
        self._waiting.append((piece, work))
        if not self.lag:
            self.do(piece)
        return piece

    def do(self, until: _Piece) -> None:
        """Do what waits up to this piece."""
        while not Future.done(until) and self._waiting:
            piece, work = self._waiting.popleft()
            try:
                piece.set_result(work())
            except BaseException as error:  # as a thread would
                piece.set_exception(error)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        assert (wait, cancel_futures) == (True, True), "a thread would live on, or code what nobody wants"
        self._waiting.clear()


class _Piece(Future[Any]):
    def __init__(self, thread: InTurn) -> None:
        super().__init__()
        self._thread = thread
        self._asked = 0

    def done(self) -> bool:
        self._asked += 1
        if self._asked > self._thread.lag:
            self._thread.do(self)
        return super().done()

    def result(self, timeout: float | None = None) -> Any:
        self._thread.do(self)
        return super().result(timeout)
