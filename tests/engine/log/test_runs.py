"""The sorted runs against a dictionary."""

import errno
import os
from pathlib import Path
from threading import Event

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.log import runs
from engine.log.runs import SortedRuns


def words(values) -> np.ndarray:
    return np.array(list(values), np.uint64)


def found(index: SortedRuns, keys) -> set[tuple[int, int, int]]:
    hits = index.find(words(keys))
    return set(zip(hits.asked.tolist(), hits.values.tolist(), hits.checks.tolist(), strict=True))


@settings(deadline=None)
@given(st.lists(st.lists(st.integers(0, 50), max_size=30), max_size=12), st.lists(st.integers(0, 60), max_size=20))
def test_every_entry_of_a_key_is_found_and_no_other(tmp_path_factory, batches, asked):
    directory = tmp_path_factory.mktemp("runs")
    index, entries = SortedRuns(directory), []
    for batch in batches:
        first = len(entries)
        entries += batch
        values = range(first, len(entries))
        index.add(words(batch), words(values), words(v * 7 for v in values), upto=len(entries), made_from="d")
    expected = {
        (place, value, value * 7) for place, key in enumerate(asked) for value, k in enumerate(entries) if k == key
    }
    assert found(index, asked) == expected
    again = SortedRuns(directory)
    again.load({len(entries): "d"})
    assert found(again, asked) == expected


def test_merging_a_slice_at_a_time_loses_nothing(tmp_path, monkeypatch):
    monkeypatch.setattr(runs, "MERGE_STRIDE", 7)
    index = SortedRuns(tmp_path)
    keys = np.random.default_rng(1).integers(0, 400, 1000).astype(np.uint64)
    for n in range(0, 1000, 50):
        index.add(keys[n : n + 50], np.arange(n, n + 50, dtype=np.uint64), words([0] * 50), upto=n + 50, made_from="d")
    assert {hit[1] for hit in found(index, range(400))} == set(range(1000))


def test_entries_added_in_a_thread_are_found_and_kept(tmp_path):
    index, told = SortedRuns(tmp_path), Event()

    def entries():
        told.wait()
        return words([7]), words([1]), words([2])

    index.add_later(entries, upto=1, made_from="d")
    assert not index.whole
    assert not found(index, [7])
    told.set()
    index.wait()
    assert index.whole
    assert found(index, [7]) == {(0, 1, 2)}
    index.close()
    again = SortedRuns(tmp_path)
    again.load({1: "d"})
    assert found(again, [7]) == {(0, 1, 2)}


def test_entries_that_cannot_be_added_are_never_taken_for_added(tmp_path, monkeypatch):
    index = SortedRuns(tmp_path)

    def fail(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(index, "_write", fail)
    index.add_later(lambda: (words([7]), words([1]), words([2])), upto=1, made_from="d")
    index.close()
    assert not index.whole
    with pytest.raises(OSError, match="No space left"):
        index.wait()


def test_there_are_about_as_many_runs_as_the_log_has_doublings(tmp_path):
    index = SortedRuns(tmp_path)
    for n in range(200):
        index.add(words([n]), words([n]), words([0]), upto=n + 1, made_from="d")
    assert len(list(Path(tmp_path).glob("*.run"))) <= 8


@pytest.mark.parametrize("spoil", ["a bit", "the length", "the list", "another log", "a run is gone"])
def test_an_index_that_is_not_as_it_was_written_is_thrown_away(tmp_path, spoil):
    SortedRuns(tmp_path).add(words([1, 2]), words([1, 2]), words([0, 0]), upto=2, made_from="d")
    run = next(tmp_path.glob("*.run"))
    known = {2: "d"}
    if spoil == "a bit":
        run.write_bytes(bytes([run.read_bytes()[0] ^ 4]) + run.read_bytes()[1:])
    elif spoil == "the length":
        run.write_bytes(run.read_bytes()[:-1])
    elif spoil == "the list":
        (tmp_path / runs.LIST_NAME).write_bytes(b"{")
    elif spoil == "another log":
        known = {2: "e"}
    else:
        run.unlink()
    index = SortedRuns(tmp_path)
    index.load(known)
    assert index.upto == 0
    assert not found(index, [1, 2])
    assert not list(tmp_path.glob("*.run"))
