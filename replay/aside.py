"""Set aside: events on which the fold breaks, of a defect of ours. The live side goes on without them, and says so.

The state is then what the log gives without these events, and every board that is read from it names them. Nothing of
it is kept: whoever folds the log next tries them again, and may be a version that knows better.
"""

from __future__ import annotations

import traceback
from pathlib import Path

from engine.log import Snapshot
from schemas.problems import Problem
from schemas.statement import Finding

SET_ASIDE = "set-aside"
ASIDE_MAX = 100
"""So many are set aside: each costs a fold from the last kept state, and a board that lacks more is none."""

NOT_AN_EVENTS = (Problem, OSError, MemoryError)
"""Failures that say themselves what they are of, and that no event is to blame for."""


class Broken(Exception):
    """The fold broke on the event at ``position``; the cause says of what."""

    def __init__(self, position: int) -> None:
        super().__init__(position)
        self.position = position


def aside(log: Snapshot, broken: Broken) -> Finding:
    """The finding that names the event that the fold broke on, where it stands and why it broke."""
    event, place = log.event(broken.position), log.place(broken.position)
    why = told(broken.__cause__)
    return Finding(
        id=SET_ASIDE,
        about=str(place),
        text={
            "en": f"The event {event.id} of {event.source} at position {place} is set aside, and boards are made "
            f"without it, for the live fold breaks on it: {why}. This is a defect of meritlog: report it.",
            "zh": f"位置 {place} 的事件 {event.id}（来源 {event.source}）已搁置，榜单未计入该事件，"
            f"因为实时归集处理它时出错：{why}。这是 meritlog 自身的缺陷，请报告。",
        },
        events=[{"event_id": event.id, "event_source": event.source}],
    )


def told(defect: BaseException | None) -> str:
    """What went wrong in our own code, and where."""
    frames = traceback.extract_tb(defect.__traceback__) if defect is not None else []
    where = f" ({Path(frames[-1].filename).name}, line {frames[-1].lineno})" if frames else ""
    return f"{type(defect).__name__}: {defect}{where}"
