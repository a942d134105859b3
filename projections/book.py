"""The book of a log snapshot, answered by DuckDB."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import date
from pathlib import Path

from engine.book import Fact, RatingSum
from engine.log.snapshot import Snapshot
from engine.measures import Credit, MeasureTable, Request
from projections.credits import Credited, credit
from projections.explanations import credit_rows
from projections.missing import Lack, lacking
from projections.records import Records
from projections.source import Source
from projections.window import Window, inherited_window
from schemas.payloads.transactions import MODELS

TRANSACTIONS = tuple(model.type for model in MODELS)


class ProjectedBook:
    """Everything a plan may ask about one position of the log (``engine.book.Book``)."""

    def __init__(self, snapshot: Snapshot, *, spill: Path | None = None, threads: int | None = None) -> None:
        self._snapshot = snapshot
        self._source = Source(snapshot, spill, threads)
        self._records = self._source.records

    @property
    def position(self) -> int:
        """The last position that counts."""
        return self._snapshot.position

    def credits(self, request: Request) -> MeasureTable:
        """Each manager's measures over the days of ``request``, and what nobody is credited with."""
        return self._measured(Window(self._records, request))

    def inherited(self, request: Request) -> MeasureTable:
        """What the businesses served in ``request``'s days earned in the calendar year before, by share-days."""
        return self._measured(inherited_window(self._records, request))

    def credit_rows(
        self, measure: str, request: Request, manager: str | None, *, inherited: bool = False
    ) -> Sequence[Credit]:
        """The events of which ``manager``'s measure is the sum (None: of what nobody is credited with)."""
        return credit_rows(self._source, measure, request, manager, inherited=inherited)

    def ratings(self, period: str) -> Sequence[RatingSum]:
        """The ratings given for exactly ``period``, in no particular order."""
        records, text = self._records, self._records.names.text
        rows = records.rows(
            'SELECT manager_id, item, "group", "full", sum(score), count(*) FROM events'
            f" WHERE type = {records.names.code('rating.given')} AND period = {records.names.code(period)} GROUP BY ALL"
        )
        return [RatingSum(text(who), text(item), text(group), *rest) for who, item, group, *rest in rows]

    def facts(self, types: Collection[str]) -> Iterator[Fact]:
        """The standing events of these types in order of position: staffing, decisions, figures, not bulk postings."""
        codes = self._records.names.codes(types)
        days = dict(self._records.rows(f"SELECT position, day FROM events WHERE type IN ({codes})"))
        for position, event in self._snapshot.events(days):
            yield Fact(position, days[position], event)

    def transaction_days(self) -> tuple[date, date] | None:
        """The first and the last business date among the log's transactions; None where there is none."""
        codes = self._records.names.codes(TRANSACTIONS)
        first, last = self._records.rows(f"SELECT min(day), max(day) FROM events WHERE type IN ({codes})")[0]
        return None if first is None else (first, last)

    def _measured(self, window: Window) -> MeasureTable:
        credited = credit(window)
        return table_of(self._records, credited, set(lacking(window)))


def table_of(records: Records, credited: Credited, lacks: set[Lack]) -> MeasureTable:
    """The table of a request; managers whose every measure is 0 and who miss nothing stand in none."""
    text = records.names.text
    missing: dict[int | None, set[str]] = {}
    for manager, what, word, _ in lacks:
        name = records.currency if what == "fx" and word == records.home else text(word)
        missing.setdefault(manager, set()).add(f"{what}:{name}")
    codes = {code for sums in credited.sums.values() for code, value in sums.items() if value} | set(missing)
    managers = sorted((text(code), code) for code in codes if code is not None)
    return MeasureTable(
        [name for name, _ in managers],
        {name: [sums.get(code, 0) for _, code in managers] for name, sums in credited.sums.items()},
        {name: sums.get(None, 0) for name, sums in credited.sums.items()},
        {None if code is None else text(code): frozenset(words) for code, words in missing.items()},
    )
