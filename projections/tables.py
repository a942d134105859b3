"""Tables: what was computed by codes, as the measures that a plan reads by managers' ids."""

from __future__ import annotations

from itertools import compress

from engine.measures import MeasureTable
from projections.cache import Computed
from projections.names import Names

NO_ROW = -1
"""Where a 0 stands behind a column's rows, for managers of whom there is none."""


def table_of(names: Names, computed: Computed) -> MeasureTable:
    """The table of a request; managers whose every measure is 0 and who miss nothing stand in none."""
    text, credited = names.text, computed.credited
    missing: dict[int | None, set[str]] = {}
    for manager, what, word, _ in computed.lacks:
        missing.setdefault(manager, set()).add(f"{what}:{text(word)}")
    place = {manager: row for row, manager in enumerate(credited.managers)}
    nothing = [0] * (len(place) + 1)
    columns = {name: [*column, 0] if any(column) else nothing for name, column in credited.sums.items()}
    worth = [column for column in columns.values() if column is not nothing]
    earning = compress(credited.managers, map(any, zip(*worth, strict=True)))
    codes = [code for code in {*earning, *missing} if code is not None]
    names.learn(codes)
    managers = sorted(zip(map(text, codes), codes, strict=True))
    rows = [place.get(code, NO_ROW) for _, code in managers]
    return MeasureTable(
        [name for name, _ in managers],
        {name: list(map(column.__getitem__, rows)) for name, column in columns.items()},
        {name: column[place.get(None, NO_ROW)] for name, column in columns.items()},
        {None if code is None else text(code): frozenset(words) for code, words in missing.items()},
    )
