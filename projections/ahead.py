"""Ahead: answers that are reckoned, one after the other, while whoever will ask for them does other things.

DuckDB leaves the interpreter alone while it works; so a settlement reads staffing and hashes events meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, TypeVar

Answer = TypeVar("Answer")
Ask = Callable[[], Any]


class Ahead:
    """Answers on their way, by what will be asked."""

    def __init__(self) -> None:
        self._coming: dict[str, Future[Any]] = {}

    @contextmanager
    def reckoning(self, answers: Iterable[tuple[str, Ask]], interrupt: Callable[[], None]) -> Iterator[None]:
        """Reckon ``answers`` in a thread while the block runs, in their order.

        Where the block fails, the others are left out, and ``interrupt`` ends the one under way.
        """
        with ThreadPoolExecutor(1) as beside:
            try:
                for asked, answer in answers:
                    self._coming[asked] = beside.submit(answer)
                yield
            except BaseException:
                beside.shutdown(wait=False, cancel_futures=True)
                interrupt()
                raise
            finally:
                self._coming = {}

    def answer(self, asked: str, answer: Callable[[], Answer]) -> Answer:
        """What was asked: once it is reckoned, where it is on its way; else what ``answer`` gives now."""
        coming: Future[Answer] | None = self._coming.pop(asked, None)
        return answer() if coming is None else coming.result()
