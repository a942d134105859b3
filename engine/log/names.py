"""Names as numbers: the log's dictionary of every id, word and path that stands in a column.

A name's code is its rank of first appearance, by position and then by column, from 0 on: the same events give the same
codes however they were batched, and a longer log only adds codes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from engine.log.manifest import Entry, SegmentPaths
from engine.log.runs import SortedRuns, Words
from engine.log.segment import NAMES_SCHEMA, read_names

NAMES_NAME = "names-by-blake2b"
CACHED_NAMES_MAX = 1 << 20
HASH_BYTES = 16
NO_NAME = -1
_FIRST_PROVISIONAL = -2

Codes = npt.NDArray[np.int32]
Lookup = Callable[[Sequence[str]], list[int | None]]


class _Codes(dict[str | None, int]):
    """Codes by text; a text met for the first time gets a provisional one, below every real one."""

    def __init__(self) -> None:
        super().__init__({None: NO_NAME})
        self.fresh: list[str] = []

    def __missing__(self, text: str) -> int:
        code = _FIRST_PROVISIONAL - len(self.fresh)
        self.fresh.append(text)
        self[text] = code
        return code


@dataclass(slots=True)
class Named:
    """Names on their way into a column: where each stands (ascending by position, then column), and its code."""

    places: npt.NDArray[np.int64]
    codes: Codes


class NameBook:
    """Gives codes to names; ``lookup`` finds those of names that sealed segments already have."""

    def __init__(self, lookup: Lookup, count: int) -> None:
        """A book of ``count`` names, all of them in sealed segments."""
        self._lookup = lookup
        self._codes = _Codes()
        self._sealed = count
        self.recent: list[str] = []

    @property
    def count(self) -> int:
        """How many names there are."""
        return self._sealed + len(self.recent)

    def provisional(self, texts: Sequence[str | None]) -> Codes:
        """Codes of ``texts``, to be made final by ``settle``; None has ``NO_NAME``."""
        return np.fromiter(map(self._codes.__getitem__, texts), np.int32, len(texts))

    def code(self, text: str) -> int:
        """The code of one text, provisional or final."""
        return self._codes[text]

    def settle(self, stretch: Sequence[Named]) -> None:
        """Make the codes of a stretch of events final, in place: its new names are ranked by first appearance."""
        fresh = self._codes.fresh
        if fresh:
            final = np.array([NO_NAME if code is None else code for code in self._lookup(fresh)], np.int32)
            new = np.flatnonzero(final == NO_NAME)
            if len(new):
                first = _first_places(stretch, len(fresh))
                ranked = new[np.argsort(first[new], kind="stable")]
                final[ranked] = np.arange(self.count, self.count + len(ranked), dtype=np.int32)
                self.recent.extend(fresh[index] for index in ranked.tolist())
            for named in stretch:
                waiting = named.codes < NO_NAME
                named.codes[waiting] = final[_FIRST_PROVISIONAL - named.codes[waiting]]
            self._codes.update(zip(fresh, final.tolist(), strict=True))
            self._codes.fresh = []
        if len(self._codes) > CACHED_NAMES_MAX:
            self._forget()

    def table(self) -> pa.Table:
        """The names that no segment has yet."""
        codes = pa.array(np.arange(self._sealed, self.count, dtype=np.int32))
        return pa.table([codes, pa.array(self.recent, pa.string())], schema=NAMES_SCHEMA)

    def seal(self) -> None:
        """The recent names now stand in a segment."""
        self._sealed, self.recent = self.count, []

    def _forget(self) -> None:
        self._codes = _Codes()
        self._codes.update(zip(self.recent, range(self._sealed, self.count), strict=True))


def _first_places(stretch: Sequence[Named], fresh: int) -> npt.NDArray[np.int64]:
    first = np.full(fresh, np.iinfo(np.int64).max, np.int64)
    for named in stretch:
        waiting = named.codes < NO_NAME
        np.minimum.at(first, _FIRST_PROVISIONAL - named.codes[waiting], named.places[waiting])
    return first


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
                self.seal(read_names(SegmentPaths(partition, entry.number).names).column("text").to_pylist(), entry)

    def lookup(self, texts: Sequence[str]) -> list[int | None]:
        """The code of each text; None where no segment has it."""
        if not self._runs.upto:
            return [None] * len(texts)
        keys, checks = _hashes(texts)
        hits = self._runs.find(keys)
        codes: list[int | None] = [None] * len(texts)
        true = np.flatnonzero(checks[hits.asked] == hits.checks)
        for index, code in zip(hits.asked[true].tolist(), hits.values[true].tolist(), strict=True):
            codes[index] = code
        return codes

    def seal(self, texts: Sequence[str], entry: Entry) -> None:
        """Take up the names of a segment just sealed."""
        keys, checks = _hashes(texts)
        codes = np.arange(entry.names_before, entry.names_after, dtype=np.uint64)
        self._runs.add(keys, codes, checks, upto=entry.last, made_from=entry.digest)


def _hashes(texts: Sequence[str]) -> tuple[Words, Words]:
    digests = b"".join([blake2b(text.encode(), digest_size=HASH_BYTES).digest() for text in texts])
    pairs = np.frombuffer(digests, np.uint64).reshape(-1, 2)
    return pairs[:, 0].copy(), pairs[:, 1].copy()
