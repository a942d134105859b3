"""Sorted runs on disk: an index from 64-bit keys to positions whose memory does not grow with the log.

A run is a file of three equal columns (key, value, check), sorted by key and read through a memory map; the kernel
keeps of it what is in use. New entries become a new run; neighbours of like size are merged, so that there are at
most about log2(entries / smallest run) of them and an entry is copied as often. Everything here is disposable: a run
that does not match its checksum, or the log it was made for, is thrown away and made again. Runs can be added in a
thread, because merging takes the longer the longer the log is; whoever adds them keeps its entries at hand until then.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import msgspec
import numpy as np
import numpy.typing as npt
import xxhash

from engine.log.sieve import Sieve

Words = npt.NDArray[np.uint64]
MERGE_STRIDE = 1 << 18
CHECKSUM_STRIDE = 1 << 24
LIST_NAME = "runs.json"


class RunEntry(msgspec.Struct, frozen=True):
    """One run in the list: its file, how many entries it has, and the checksum of its bytes."""

    file: str
    count: int
    checksum: str


class RunList(msgspec.Struct, frozen=True):
    """The runs there are, oldest first, and the stretch of the log they were made from."""

    made_from: str
    upto: int
    runs: list[RunEntry]


@dataclass(frozen=True, slots=True)
class Run:
    """A run, mapped into memory, and the sieve of its keys."""

    entry: RunEntry
    keys: Words
    values: Words
    checks: Words
    sieve: Sieve


@dataclass(frozen=True, slots=True)
class Hits:
    """Entries whose key was asked for: the asker's index, the entry's value and check, as parallel arrays."""

    asked: npt.NDArray[np.int64]
    values: Words
    checks: Words


class SortedRuns:
    """An index in a directory of its own. ``upto`` says how far into the log it reaches (0: it is empty)."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._runs: list[Run] = []
        self._serial = 0
        self._thread = ThreadPoolExecutor(1, "runs")
        self._adding: Future[None] | None = None
        self.upto = 0

    def load(self, known: dict[int, str]) -> None:
        """Take up what is on disk, if it was made from this log: ``known`` gives its digest at each possible end."""
        try:
            listed = msgspec.json.decode((self._directory / LIST_NAME).read_bytes(), type=RunList)
            if known.get(listed.upto) != listed.made_from:
                raise ValueError("made from another log")
            self._runs = [self._map(entry, check=True) for entry in listed.runs]
            self.upto = listed.upto
            self._serial = max((int(Path(run.entry.file).stem) for run in self._runs), default=0)
        except (OSError, ValueError):
            self._runs, self.upto = [], 0
        self._sweep()

    def find(self, keys: Words) -> Hits:
        """All entries whose key is among ``keys``."""
        if not self._runs or not len(keys):
            return Hits(np.empty(0, np.int64), np.empty(0, np.uint64), np.empty(0, np.uint64))
        order = np.argsort(keys)
        ascending = keys[order]
        passing = ((run, run.sieve.passing(ascending)) for run in self._runs)
        found = [_probe(run, ascending[some], order[some]) for run, some in passing]
        return Hits(
            np.concatenate([hits.asked for hits in found]),
            np.concatenate([hits.values for hits in found]),
            np.concatenate([hits.checks for hits in found]),
        )

    def add(self, keys: Words, values: Words, checks: Words, *, upto: int, made_from: str) -> None:
        """Add entries that bring the index to position ``upto`` of the log, whose digest there is ``made_from``."""
        self._directory.mkdir(parents=True, exist_ok=True)
        runs = self._runs.copy()
        if len(keys):
            order = np.argsort(keys)
            runs.append(self._write(len(keys), iter([(keys[order], values[order], checks[order])])))
        while len(runs) > 1 and runs[-2].entry.count < 2 * runs[-1].entry.count:
            newer, older = runs.pop(), runs.pop()
            runs.append(self._write(older.entry.count + newer.entry.count, _merged(older, newer)))
        self._list(RunList(made_from, upto, [run.entry for run in runs]))
        self._runs, self.upto = runs, upto  # at once: another thread may be looking
        self._sweep()

    def add_later(self, entries: Callable[[], tuple[Words, Words, Words]], *, upto: int, made_from: str) -> None:
        """Add what ``entries`` gives (keys, values, checks) in a thread. Nothing else may be on its way (``wait``)."""
        self._adding = self._thread.submit(lambda: self.add(*entries(), upto=upto, made_from=made_from))

    @property
    def whole(self) -> bool:
        """Whether all that was to be added can be found."""
        return self._adding is None or (self._adding.done() and self._adding.exception() is None)

    def wait(self) -> None:
        """Wait until all that was to be added can be found.

        Raises:
            OSError: it could not be added.
        """
        if self._adding is not None:
            self._adding.result()

    def close(self) -> None:
        """Let what is being added come to its end. What fails then is lacking, and made again by who loads it next."""
        self._thread.shutdown()

    def _map(self, entry: RunEntry, *, check: bool) -> Run:
        path = self._directory / entry.file
        if path.stat().st_size != entry.count * 24:
            raise ValueError("a run of another length")
        if check and _checksum(path) != entry.checksum:
            raise ValueError("a run with other bytes")
        columns = np.memmap(path, np.uint64, "r", shape=(3, entry.count))
        return Run(entry, columns[0], columns[1], columns[2], Sieve(columns[0]))

    def _write(self, count: int, parts: Iterator[tuple[Words, Words, Words]]) -> Run:
        self._serial += 1
        path = self._directory / f"{self._serial:08d}.run"
        done = 0
        with path.open("wb") as file:
            for part in parts:
                for column, words in enumerate(part):
                    file.seek((column * count + done) * 8)
                    file.write(words.tobytes())
                done += len(part[0])
        return self._map(RunEntry(path.name, count, _checksum(path)), check=False)

    def _list(self, listed: RunList) -> None:
        aside = self._directory / (LIST_NAME + ".aside")
        aside.write_bytes(msgspec.json.encode(listed))
        os.replace(aside, self._directory / LIST_NAME)

    def _sweep(self) -> None:
        kept = {run.entry.file for run in self._runs}
        if self._directory.is_dir():
            for path in self._directory.glob("*.run"):
                if path.name not in kept:
                    path.unlink(missing_ok=True)


def _checksum(path: Path) -> str:
    total = xxhash.xxh3_128()
    with path.open("rb") as file:
        while block := file.read(CHECKSUM_STRIDE):
            total.update(block)
    return total.hexdigest()


def _probe(run: Run, ascending: Words, order: npt.NDArray[np.int64]) -> Hits:
    first = np.searchsorted(run.keys, ascending, "left")
    inside = first < run.entry.count
    hit = np.flatnonzero(inside)
    hit = hit[run.keys[first[hit]] == ascending[hit]]
    if not len(hit):
        return Hits(np.empty(0, np.int64), np.empty(0, np.uint64), np.empty(0, np.uint64))
    after = np.searchsorted(run.keys, ascending[hit], "right")
    widths = after - first[hit]
    asked = np.repeat(order[hit], widths)
    within = np.arange(len(asked)) - np.repeat(np.cumsum(widths) - widths, widths)
    at = np.repeat(first[hit], widths) + within
    return Hits(asked, np.asarray(run.values[at]), np.asarray(run.checks[at]))


def _merged(older: Run, newer: Run) -> Iterator[tuple[Words, Words, Words]]:
    """The entries of both in order of key, a slice of the key space at a time: memory stays flat."""
    left = right = 0
    while left < older.entry.count or right < newer.entry.count:
        stop = min(left + MERGE_STRIDE, older.entry.count)
        if stop == older.entry.count:
            until = newer.entry.count
        else:
            until = int(np.searchsorted(newer.keys, older.keys[stop], "left"))
        keys = np.concatenate([older.keys[left:stop], newer.keys[right:until]])
        order = np.argsort(keys)
        yield (
            keys[order],
            np.concatenate([older.values[left:stop], newer.values[right:until]])[order],
            np.concatenate([older.checks[left:stop], newer.checks[right:until]])[order],
        )
        left, right = stop, until
