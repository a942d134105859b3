"""The book: everything a plan may ask about one position of the log.

Two books exist, the live fold and the DuckDB projections; at one position they answer alike, to the last digit. What
follows from the answers (lines, ranks, pay) is computed once, by the same code, whoever answered.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple, Protocol

from engine.measures import MeasureTable, Request, Transactions
from schemas.event import Event


class Fact(NamedTuple):
    """An event that stands (nothing reversed it) at its position of the log; ``on`` is its business date."""

    position: int
    on: date
    event: Event


@dataclass(frozen=True, slots=True)
class RatingSum:
    """The ratings of one manager, item and rater group that share a full mark: their E6 sum and how many they are."""

    manager_id: str
    item: str
    group: str
    full: int
    total: int
    count: int


class Book(Protocol):
    """The log at one position, as questions."""

    @property
    def position(self) -> int:
        """The last position that counts."""

    def credits(self, request: Request) -> MeasureTable:
        """Each manager's measures over the days of ``request``, and what nobody is credited with."""

    def inherited(self, request: Request) -> MeasureTable:
        """What the businesses served in ``request``'s days had earned in the calendar year before, by share-days.

        The days of ``request`` lie in one calendar year. A value is the sum over businesses of (raw measure over the
        whole year before, at full share) x (sum over the days of the manager's share E4): 4 more digits than the
        measure's scale, and still to be divided by the days of that calendar year.
        """

    def transactions(self, request: Request) -> Transactions:
        """The single events that make up the flow measures of ``request``, sums of amounts or of quantities."""

    def ratings(self, period: str) -> Sequence[RatingSum]:
        """The ratings given for exactly ``period``, in no particular order."""

    def facts(self, types: Collection[str]) -> Iterator[Fact]:
        """The standing events of these types in order of position: staffing, decisions, figures, not bulk postings."""

    def transaction_days(self) -> tuple[date, date] | None:
        """The first and the last business date among the log's transactions; None where there is none."""
