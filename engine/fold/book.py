"""The folded book: the live state's answers to what a plan may ask (``engine.book.Book``)."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from operator import attrgetter

from engine.book import Fact, RatingSum
from engine.crediting.streams import answers, basis_of, check
from engine.crediting.weights import Weights, weights_of
from engine.fold.apply import STANDING
from engine.fold.inherited import Memory, inherited_measures
from engine.fold.missing import Missing, missing_of
from engine.fold.state import State
from engine.measures import MeasureTable, Request

Totals = dict[str | None, list[int]]


@dataclass(frozen=True, slots=True)
class FoldedBook:
    """The log at the position of ``state``; it answers for later positions as the state moves on.

    Kept, it remembers what each business had earned the year before; it may not change its state for another.
    """

    state: State
    memory: Memory = field(default_factory=Memory, compare=False, repr=False)

    @property
    def position(self) -> int:
        """The last position that counts."""
        return self.state.facts.position

    def credits(self, request: Request) -> MeasureTable:
        """Each manager's measures over the days of ``request``, and what nobody is credited with."""
        self.state.credits.journal.close()
        exchange = self.state.facts.exchange_table()
        totals: Totals = {}
        for at, measure in enumerate(request.measures.values()):
            check(measure)
            basis = basis_of(measure)
            weights: dict[str, Weights] = {}
            for stream, holders in self.state.credits.streams.items():
                if not answers(measure, stream):
                    continue
                if stream.currency not in weights:
                    weights[stream.currency] = weights_of(measure, request, stream.currency, exchange)
                weight = weights[stream.currency]
                for holder, line in holders.items():
                    totals.setdefault(holder, [0] * len(request.measures))[at] += weight.total(line[basis])
        return table_of(request, totals, missing_of(self.state, request))

    def inherited(self, request: Request) -> MeasureTable:
        """What the businesses served in ``request``'s days had earned in the calendar year before, by share-days."""
        for measure in request.measures.values():
            check(measure)
        return table_of(request, *inherited_measures(self.state, request, self.memory))

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
        return dict(self.state.credits.spoken.last)

    def transaction_days(self) -> tuple[date, date] | None:
        """The first and the last business date among the log's transactions; None where there is none."""
        days = [day for day, count in self.state.facts.days.items() if count]
        return (date.fromordinal(min(days)), date.fromordinal(max(days))) if days else None


def table_of(request: Request, totals: Mapping[str | None, Sequence[int]], missing: Missing) -> MeasureTable:
    """The totals by holder as a table: managers with something to show, or something missing, in ascending order."""
    credited = {holder for holder, values in totals.items() if any(values)}
    managers = sorted(holder for holder in credited | missing.keys() if holder is not None)
    nothing = [0] * len(request.measures)
    return MeasureTable(
        managers,
        {name: [totals.get(manager, nothing)[at] for manager in managers] for at, name in enumerate(request.measures)},
        {name: totals.get(None, nothing)[at] for at, name in enumerate(request.measures)},
        {holder: frozenset(lacks) for holder, lacks in missing.items()},
    )
