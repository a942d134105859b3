"""Names as numbers: the log's dictionary of every id, word and path that stands in a column.

A name's code is its rank of first appearance, by position and then by column, from 0 on: the same events give the same
codes however they were batched, and a longer log only adds codes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from itertools import compress
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from engine.log.lexicon import Lexicon
from engine.log.manifest import Entry, SegmentPaths
from engine.log.runs import SortedRuns, Words
from engine.log.segment import NAMES_SCHEMA, read_names

NAMES_NAME = "names-by-blake2b"
CACHED_NAMES_MAX = 4_000_000
"""So many names are at hand, at fifty to seventy bytes each."""
HASH_BYTES = 16
NO_NAME = -1

Codes = npt.NDArray[np.int32]
Lookup = Callable[[Sequence[str]], Codes]
"""Gives the code of each text, ``NO_NAME`` where it knows none."""


@dataclass(frozen=True, slots=True)
class Named:
    """Names on their way into a column: where each stands (a number that ascends by position, then by column)."""

    places: npt.NDArray[np.int64]
    texts: pa.StringArray


class NameBook:
    """Gives codes to names; ``lookup`` finds those of names that sealed segments already have."""

    def __init__(self, lookup: Lookup, count: int) -> None:
        """A book of ``count`` names, all of them in sealed segments."""
        self._lookup = lookup
        self._known = Lexicon()
        self._sealed = count
        self.recent: list[str] = []

    @property
    def count(self) -> int:
        """How many names there are."""
        return self._sealed + len(self.recent)

    def codes(self, columns: Sequence[Named]) -> list[Codes]:
        """The codes of the names in some columns of consecutive events; new names are ranked by first appearance."""
        places = np.concatenate([named.places for named in columns])
        texts = pa.concat_arrays([named.texts for named in columns])
        codes = self._known.look_up(texts)
        unknown = np.flatnonzero(codes == NO_NAME)
        if len(unknown):
            codes[unknown] = self._settled(places[unknown], texts.take(pa.array(unknown)))
        if len(self._known) > CACHED_NAMES_MAX:
            self._known = Lexicon()
            self._known.add(pa.array(self.recent, pa.string()), np.arange(self._sealed, self.count, dtype=np.int32))
        return np.split(codes, np.cumsum([len(named.places) for named in columns])[:-1])

    def _settled(self, places: npt.NDArray[np.int64], texts: pa.StringArray) -> Codes:
        """The codes of names that are not known yet."""
        encoded = texts.dictionary_encode()
        rows: npt.NDArray[np.int32] = encoded.indices.to_numpy()
        first = np.full(len(encoded.dictionary), np.iinfo(np.int64).max, np.int64)
        np.minimum.at(first, rows, places)
        order = np.argsort(first)
        codes: Codes = np.empty(len(order), np.int32)
        codes[order] = self._coded(encoded.dictionary.take(pa.array(order)))
        return codes[rows]

    def _coded(self, names: pa.StringArray) -> Codes:
        """The codes of different names, and make them known; those that are new get the next ones, in their order."""
        texts = names.to_pylist()
        codes = np.array(self._lookup(texts), np.int32)
        new = codes == NO_NAME
        codes[new] = np.arange(self.count, self.count + np.count_nonzero(new))
        self.recent.extend(compress(texts, new.tolist()))
        self._known.add(names, codes)
        return codes

    def table(self) -> pa.Table:
        """The names that no segment has yet."""
        codes = pa.array(np.arange(self._sealed, self.count, dtype=np.int32))
        return pa.table([codes, pa.array(self.recent, pa.string())], schema=NAMES_SCHEMA)

    def seal(self, count: int) -> list[str]:
        """The first ``count`` names now stand in segments; returns those that are new there."""
        new = self.recent[: count - self._sealed]
        self._sealed, self.recent = count, self.recent[len(new) :]
        return new


class NameIndex:
    """The codes of all sealed names, for the writer: sorted runs by a 128-bit hash of the text.

    The hash stands for the text, so it is one for which nobody can find two names: they would become one.
    """

    def __init__(self, cache: Path, partition: Path, entries: Sequence[Entry]) -> None:
        """Take up the runs in ``cache``, and make from the sealed segments what they lack."""
        self._runs = SortedRuns(cache / NAMES_NAME)
        self._runs.load({entry.last: entry.digest for entry in entries})
        for entry in entries:
            if entry.last > self._runs.upto:
                texts = read_names(SegmentPaths(partition, entry.number).names).column("text").to_pylist()
                self._runs.add(*_run(texts, entry), upto=entry.last, made_from=entry.digest)
        self._sealed: dict[str, int] = {}
        """The names sealed last, until their run can be found."""

    def lookup(self, texts: Sequence[str]) -> Codes:
        """The code of each text; ``NO_NAME`` where no segment has it."""
        if self._runs.whole:
            self._sealed = {}
        sealed = self._sealed
        codes = np.fromiter((sealed.get(text, NO_NAME) for text in texts), np.int32, len(texts))
        if self._runs.upto:
            keys, checks = _hashes(texts)
            hits = self._runs.find(keys)
            true = checks[hits.asked] == hits.checks
            codes[hits.asked[true]] = hits.values[true]
        return codes

    def seal(self, texts: Sequence[str], entry: Entry) -> None:
        """Take up the names of a segment just sealed: they become a run, in a thread.

        Raises:
            OSError: the run before could not be written.
        """
        self._runs.wait()
        self._sealed = dict(zip(texts, range(entry.names_before, entry.names_after), strict=True))
        self._runs.add_later(lambda: _run(texts, entry), upto=entry.last, made_from=entry.digest)

    def close(self) -> None:
        """Let the last run come to its end."""
        self._runs.close()


def _run(texts: Sequence[str], entry: Entry) -> tuple[Words, Words, Words]:
    """The names of a segment as entries of a run."""
    keys, checks = _hashes(texts)
    return keys, np.arange(entry.names_before, entry.names_after, dtype=np.uint64), checks


def _hashes(texts: Sequence[str]) -> tuple[Words, Words]:
    digests = b"".join([blake2b(text.encode(), digest_size=HASH_BYTES).digest() for text in texts])
    pairs = np.frombuffer(digests, np.uint64).reshape(-1, 2)
    return pairs[:, 0].copy(), pairs[:, 1].copy()
