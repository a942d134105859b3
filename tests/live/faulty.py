"""The product with one fault in it: ``python -m tests.live.faulty worker …``, the fault named by ``FAULT``.

Each fault strikes once, in the middle of what it disturbs, so that half of the work is done.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import Any

from engine.log.writer import Writer
from engine.stream.reading import Reading
from engine.stream.sending import Sender
from meritlog.cli import main
from replay.live import LiveFold
from schemas.problems import EnvironmentProblem

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


def _half_folded(fold: LiveFold, first: int, events: Any, _: object) -> None:
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
    "disk": (Writer, "_write_frame", _unwritten),
}

if __name__ == "__main__":
    _once(*FAULTS[os.environ["FAULT"]])
    sys.exit(main())
