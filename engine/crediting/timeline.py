"""Timelines: facts of one kind (rates, teams, classes ...), each in force from its day until the next one.

A fact is (day, position, value); a timeline is the ascending tuple of the facts that stand. Of several facts of one day
the one with the highest position is in force (contract §1), the others wait in case it is reversed.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import TypeVar

Value = TypeVar("Value")
Timeline = tuple[tuple[int, int, Value], ...]
Steps = tuple[tuple[int, Value], ...]


def add_fact(line: Timeline[Value], day: int, position: int, value: Value) -> Timeline[Value]:
    """``line`` with one fact more."""
    fact = (day, position, value)
    if not line or line[-1][:2] < (day, position):
        return (*line, fact)
    at = bisect_left(line, (day, position))
    return (*line[:at], fact, *line[at:])


def remove_fact(line: Timeline[Value], day: int, position: int) -> Timeline[Value]:
    """``line`` as if the event at ``position`` had never spoken of ``day``."""
    at = bisect_left(line, (day, position))
    assert line[at][:2] == (day, position), "only a fact that stands can be undone"
    return (*line[:at], *line[at + 1 :])


def value_on(line: Timeline[Value], day: int) -> Value | None:
    """The value in force at the end of ``day``; None before the first fact."""
    at = bisect_right(line, (day + 1,))
    return line[at - 1][2] if at else None


def steps_of(line: Timeline[Value]) -> Steps[Value]:
    """One (first day, value) a day on which facts were given: the last of that day."""
    if len(line) < 2:
        return ((line[0][0], line[0][2]),) if line else ()
    return tuple(
        (day, value) for at, (day, _, value) in enumerate(line) if at + 1 == len(line) or line[at + 1][0] != day
    )
