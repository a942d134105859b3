"""The book of a log snapshot, answered by DuckDB."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TypeVar

from engine.book import Fact, RatingSum
from engine.log import AsOf, Log, Snapshot
from engine.log.digest import Damage
from engine.measures import Credit, MeasureTable, Request, Transactions
from projections.cache import Cache, Computed, Contradictions, Something
from projections.credits import credit
from projections.database import answering
from projections.explanations import Explained
from projections.findings import Findings, contradicting, findings
from projections.missing import lacking
from projections.news import news
from projections.records import Records
from projections.sealed import SealedFile
from projections.source import Source
from projections.terms import spelled
from projections.transactions import transactions
from projections.window import Window, inherited_window
from schemas.payloads import family_types

TRANSACTIONS = sorted(family_types("transactions"))
WINDOWS: dict[str, Callable[[Records, Request], Window]] = {"credits": Window, "inherited": inherited_window}
Answer = TypeVar("Answer")


class ProjectedBook:
    """Everything a plan may ask about one position of the log (``engine.book.Book``)."""

    def __init__(
        self, snapshot: Snapshot, *, cache: Path | None = None, spill: Path | None = None, threads: int | None = None
    ) -> None:
        """The book of ``snapshot``.

        ``cache`` is a directory for what can be made again (nothing is kept without one), ``spill`` one for what
        exceeds the memory.
        """
        self._snapshot = snapshot
        self._spill, self._threads = spill, threads
        self._cache = Cache(cache) if cache is not None else None
        self._sealed = SealedFile(cache, spill, threads) if cache is not None else None
        self._news: dict[int, tuple[Records, Records] | None] = {}
        self._explained: Explained | None = None
        self._answer(lambda: self._source)

    @cached_property
    def _source(self) -> Source:
        return Source(self._snapshot, self._spill, self._threads, self._sealed)

    @classmethod
    def of(cls, log: Log, as_of: AsOf = None) -> ProjectedBook:
        """The book of a log, now or as of a position or time; it keeps what it computes in the log's cache."""
        return cls(log.snapshot(as_of), cache=log.cache / "projections", spill=log.cache / "spill")

    @property
    def snapshot(self) -> Snapshot:
        """The log at the position of the book."""
        return self._snapshot

    @property
    def position(self) -> int:
        """The last position that counts."""
        return self._snapshot.position

    def credits(self, request: Request) -> MeasureTable:
        """Each manager's measures over the days of ``request``, and what nobody is credited with."""
        return self._answer(lambda: self._table(request, "credits"))

    def inherited(self, request: Request) -> MeasureTable:
        """What the businesses served in ``request``'s days earned in the calendar year before, by share-days."""
        return self._answer(lambda: self._table(request, "inherited"))

    def transactions(self, request: Request) -> Transactions:
        """The single events that make up the flow measures of ``request``; looked for whenever they are asked."""
        return self._answer(lambda: transactions(Window(self._source.records, request), self._source.names))

    def credit_rows(
        self, measure: str, request: Request, manager: str | None, *, inherited: bool = False
    ) -> Sequence[Credit]:
        """The events of which ``manager``'s measure is the sum (None: of what nobody is credited with).

        Those of all measures of ``request`` are found at once and kept until another manager is asked for.
        """
        return self._answer(lambda: self._told(request, manager, "inherited" if inherited else "credits")[measure])

    def findings(self, start: date, end: date) -> Sequence[Findings]:
        """Where the log contradicts itself, as far as it bears on the days [start, end)."""
        return self._answer(lambda: self._findings(start, end))

    def ratings(self, period: str) -> Sequence[RatingSum]:
        """The ratings given for exactly ``period``, in no particular order."""

        def ask() -> list[RatingSum]:
            records, text = self._source.records, self._source.names.text
            rows = records.rows(
                'SELECT manager_id, item, "group", "full", sum(score), count(*) FROM events'
                f" WHERE type = {records.names.code('rating.given')} AND period = {records.names.code(period)}"
                " GROUP BY ALL"
            )
            return [RatingSum(text(who), text(item), text(group), *rest) for who, item, group, *rest in rows]

        return self._answer(ask)

    def facts(self, types: Collection[str]) -> Iterator[Fact]:
        """The standing events of these types in order of position: staffing, decisions, figures, not bulk postings."""

        def ask() -> dict[int, date]:
            records = self._source.records
            return dict(records.rows(f"SELECT position, day FROM events WHERE type IN ({records.names.codes(types)})"))

        days = self._answer(ask)
        for position, event in self._snapshot.events(days):
            yield Fact(position, days[position], event)

    def transaction_days(self) -> tuple[date, date] | None:
        """The first and the last business date among the log's transactions; None where there is none."""

        def ask() -> tuple[date | None, date | None]:
            records = self._source.records
            codes = records.names.codes(TRANSACTIONS)
            first, last = records.rows(f"SELECT min(day), max(day) FROM events WHERE type IN ({codes})")[0]
            return first, last

        first, last = self._answer(ask)
        return None if first is None or last is None else (first, last)

    def _answer(self, ask: Callable[[], Answer]) -> Answer:
        """What ``ask`` gives; where the sealed file is found damaged on the way, it is asked again without it."""
        try:
            with answering():
                return ask()
        except Damage:
            if self._sealed is None:
                raise
        self._sealed.discard()
        self._sealed = self._explained = None
        self._news = {}
        self.__dict__.pop("_source", None)
        with answering():
            return ask()

    def _table(self, request: Request, kind: str) -> MeasureTable:
        def compute(records: Records) -> Computed:
            opened = WINDOWS[kind](records, request)
            return Computed(credit(opened), set(lacking(opened)))

        return table_of(self._source, self._computed(spelled(request, kind), Computed, compute))

    def _findings(self, start: date, end: date) -> Sequence[Findings]:
        def compute(records: Records) -> Contradictions:
            return Contradictions(contradicting(records, start, end))

        computed = self._computed(f"findings {start} {end}", Contradictions, compute)
        return findings(self._source, computed.found, start, end)

    def _computed(self, asked: str, kind: type[Something], compute: Callable[[Records], Something]) -> Something:
        """What was asked: as it was kept at an earlier position, brought up to this one, or computed anew."""
        if self._cache is None:
            return compute(self._source.records)
        kept = self._cache.load(self._snapshot, asked, kind)
        computed = self._from_kept(*kept, compute) if kept is not None else None
        if computed is None:
            computed = compute(self._source.records)
        if kept is None or kept[0] < self.position:
            self._cache.store(self._snapshot, asked, computed)
        return computed

    def _told(self, request: Request, manager: str | None, kind: str) -> Mapping[str, Sequence[Credit]]:
        if self._explained is None or self._explained.manager != manager:
            self._explained = Explained(self._source, manager)
        return self._explained.credits(request, kind, WINDOWS[kind])

    def _from_kept(self, position: int, kept: Something, compute: Callable[[Records], Something]) -> Something | None:
        """What was kept of an earlier position, brought up to this one; None where that is not worth it."""
        if position == self.position:
            return kept
        if position not in self._news:
            self._news[position] = news(self._source, position)
        records = self._news[position]
        if records is None:
            return None
        with ThreadPoolExecutor() as side_by_side:
            before, after = side_by_side.map(compute, records)
        return kept.changed_by(before, after)


def table_of(source: Source, computed: Computed) -> MeasureTable:
    """The table of a request; managers whose every measure is 0 and who miss nothing stand in none."""
    text, sums_of = source.names.text, computed.credited.sums
    missing: dict[int | None, set[str]] = {}
    for manager, what, word, _ in computed.lacks:
        missing.setdefault(manager, set()).add(f"{what}:{text(word)}")
    earned = {name: {code: value for code, value in sums.items() if value} for name, sums in sums_of.items()}
    codes = set(missing).union(*earned.values())
    source.names.learn(code for code in codes if code is not None)
    nothing = [0] * len(codes - {None})
    managers = sorted((text(code), code) for code in codes if code is not None)
    return MeasureTable(
        [name for name, _ in managers],
        {name: [sums.get(code, 0) for _, code in managers] if sums else nothing for name, sums in earned.items()},
        {name: sums.get(None, 0) for name, sums in earned.items()},
        {None if code is None else text(code): frozenset(words) for code, words in missing.items()},
    )
