"""Teams: who holds a piece of business on each day, and by which share (``customer.assigned``, contract §1).

Of the assignments that could speak, the narrowest scope stands: the account's own, then the product paths that carry
it, the longest first, then the customer's. A scope speaks from its first assignment on, for ever: an empty team later
means that nobody holds the business, not that the wider scope speaks again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache

from engine.crediting.staffing import on_duty
from engine.crediting.timeline import Steps, Timeline, steps_of
from schemas.catalogue import carries
from schemas.exact import WHOLE_SHARE

Team = tuple[tuple[str, int], ...]
Holders = tuple[tuple[str | None, int], ...]
"""(manager, share E4) pairs that add up to the whole; None holds what no manager is credited with."""

CUSTOMER_SCOPE = ""
NOBODY: Holders = ((None, WHOLE_SHARE),)


def scopes_for(assignments: Mapping[str, Timeline[Team]], path: str | None) -> list[Timeline[Team]]:
    """The assignments of a customer that can speak for what carries ``path``, the narrowest first."""
    if len(assignments) == 1 and CUSTOMER_SCOPE in assignments:
        return [assignments[CUSTOMER_SCOPE]]
    paths = [scope for scope in assignments if scope and path is not None and carries(scope, path)]
    narrowest_first = (*sorted(paths, key=len, reverse=True), CUSTOMER_SCOPE)
    return [assignments[scope] for scope in narrowest_first if scope in assignments]


def team_steps(scopes: Sequence[Timeline[Team]]) -> Steps[Team]:
    """The team in force from each day on, given the scopes that could speak, the narrowest first."""
    if len(scopes) == 1:
        return steps_of(scopes[0])
    steps: list[tuple[int, Team]] = []
    spoken: int | None = None
    for line in scopes:
        steps += [(day, team) for day, team in steps_of(line) if spoken is None or day < spoken]
        if line:
            spoken = line[0][0] if spoken is None else min(spoken, line[0][0])
    steps.sort(key=lambda step: step[0])
    return tuple(steps)


def holder_steps(teams: Steps[Team], duty: Callable[[str], Timeline[bool]]) -> Steps[Holders]:
    """Who is credited from each day on: the team's members on duty, and nobody with what is left of the whole.

    The first step is day 0; ``duty`` gives each manager's appointments and departures.
    """
    absences = {}
    for _, team in teams:
        for manager, _ in team:
            line = duty(manager)
            if not all(on for _, _, on in line):
                absences[manager] = line
    if not absences and len(teams) == 1:
        return _one_team(*teams[0])
    turns = {day for line in absences.values() for day, _, _ in line}
    following = 0
    holders = NOBODY
    steps: list[tuple[int, Holders]] = [(0, NOBODY)]
    team = ()
    for day in sorted({*turns, *(day for day, _ in teams)}):
        while following < len(teams) and teams[following][0] <= day:
            team = teams[following][1]
            following += 1
        before, holders = holders, _credited(team, absences, day) if absences else _whole(team)
        if holders != before:
            steps.append((day, holders))
    return tuple(steps[1:] if len(steps) > 1 and not steps[1][0] else steps)


@lru_cache(maxsize=65536)
def _one_team(day: int, team: Team) -> Steps[Holders]:
    held = _whole(team)
    if held == NOBODY:
        return ((0, NOBODY),)
    return ((0, NOBODY), (day, held)) if day else ((0, held),)


@lru_cache(maxsize=65536)
def _whole(team: Team) -> Holders:
    return _credited(team, {}, 0)


def _credited(team: Team, absences: Mapping[str, Timeline[bool]], day: int) -> Holders:
    present = tuple(
        (manager, share)
        for manager, share in team
        if share and (manager not in absences or on_duty(absences[manager], day))
    )
    rest = WHOLE_SHARE - sum(share for _, share in present)
    assert rest >= 0, "admission refuses a team whose shares exceed the whole"
    return (*present, (None, rest)) if rest else present
