"""Staffing: on which days a manager can be credited (``manager.appointed``, ``manager.left``; contract §1).

Whoever left is credited with nothing from that day on, unless appointed again. Who was never appointed is credited all
the same; a statement names that.
"""

from __future__ import annotations

from engine.crediting.timeline import Timeline, value_on


def on_duty(duty: Timeline[bool], day: int) -> bool:
    """Whether shares of ``day`` are credited to a manager with these appointments (True) and departures (False)."""
    return value_on(duty, day) is not False
