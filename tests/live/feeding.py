"""Feeding: a flow on its way into the topic in the background, in pieces of any size with pauses of any length."""

from __future__ import annotations

import threading
from random import Random

from tests.live.flow import Flow
from tests.live.topics import Producer

PAUSES_MS = (0, 0, 20, 150)
DROP_MS = 100
SIZES = (1, 3, 20, 60)


class Feeding:
    """Sends ``flow`` while it lasts as a context, and the rest of it, at once, before the context ends.

    The ``last`` messages come one by one, ever more slowly the fewer are left, so that something flows as long as the
    context lasts, on however busy a machine.
    """

    def __init__(
        self, brokers: str, topic: str, flow: Flow, random: Random, sizes: tuple[int, ...] = SIZES, last: int = 0
    ) -> None:
        self._producer = Producer(brokers, topic)
        self._waiting = list(flow.messages)
        self._random, self._sizes, self._last = random, sizes, last
        self._hurry = threading.Event()
        self._failure: BaseException | None = None
        self._thread = threading.Thread(target=self._feed, daemon=True)

    def __enter__(self) -> Feeding:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._hurry.set()
        self._thread.join()
        self._producer.close()
        if self._failure is not None:
            raise self._failure

    @property
    def flows(self) -> bool:
        """Whether there is more to send."""
        return self._thread.is_alive()

    @property
    def sent(self) -> int:
        """How many messages the brokers have acknowledged."""
        return self._producer.sent

    def _feed(self) -> None:
        try:
            while self._waiting:
                left = len(self._waiting)
                drops = left <= self._last and not self._hurry.is_set()
                size = 1 if drops else self._random.choice(self._sizes)
                self._producer.send(self._waiting[:size])
                self._waiting = self._waiting[size:]
                if not self._hurry.is_set():
                    pause = DROP_MS * (self._last / left) ** 2 if drops else self._random.choice(PAUSES_MS)
                    self._hurry.wait(pause / 1000)
        except BaseException as failure:
            self._failure = failure
