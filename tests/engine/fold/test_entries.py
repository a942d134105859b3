"""Entries: of one ledger and day there is one, and what piles up adds up."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.crediting.streams import Basis
from engine.fold.entries import NO_ENTRIES, Entries, days_of, place, streams_of, teams_of
from engine.fold.shares import Shares
from engine.fold.sheet import Pile, Sheet

LEDGERS = ((0, 0), (0, 2), (1, 1))
LINES = st.tuples(st.sampled_from(LEDGERS), st.integers(1, 4), st.integers(-(10**18), 10**18))


def entries_of(lines: list[tuple[tuple[int, int], int, int]]) -> Entries:
    keys = np.array([place(*ledger) + day for ledger, day, _ in lines], np.int64)
    amounts = np.array([amount for *_, amount in lines], np.int64)
    return Entries.of(keys, [amounts, *[np.ones(len(lines), np.int64)] * (len(Basis) - 1)])


@settings(deadline=None)
@given(st.lists(st.lists(LINES, max_size=8), max_size=9))
def test_a_pile_holds_the_sum_of_what_was_added(batches: list[list[tuple[tuple[int, int], int, int]]]) -> None:
    pile = Pile(Shares())
    for batch in batches:
        pile.add(Sheet(entries_of(batch), pile.shares))
        sizes = [len(run.entries) for run in pile.runs]
        assert all(one >= 2 * other for one, other in pairwise(sizes))
    expected = Counter[tuple[int, int, int]]()
    counted = Counter[tuple[int, int, int]]()
    for (stream, team), day, amount in (line for batch in batches for line in batch):
        expected[stream, team, day] += amount
        counted[stream, team, day] += 1
    found, counts = {}, {}
    whole = Entries.together([NO_ENTRIES, *(run.entries for run in pile.runs)])
    named = (column.tolist() for column in (streams_of(whole.keys), teams_of(whole.keys), days_of(whole.keys)))
    for *entry, amount, count in zip(*named, whole.values[0].tolist(), whole.values[2].tolist(), strict=True):
        assert tuple(entry) not in found
        found[tuple(entry)], counts[tuple(entry)] = amount, count
    assert found == dict(expected)
    assert counts == dict(counted)
