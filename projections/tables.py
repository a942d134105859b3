"""Tables: what was computed by codes, as the measures that a plan reads by managers' ids."""

from __future__ import annotations

from engine.measures import MeasureTable
from projections.cache import Computed
from projections.names import Names


def table_of(names: Names, computed: Computed) -> MeasureTable:
    """The table of a request; managers whose every measure is 0 and who miss nothing stand in none."""
    text, sums_of = names.text, computed.credited.sums
    missing: dict[int | None, set[str]] = {}
    for manager, what, word, _ in computed.lacks:
        missing.setdefault(manager, set()).add(f"{what}:{text(word)}")
    earned = {name: {code: value for code, value in sums.items() if value} for name, sums in sums_of.items()}
    codes = set(missing).union(*earned.values())
    names.learn(code for code in codes if code is not None)
    nothing = [0] * len(codes - {None})
    managers = sorted((text(code), code) for code in codes if code is not None)
    return MeasureTable(
        [name for name, _ in managers],
        {name: [sums.get(code, 0) for _, code in managers] if sums else nothing for name, sums in earned.items()},
        {name: sums.get(None, 0) for name, sums in earned.items()},
        {None if code is None else text(code): frozenset(words) for code, words in missing.items()},
    )
