"""When a plan is settled: what its cycles show, and on which days they begin, where these are not the calendar's."""

from __future__ import annotations

from meritlog.paper.blocks import Table
from meritlog.words import Words
from schemas.business_year import CALENDAR
from schemas.lines import ROUNDED, LineKind
from schemas.period import Cycle
from schemas.plan import Plan

JUDGED = frozenset({LineKind.RANK, LineKind.GRADE})


def settled_when(plan: Plan, words: Words) -> Table:
    """The cycles of a plan and what people look for in each."""
    cycles = [cycle for cycle in Cycle if any(cycle in line.cycles for line in plan.lines)]
    if plan.year == CALENDAR:
        rows = [[words(cycle), _looked_for(plan, cycle, words)] for cycle in cycles]
        return Table([words("Period"), words("What is settled")], rows)
    rows = [[words(cycle), _first_days(plan, cycle, words), _looked_for(plan, cycle, words)] for cycle in cycles]
    return Table([words("Period"), words("First days"), words("What is settled")], rows)


def _looked_for(plan: Plan, cycle: Cycle, words: Words) -> str:
    """The figure that people are ranked by, places, grades and pay."""
    lines = [line for line in plan.lines if cycle in line.cycles]
    told = [line for line in lines if line.kind in JUDGED | ROUNDED or line.id == plan.board]
    return ", ".join(line.label.text(words.language) for line in told or lines)


def _first_days(plan: Plan, cycle: Cycle, words: Words) -> str:
    if cycle is Cycle.RANGE:
        return ""
    if cycle is Cycle.MONTH:
        return words("day {day} of every month", day=plan.year.day)
    year, days = plan.year.around(plan.effective, Cycle.YEAR), []
    day = year.start
    while day < year.end:
        days.append(f"{day:%m-%d}")
        day = plan.year.around(day, cycle).end
    return ", ".join(days)
