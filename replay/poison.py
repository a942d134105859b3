"""Poison: the event that a settlement breaks on. The live side goes on without such an event; a settlement stops.

What broke is a defect of ours, and seldom says of which event. But a settlement can be made of any beginning of the
log, so the event is found by halving: the first position at which settling breaks.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable

from engine.log import Snapshot
from replay.aside import NOT_AN_EVENTS, told
from schemas.problems import Place, Problem


def poison(log: Snapshot, attempt: Callable[[int], object], defect: Exception) -> Problem | None:
    """The problem that names the event which ``attempt``, given a position to settle at, breaks on.

    None where it breaks on an empty log as well: no event is the cause.
    """
    if _breaks(attempt, 0):
        return None
    position = 1 + bisect_left(range(1, log.position), True, key=lambda at: _breaks(attempt, at))
    event, place = log.event(position), log.place(position)
    return Problem(
        f"The settlement breaks on the event {event.id} of {event.source} at position {place}: {told(defect)}. This is "
        "a defect of meritlog.",
        place=Place(event_id=event.id),
        remedy="Report it. Until it is mended reverse the event (event.reversed), or settle what was known before it "
        "with --as-of.",
    )


def _breaks(attempt: Callable[[int], object], position: int) -> bool:
    try:
        attempt(position)
    except NOT_AN_EVENTS:
        return False
    except Exception:
        return True
    return False
