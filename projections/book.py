"""The book of a log snapshot, answered by DuckDB."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import date
from functools import cached_property, partial
from pathlib import Path
from threading import RLock
from typing import TypeVar

from engine.book import Fact, RatingSum
from engine.log import AsOf, Log, Snapshot
from engine.log.digest import Damage
from engine.measures import Credit, MeasureTable, Request, Transactions
from projections import customers
from projections.ahead import Ahead, Ask
from projections.asked import Asked, Sums
from projections.business import Business
from projections.cache import Cache, Computed, Contradictions
from projections.credits import credit
from projections.customers import SurveySum
from projections.database import answering
from projections.explanations import Explained
from projections.findings import Findings, contradicting, findings
from projections.missing import lacking
from projections.reach import Stretch, concerned
from projections.reckoning import Reckoned, Reckoning
from projections.records import Records
from projections.roles import RoleBook
from projections.sealed import SealedFile
from projections.source import Source
from projections.tables import table_of
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
        self._explained: Explained | None = None
        self._ahead, self._calculating = Ahead(), RLock()
        self._answer(lambda: self._source)

    @cached_property
    def _source(self) -> Source:
        return Source(self._snapshot, self._spill, self._threads, self._sealed)

    @cached_property
    def _reckoning(self) -> Reckoning:
        return Reckoning(self._source, self._cache)

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
        return self._table("credits", request)

    def inherited(self, request: Request) -> MeasureTable:
        """What the businesses served in ``request``'s days earned in the year before, by share-days."""
        return self._table("inherited", request)

    def ahead(
        self, credits: Iterable[Request], inherited: Iterable[Request], start: date, end: date
    ) -> AbstractContextManager[None]:
        """Reckon what will be asked, the findings of [start, end) last, while the block asks for facts."""

        def answers() -> Iterator[tuple[str, Ask]]:
            for kind, requests in ("credits", credits), ("inherited", inherited):
                for request in requests:
                    yield spelled(request, kind), partial(self._measured, kind, request)
            yield _about(start, end), partial(self._contradicting, start, end)

        return self._ahead.reckoning(answers(), self._source.connection.interrupt)

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

    def business(self, asked: Asked) -> tuple[list[Sums], set[str]]:
        """What business comes to by the keys that are asked for, and what had to be left out (``fx:USD``)."""

        def ask() -> tuple[list[Sums], set[str]]:
            business = Business(self._source.records, asked)
            return business.sums(), business.lacks()

        return self._answer(ask)

    def by_role(self, managers: Collection[str], customers: Collection[str]) -> RoleBook:
        """The same position with what each part of a team earned; of these, customer by customer."""
        return self._answer(lambda: RoleBook(self._source, self, managers, customers))

    def serving(self, on: date) -> dict[str, list[str]]:
        """By customer the managers in any team of the customer on that day, ascending."""
        return self._answer(lambda: customers.serving(self._source, on))

    def classes(self, on: date) -> dict[str, tuple[str, int]]:
        """The accounts classed worse than normal on that day: the class, and the position of the event that says so."""
        return self._answer(lambda: customers.classes(self._source, on))

    def segments(self) -> dict[str, str]:
        """The segment of each customer of whom one was ever said; the one of the latest day stands."""
        return self._answer(lambda: customers.segments(self._source))

    def surveys(self, start: date, end: date) -> list[SurveySum]:
        """The answers of [start, end), added up by who is named, topic and full mark."""
        return self._answer(lambda: customers.surveys(self._source, start, end))

    def concerned(self, stretches: Sequence[Stretch]) -> set[Stretch]:
        """Those of these stretches of the log that brought what may change the days that they are asked of."""
        return self._answer(lambda: concerned(self._source, stretches))

    def speaks_of(self, name: str) -> bool:
        """Whether any event says this id or word."""
        return self._answer(lambda: self._source.names.said([name]))

    def findings(self, start: date, end: date) -> Sequence[Findings]:
        """Where the log contradicts itself, as far as it bears on the days [start, end)."""
        reckoned = self._ahead.answer(_about(start, end), partial(self._contradicting, start, end))
        found = self._reckoning.finished(_about(start, end), reckoned).found
        return self._answer(lambda: findings(self._source, found, start, end))

    def ratings(self, period: str) -> Sequence[RatingSum]:
        """The ratings given for exactly ``period``, in no particular order."""

        def ask() -> list[RatingSum]:
            records, text = self._source.beside, self._source.names.text
            if not records.names.said(["rating.given"]):
                return []
            rows = records.rows(
                'SELECT manager_id, item, "group", "full", sum(score), count(*) FROM events'
                f" WHERE type = {records.names.code('rating.given')} AND period = {records.names.code(period)}"
                " GROUP BY ALL"
            )
            return [RatingSum(text(who), text(item), text(group), *rest) for who, item, group, *rest in rows]

        return self._glanced(ask)

    def facts(self, types: Collection[str], after: int = 0) -> Iterator[Fact]:
        """The standing events of these types in order of position: staffing, decisions, figures, not bulk postings.

        Only those behind the position ``after``.
        """

        def ask() -> dict[int, date]:
            records = self._source.beside
            if not records.names.said(types):
                return {}
            of = f"type IN ({records.names.codes(types)}) AND position > {after}"
            return dict(records.rows(f"SELECT position, day FROM events WHERE {of}"))

        days = self._glanced(ask)
        for position, event in self._snapshot.events(days):
            yield Fact(position, days[position], event)

    def transaction_days(self) -> tuple[date, date] | None:
        """The first and the last business date among the log's transactions; None where there is none."""

        def ask() -> list[date]:
            records = self._source.beside
            days = f"SELECT day FROM events WHERE type IN ({records.names.codes(TRANSACTIONS)}) ORDER BY day"
            # Unlike min and max of the filtered days, these pass over whatever cannot be first or last.
            return [day for order in ("ASC", "DESC") for (day,) in records.rows(f"{days} {order} LIMIT 1")]

        found = self._glanced(ask)
        return (found[0], found[1]) if found else None

    def _answer(self, ask: Callable[[], Answer]) -> Answer:
        """What a calculation gives; one at a time makes its tables."""
        with self._calculating:
            return self._glanced(ask)

    def _glanced(self, ask: Callable[[], Answer]) -> Answer:
        """What ``ask`` gives; where the sealed file is found damaged on the way, it is asked again without it."""
        sealed = self._sealed
        try:
            with answering():
                return ask()
        except Damage:
            if sealed is None:
                raise
        with self._calculating:
            if self._sealed is sealed:
                sealed.discard()
                self._sealed = self._explained = None
                for made in ("_source", "_reckoning"):
                    self.__dict__.pop(made, None)
        with answering():
            return ask()

    def _table(self, kind: str, request: Request) -> MeasureTable:
        asked = spelled(request, kind)
        reckoned = self._ahead.answer(asked, partial(self._measured, kind, request))
        computed = self._reckoning.finished(asked, reckoned)
        return self._glanced(lambda: table_of(self._source.names, computed))

    def _measured(self, kind: str, request: Request) -> Reckoned[Computed]:
        def compute(records: Records) -> Computed:
            opened = WINDOWS[kind](records, request)
            return Computed(credit(opened), set(lacking(opened)))

        return self._answer(lambda: self._reckoning.reckon(spelled(request, kind), Computed, compute))

    def _contradicting(self, start: date, end: date) -> Reckoned[Contradictions]:
        def compute(records: Records) -> Contradictions:
            return Contradictions(contradicting(records, start, end))

        return self._answer(lambda: self._reckoning.reckon(_about(start, end), Contradictions, compute))

    def _told(self, request: Request, manager: str | None, kind: str) -> Mapping[str, Sequence[Credit]]:
        if self._explained is None or self._explained.manager != manager:
            self._explained = Explained(self._source, manager)
        return self._explained.credits(request, kind, WINDOWS[kind])


def _about(start: date, end: date) -> str:
    """What findings are asked by."""
    return f"findings {start} {end}"
