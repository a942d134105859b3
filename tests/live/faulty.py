"""The product with a fault in it: ``python -m tests.live.faulty worker …``, the fault named by ``FAULT``.

Most faults strike once, in the middle of what they disturb, so that half of the work is done; ``poison`` makes the
fold break on certain events, ``poisonous`` settlements, too. A worker checks its boards every ``CHECK_SECONDS``, and
looks for what became of its topic every ``LOOK_AGAIN_SECONDS``.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from functools import partial
from typing import Any

import engine.stream.app
import engine.stream.reading
import replay.live
import replay.settle
from engine.log.tail import Tail
from engine.stream.reading import Reading
from engine.stream.sending import Sender
from meritlog.cli import main
from replay.live import LiveFold
from schemas.problems import EnvironmentProblem
from tests.breaking import breaking, evaluate_breaking

AFTER = 3
"""So many calls go well first."""


class Fault(Exception):
    """What goes wrong."""


def _once(owner: type[Any], name: str, fault: Callable[..., Any]) -> None:
    """Let the method ``name`` go wrong once, when it has gone well a few times."""
    method, calls = getattr(owner, name), 0

    def faulty(*arguments: Any, **named: Any) -> Any:
        nonlocal calls
        calls += 1
        return (fault if calls == AFTER else method)(*arguments, **named)

    setattr(owner, name, faulty)


def _half_folded(fold: LiveFold, first: int, events: Any, *_: object) -> None:
    """A batch folded by half, the last event of it by half."""
    fold.state.facts.position = first + len(events) - 1
    raise Fault("the fold")


async def _unsent(*_: object) -> None:
    raise Fault("a message")


async def _unread(*_: object) -> None:
    raise Fault("a fetch")


def _unwritten(*_: object, **__: object) -> None:
    raise EnvironmentProblem("No space left on device.")


def _unevaluated(*_: object, **__: object) -> None:
    raise Fault("a board")


FAULTS: dict[str, tuple[type[Any], str, Callable[..., Any]]] = {
    "crediting": (LiveFold, "take", _half_folded),
    "telling": (Sender, "send", _unsent),
    "boards": (LiveFold, "board", _unevaluated),
    "reading": (Reading, "_turn", _unread),
    "disk": (Tail, "put", _unwritten),
}


def _planted(fault: str) -> None:
    if fault in FAULTS:
        _once(*FAULTS[fault])
    if fault in {"poison", "poisonous"}:
        replay.live.apply_all = breaking
    if fault == "poisonous":
        replay.settle.evaluate = evaluate_breaking


if __name__ == "__main__":
    _planted(os.environ.get("FAULT", ""))
    if seconds := os.environ.get("CHECK_SECONDS"):
        engine.stream.app.Pace = partial(engine.stream.app.Pace, checking_seconds=int(seconds))
    if seconds := os.environ.get("LOOK_AGAIN_SECONDS"):
        engine.stream.reading.LOOK_AGAIN_SECONDS = int(seconds)
    sys.exit(main())
