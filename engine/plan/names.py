"""The names that a line is made of, whichever way it is made, and how that way is told in a few words."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from engine.plan import formula
from schemas.lines import Among, Line
from schemas.plan import Plan

Named = tuple[str, bool]
"""A parameter, measure or line, or (True) a table."""


def names_of(line: Line) -> list[Named]:
    """Every name that the line's rule speaks of, in reading order; a name may come more than once.

    Raises:
        FormulaError: the formula cannot be read.
    """
    if line.formula is not None:
        return list(_named_in(line.formula))
    return [(name, False) for name in _plain_names(line)]


@lru_cache(maxsize=4096)
def _named_in(text: str) -> tuple[Named, ...]:
    return tuple(formula.names(formula.parse(text)))


def _plain_names(line: Line) -> Iterator[str]:
    if line.rank is not None:
        yield line.rank.by
        yield from _groups(line.rank)
    elif line.weighted is not None:
        for part, weight in line.weighted.parts.items():
            yield part
            yield weight
    elif line.group is not None:
        yield line.group.of
        yield from _groups(line.group)
    elif line.quota is not None:
        yield line.quota.by
        yield from [line.quota.then] if line.quota.then is not None else []
        yield from line.quota.levels.values()
        yield from _groups(line.quota)
    elif line.allot is not None:
        yield line.allot.pool
        yield line.allot.by
        yield from _groups(line.allot)


def _groups(among: Among) -> Iterator[str]:
    yield from (name for name in (among.within, among.among) if name is not None)


def told(line: Line) -> str:
    """The line's rule in a few words: its formula, or what it does."""
    if line.rank is not None:
        lowest = "" if line.rank.order == "descending" else " (lowest first)"
        return f"rank by {line.rank.by}{lowest}{_of_whom(line.rank)}"
    if line.weighted is not None:
        parts = " + ".join(f"{weight} * {part}" for part, weight in line.weighted.parts.items())
        return f"weighted mean: {parts}"
    if line.group is not None:
        below = " below" if line.group.below else ""
        return f"{line.group.take} of {line.group.of}{below}{_of_whom(line.group)}"
    if line.quota is not None:
        levels = ", ".join(f"{level} {share}" for level, share in line.quota.levels.items())
        return f"by {line.quota.by}: {levels}, else {line.quota.otherwise}{_of_whom(line.quota)}"
    if line.allot is not None:
        return f"{line.allot.pool} shared by {line.allot.by}, {line.allot.leftover}{_of_whom(line.allot)}"
    return line.formula or ""


def _of_whom(among: Among) -> str:
    within = f" within {among.within}" if among.within is not None else ""
    return within + (f" among {among.among}" if among.among is not None else "")


def contributing_lines(plan: Plan, line_id: str) -> list[Line]:
    """The line and, in the plan's order, every line that it is made of."""
    wanted = {line_id}
    for line in reversed(plan.lines):
        if line.id in wanted:
            wanted |= {name for name, _ in names_of(line)}
    return [line for line in plan.lines if line.id in wanted]
