"""Rules across managers: places, figures of a group, quotas of levels, and fixed sums shared out.

All of them look at a group: the managers who share a word (``within``), or all; and of these at those for whom a figure
is not 0 (``among``), or all. What nobody is credited with has no part in any.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from heapq import nlargest, nsmallest
from itertools import groupby
from typing import Any

from engine.plan import column
from engine.plan.column import Column, Value
from engine.plan.gather import Gathered
from engine.units import with_parents
from schemas.exact import round_half_away
from schemas.lines import Allotment, Among, Group, Quota, Ranking

Names = Mapping[str, Value]


def groups_of(among: Among, names: Names, gathered: Gathered) -> list[list[int]]:
    """The rows of each group, ascending; who has no word in ``within`` is in none."""
    rows = range(len(gathered.managers))
    if among.within is None:
        return [list(rows)] if rows else []
    words = column.broadcast(names[among.within], gathered.rows).cells
    found: dict[Any, list[int]] = defaultdict(list)
    for row in rows:
        if words[row] is not None:
            found[words[row]].append(row)
    return list(found.values())


def admitted(among: Among, names: Names, gathered: Gathered) -> Callable[[int], bool]:
    """Whether a row is among those that the rule looks at."""
    if among.among is None:
        return range(gathered.rows).__contains__
    cells = column.broadcast(names[among.among], gathered.rows).cells
    return lambda row: bool(cells[row])


def ranked(ranking: Ranking, names: Names, gathered: Gathered) -> Column:
    """1, 2, 2, 4: a place is one more than the number of better results. Incomplete results have none."""
    by = _complete(ranking, ranking.by, names, gathered)
    result: list[int | None] = [None] * gathered.rows
    for group in groups_of(ranking, names, gathered):
        values = sorted((by[row] for row in group if row in by), reverse=ranking.order == "descending")
        first: dict[Any, int] = {}
        for index, value in enumerate(values):
            first.setdefault(value, index + 1)
        for row in group:
            result[row] = first[by[row]] if row in by else None
    return Column(result)


def _complete(among: Among, name: str, names: Names, gathered: Gathered) -> dict[int, Any]:
    """The figures of the complete results that the rule looks at, by row."""
    cells, looked_at = column.broadcast(names[name], gathered.rows).cells, admitted(among, names, gathered)
    return {
        row: cells[row]
        for row, manager in enumerate(gathered.managers)
        if cells[row] is not None and not gathered.missing[manager] and looked_at(row)
    }


def grouped(group: Group, names: Names, gathered: Gathered) -> Column:
    """The figure taken over each manager's group; a count of nobody is 0, everything else of nobody no value."""
    of = column.broadcast(names[group.of], gathered.rows)
    counted = _counted(group, names, gathered)
    cells: list[Fraction | None] = [None] * gathered.rows
    if group.below:
        teams = {unit: _Team.of(of, rows, counted) for unit, rows in _teams(gathered).items()}
        for row, unit in enumerate(_units(gathered)):
            if unit is not None:
                cells[row] = teams[unit].without(of.cells[row] if row in counted else None).taken(group.take)
    else:
        for rows in groups_of(group, names, gathered):
            value = _Team.of(of, rows, counted).taken(group.take)
            for row in rows:
                cells[row] = value
    return column.column_of(cells)


def members(group: Group, names: Names, gathered: Gathered, row: int) -> list[int]:
    """The rows that the figure of the manager in ``row`` is taken over."""
    counted = _counted(group, names, gathered)
    if group.below:
        rows = [other for other in _teams(gathered).get(_units(gathered)[row], ()) if other != row]
    else:
        rows = next((rows for rows in groups_of(group, names, gathered) if row in rows), [])
    return [other for other in rows if other in counted]


def _counted(group: Group, names: Names, gathered: Gathered) -> set[int]:
    """The rows that a figure of a group may be taken over: they have one, and the rule looks at them."""
    of, looked_at = column.broadcast(names[group.of], gathered.rows).cells, admitted(group, names, gathered)
    return {row for row in range(len(gathered.managers)) if of[row] is not None and looked_at(row)}


def _units(gathered: Gathered) -> list[str | None]:
    return [*map(gathered.posts.words("org_unit", gathered.last).get, gathered.managers)]


def _teams(gathered: Gathered) -> dict[str | None, list[int]]:
    """By unit the rows of all managers in it and in the units below it."""
    teams: dict[str | None, list[int]] = defaultdict(list)
    for row, unit in enumerate(_units(gathered)):
        for above in with_parents(unit, gathered.facts.parents):
            teams[above].append(row)
    return teams


@dataclass(frozen=True, slots=True)
class _Team:
    """Figures of many managers in short: enough to take one over all of them, or over all but one."""

    count: int
    total: int | Fraction
    lowest: list[Any]
    highest: list[Any]
    denominator: int

    @classmethod
    def of(cls, figures: Column, rows: Sequence[int], counted: set[int]) -> _Team:
        cells = [figures.cells[row] for row in rows if row in counted]
        return cls(len(cells), sum(cells), nsmallest(2, cells), nlargest(2, cells), figures.denominator)

    def without(self, cell: int | Fraction | None) -> _Team:
        if cell is None:
            return self
        lowest, highest = ([one for one in ends if one != cell] for ends in (self.lowest, self.highest))
        # of two that are equal one stays
        lowest += [cell] * (self.lowest.count(cell) - 1)
        highest += [cell] * (self.highest.count(cell) - 1)
        return _Team(self.count - 1, self.total - cell, lowest, highest, self.denominator)

    def taken(self, take: str) -> Fraction | None:
        if take == "count":
            return Fraction(self.count)
        if not self.count:
            return None
        if take in {"min", "max"}:
            return Fraction(min(self.lowest) if take == "min" else max(self.highest)) / self.denominator
        total = Fraction(self.total) / self.denominator
        return total / self.count if take == "mean" else total


def levelled(quota: Quota, names: Names, gathered: Gathered) -> Column:
    """The level that each complete result finds room in; every manager of the group counts for the shares."""
    by = _complete(quota, quota.by, names, gathered)
    then = (
        column.broadcast(names[quota.then], gathered.rows).cells if quota.then is not None else [None] * gathered.rows
    )
    sign = 1 if quota.order == "descending" else -1
    standing = {row: (sign * value, then[row] is not None, then[row] or 0) for row, value in by.items()}
    result: list[str | None] = [None] * gathered.rows
    for group in groups_of(quota, names, gathered):
        shares = [(level, column.broadcast(names[share], gathered.rows)) for level, share in quota.levels.items()]
        room = [(level, _places(share.value(group[0]), len(group), quota.rounding)) for level, share in shares]
        in_order = sorted((row for row in group if row in standing), key=standing.__getitem__, reverse=True)
        for _, tied in groupby(in_order, key=standing.__getitem__):
            rows = list(tied)
            while room and room[0][1] < len(rows):
                room.pop(0)
            level = room[0][0] if room else quota.otherwise
            if room:
                room[0] = (level, room[0][1] - len(rows))
            for row in rows:
                result[row] = level
    return Column(result)


def _places(share: Fraction | str | None, count: int, rounding: str) -> int:
    exact = Fraction(share or 0) * count
    if rounding == "half-up":
        return round_half_away(exact, 0)
    return -(-exact // 1) if rounding == "up" else exact // 1


def allotted(allotment: Allotment, names: Names, gathered: Gathered, digits: int) -> Column:
    """The pool of each group shared out in whole units of 10^-``digits``; nothing where the group has no one pool."""
    by, pool = (
        column.broadcast(names[allotment.by], gathered.rows),
        column.broadcast(names[allotment.pool], gathered.rows),
    )
    looked_at = admitted(allotment, names, gathered)
    result: list[int | None] = [None] * gathered.rows
    for group in groups_of(allotment, names, gathered):
        rows = [row for row in group if by.cells[row] is not None and looked_at(row)]
        pools = {pool.value(row) for row in rows}
        weights = [max(0, by.cells[row]) for row in rows]
        amount = next(iter(pools), None)
        if len(pools) != 1 or amount is None or not sum(weights):
            continue
        units = round_half_away(Fraction(amount), digits)
        for row, part in zip(rows, shared(units, weights, allotment.leftover), strict=True):
            result[row] = part
    return Column(result, 10**digits)


def shared(units: int, weights: Sequence[int | Fraction], leftover: str) -> list[int]:
    """``units`` shared out by ``weights``, whole and without rest; a negative sum is shared like its opposite."""
    if units < 0:
        return [-part for part in shared(-units, weights, leftover)]
    total = sum(weights)
    exact = [Fraction(units) * weight / total for weight in weights]
    parts = [int(one // 1) for one in exact]
    rest = units - sum(parts)
    if leftover == "first":
        first = next(index for index, weight in enumerate(weights) if weight)
        parts[first] += rest
        return parts
    by_remainder = sorted(range(len(parts)), key=lambda index: (parts[index] - exact[index], index))
    for index in by_remainder[:rest]:
        parts[index] += 1
    return parts
