"""Reckoning: what is asked of all records, from what was kept of an earlier position where that is worth it.

It takes two steps: what the database does, and putting that together, which is work for the interpreter. So the
database can go on to the next question meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Generic

from projections.cache import Cache, Something
from projections.news import news
from projections.records import Records
from projections.source import Source


@dataclass(frozen=True, slots=True)
class Reckoned(Generic[Something]):
    """All that was asked; or what was kept of the position ``kept_of``, and what some of it was and came to since."""

    whole: Something
    kept_of: int | None = None
    change: tuple[Something, Something] | None = None


class Reckoning:
    """Answers of one source, kept in a cache (nowhere without one)."""

    def __init__(self, source: Source, cache: Cache | None) -> None:
        self._source, self._cache = source, cache
        self._news: dict[int, tuple[Records, Records] | None] = {}

    def reckon(self, asked: str, kind: type[Something], compute: Callable[[Records], Something]) -> Reckoned[Something]:
        """What the database has to say to what was ``asked``: what changed since it was kept, or all of it."""
        kept = self._cache.load(self._source.snapshot, asked, kind) if self._cache is not None else None
        if kept is None:
            return Reckoned(compute(self._source.records))
        position, whole = kept
        if position == self._source.snapshot.position:
            return Reckoned(whole, position)
        if position not in self._news:
            self._news[position] = news(self._source, position)
        records = self._news[position]
        if records is None:
            return Reckoned(compute(self._source.records))
        with ThreadPoolExecutor() as side_by_side:
            before, after = side_by_side.map(compute, records)
        return Reckoned(whole, position, (before, after))

    def finished(self, asked: str, reckoned: Reckoned[Something]) -> Something:
        """The answer as of the source's position, which is kept."""
        answer, snapshot = reckoned.whole, self._source.snapshot
        if reckoned.change is not None:
            answer = answer.changed_by(*reckoned.change)
        if self._cache is not None and reckoned.kept_of != snapshot.position:
            self._cache.store(snapshot, asked, answer)
        return answer
