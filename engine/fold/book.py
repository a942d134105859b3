"""The folded book: the live state's answers to what a plan may ask (``engine.book.Book``)."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from operator import attrgetter

from engine.book import Fact, RatingSum
from engine.fold.apply import STANDING
from engine.fold.inherited import Inheritance
from engine.fold.state import State
from engine.fold.transactions import transactions
from engine.fold.watched import Watching
from engine.measures import MeasureTable, Request, Transactions


@dataclass(frozen=True, slots=True)
class FoldedBook:
    """The log at the position of ``state``; it answers for later positions as the state moves on.

    Kept, it keeps up its answers to what it was asked; it may not change its state for another.
    """

    state: State
    watching: Watching = field(default_factory=Watching, compare=False, repr=False)
    inheritance: Inheritance = field(default_factory=Inheritance, compare=False, repr=False)

    @property
    def position(self) -> int:
        """The last position that counts."""
        return self.state.facts.position

    def credits(self, request: Request) -> MeasureTable:
        """Each manager's measures over the days of ``request``, and what nobody is credited with."""
        return self.watching.credits(self.state, request)

    def inherited(self, request: Request) -> MeasureTable:
        """What the businesses served in ``request``'s days had earned in the year before, by share-days."""
        return self.inheritance.inherited(self.state, request)

    def transactions(self, request: Request) -> Transactions:
        """The single events that make up the flow measures of ``request``; looked through whenever they are asked."""
        return transactions(self.state, request)

    def ratings(self, period: str) -> Sequence[RatingSum]:
        """The ratings given for exactly ``period``, in no particular order."""
        return [
            RatingSum(manager_id, item, group, full, total, count)
            for (manager_id, item, group, full), (total, count) in self.state.facts.ratings.get(period, {}).items()
        ]

    def facts(self, types: Collection[str]) -> Iterator[Fact]:
        """The standing events of these types in order of position; only such as are in ``apply.STANDING``."""
        assert STANDING.issuperset(types), f"the state keeps no events of {set(types) - STANDING}"
        facts = [
            Fact(position, date.fromordinal(day), event)
            for type_ in types
            for position, (day, event) in self.state.facts.standing.get(type_, {}).items()
        ]
        return iter(sorted(facts, key=attrgetter("position")))

    def last_positions(self) -> dict[str, int]:
        """By manager the last event that spoke of the manager, or of a customer or account of one of the teams."""
        return self.state.credits.spoken.positions()

    def transaction_days(self) -> tuple[date, date] | None:
        """The first and the last business date among the log's transactions; None where there is none."""
        days = [day for day, count in self.state.facts.days.items() if count]
        return (date.fromordinal(min(days)), date.fromordinal(max(days))) if days else None
