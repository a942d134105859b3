"""Tables: what was computed by codes, as the measures that a plan reads by managers' ids."""

from __future__ import annotations

from itertools import repeat

from engine.measures import MeasureTable
from projections.cache import Computed
from projections.names import Names


def table_of(names: Names, computed: Computed) -> MeasureTable:
    """The table of a request; managers whose every measure is 0 and who miss nothing stand in none."""
    text, sums_of = names.text, computed.credited.sums
    missing: dict[int | None, set[str]] = {}
    for manager, what, word, _ in computed.lacks:
        missing.setdefault(manager, set()).add(f"{what}:{text(word)}")
    earning = {code for sums in sums_of.values() for code, value in sums.items() if value}
    codes = [code for code in earning.union(missing) if code is not None]
    names.learn(codes)
    managers = sorted(zip(map(text, codes), codes, strict=True))
    ordered, nothing = [code for _, code in managers], [0] * len(managers)
    return MeasureTable(
        [name for name, _ in managers],
        {name: list(map(sums.get, ordered, repeat(0))) if sums else nothing for name, sums in sums_of.items()},
        {name: sums.get(None, 0) for name, sums in sums_of.items()},
        {None if code is None else text(code): frozenset(words) for code, words in missing.items()},
    )
