"""Facts: what people decided, reported, set and rated, each read once and only where a plan asks.

One ``Facts`` serves all periods that a settlement looks at, and later ones for as long as the book tells the same.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from functools import cached_property

from engine.book import Book, Fact, RatingSum
from engine.plan.scope import Scope
from engine.posts import TYPES as STAFFING
from engine.posts import Posts
from schemas.measures import DecisionDocument, Whose
from schemas.payloads.staffing import UnitOpened

NOTED = {"figure": "figure.reported", "target": "target.set"}

Noted = Mapping[tuple[str, Whose], Mapping[str, Mapping[str, Fact]]]
"""By measure and whose, by manager or unit, by period: the report, or the target, that stands."""


class Facts:
    """The small facts of a book's position."""

    def __init__(self, book: Book) -> None:
        self.book = book
        self._told: dict[tuple[str, ...], list[Fact]] = {}
        self._rated: dict[str, Sequence[RatingSum]] = {}
        self._noted: dict[str, Noted] = {}

    def still_hold(self) -> bool:
        """Whether the book, which may have moved on, tells all that was asked of it as it did."""
        book = self.book
        return all(list(book.facts(types)) == facts for types, facts in self._told.items()) and all(
            book.ratings(period) == ratings for period, ratings in self._rated.items()
        )

    def _of(self, *types: str) -> list[Fact]:
        if types not in self._told:
            self._told[types] = list(self.book.facts(types))
        return self._told[types]

    @cached_property
    def posts(self) -> Posts:
        """Who was a manager on which days."""
        return Posts(self._of(*STAFFING))

    @cached_property
    def parents(self) -> dict[str, str | None]:
        """By unit the unit that it belongs to."""
        return {fact.event.data.org_unit: fact.event.data.parent for fact in self._of(UnitOpened.type)}

    @cached_property
    def _decisions(self) -> list[Fact]:
        return self._of("decision.made")

    def decisions(self, kind: str) -> list[Fact]:
        """The decisions of a kind that concern a manager, in order of position."""
        return [fact for fact in self._decisions if fact.event.data.kind == kind and fact.event.data.manager_id]

    def deciding(self, scope: Scope, document: DecisionDocument) -> list[tuple[str, Fact]]:
        """The decisions that count for the scope's period, with whom each concerns, in order of position."""
        field = "manager_id" if document.whose == "manager" else "org_unit"
        return [
            (subject, fact)
            for fact in self._decisions
            if fact.event.data.kind == document.decision
            and (subject := getattr(fact.event.data, field)) is not None
            and _counts(scope, document, fact)
        ]

    def decided(self, scope: Scope, document: DecisionDocument) -> dict[str, Fraction]:
        """By manager or unit what was decided, taken as ``document`` says."""
        values: dict[str, Fraction] = {}
        for subject, fact in self.deciding(scope, document):
            if document.take == "count":
                values[subject] = values.get(subject, Fraction(0)) + 1
                continue
            value = Fraction(fact.event.data.value)
            values[subject] = value + values.get(subject, Fraction(0)) if document.take == "sum" else value
        return values

    def noted(self, of: str, measure: str, whose: Whose) -> Mapping[str, Mapping[str, Fact]]:
        """By manager or unit and period the report, or the target set; of several the one at the latest position."""
        if of not in self._noted:
            told: dict[tuple[str, Whose], dict[str, dict[str, Fact]]] = defaultdict(lambda: defaultdict(dict))
            for fact in self._of(NOTED[of]):
                data = fact.event.data
                key: tuple[str, Whose] = (data.measure, "manager" if data.manager_id is not None else "unit")
                told[key][data.manager_id or data.org_unit][data.period] = fact
            self._noted[of] = told
        return self._noted[of].get((measure, whose), {})

    def ratings(self, spellings: Sequence[str]) -> Sequence[RatingSum]:
        """The ratings given for exactly one period, whichever way it is spelled."""
        for period in spellings:
            if period not in self._rated:
                self._rated[period] = self.book.ratings(period)
        return [one for period in spellings for one in self._rated[period]]


def _counts(scope: Scope, document: DecisionDocument, fact: Fact) -> bool:
    data = fact.event.data
    if document.take != "count" and not isinstance(data.value, Decimal):
        return False
    if data.period is not None or document.take == "last":
        return data.period in scope.spellings
    return scope.start <= fact.on < scope.end
