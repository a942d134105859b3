"""The leaves of an explanation: what each event contributed to a measure of one manager.

The contributions of a measure add up to its value exactly, before decimals are cut for print. A limit keeps the largest
and sums up the others in one row, so that the sum still holds.
"""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction
from typing import Protocol, TypeVar

from msgspec import UNSET, UnsetType

from engine.book import Fact
from engine.measures import RATE, Aggregate, Credit, CreditMeasure, Transaction
from engine.plan.column import column_of
from engine.plan.evaluate import Evaluation
from engine.plan.facts import Facts
from engine.plan.gather import TAKEN, noted_facts
from engine.plan.held import due_on, held_lines
from engine.plan.inherit import InheritedYear, inherited_request
from engine.plan.requests import credit_names, window_request
from engine.plan.scope import Scope, figure_on, value_on
from engine.plan.transactions import earned
from engine.plan.unset import is_set
from engine.plan.windows import window
from projections.book import ProjectedBook
from replay.earlier import EarlierSettlements
from schemas.event import Event
from schemas.exact import AMOUNT_DIGITS, NUMBER_DIGITS, SHARE_DIGITS, WHOLE_SHARE, print_exact, print_ratio
from schemas.measures import CreditDocument, DecisionDocument, FigureDocument, RatingDocument, SettledDocument
from schemas.period import ONE_DAY, Cycle
from schemas.plan import Parameter
from schemas.statement import SETTLEMENT, CreditRow, Node, ParameterValue

Contribution = TypeVar("Contribution", int, Fraction)


class Traceable(Protocol):
    """A period evaluated from the log: what its figures are traced through."""

    @property
    def evaluation(self) -> Evaluation:
        """The figures."""

    @property
    def book(self) -> ProjectedBook:
        """What they were made from."""

    @property
    def earlier(self) -> EarlierSettlements[ProjectedBook]:
        """The settlements that were closed before."""


@dataclass(frozen=True, slots=True)
class CreditSources:
    """The events behind one manager's measures in a settlement."""

    settlement: Traceable
    manager: str
    limit: int | None
    events: dict[int, Event] = field(default_factory=dict)
    """Those read so far: most count in more than one measure."""

    def credits(
        self, name: str, document: CreditDocument, year: InheritedYear | None
    ) -> tuple[list[CreditRow], dict[str, ParameterValue]]:
        """What each event earned the manager in a credit measure, and the daily parameters that it was earned by.

        Of what was inherited, the share is the manager's part of the share-days of the year.
        """
        scope, book = self.settlement.evaluation.scope, self.settlement.book
        if not is_set(document, scope.plan):
            return [], {}
        if year is None:
            request = window_request(scope, name)
            days = 1
            rows = book.credit_rows(name, request, self.manager)
            first, last = request.start, max(request.end - ONE_DAY, request.start)
        else:
            request = inherited_request(scope, credit_names(scope), year.start, year.end)
            days = scope.plan.year.around(year.start, Cycle.YEAR).days
            rows = book.credit_rows(name, request, self.manager, inherited=True)
            first, last = year.before.start, year.before.last
        parameters = {}
        if document.times is not None and document.times != RATE:
            parameters = _values_between(document.times, scope.plan.parameters[document.times], first, last)
        if document.each is not None:
            return self._singly(document, rows, request.measures[name]), parameters
        more = 0 if year is None else SHARE_DIGITS
        denominator = 10 ** (request.measures[name].scale + more) * days
        whole = 10**SHARE_DIGITS * days
        return self._told(rows, request.measures[name].aggregate, denominator, whole), parameters

    def _singly(self, document: CreditDocument, rows: Sequence[Credit], measure: CreditMeasure) -> list[CreditRow]:
        """What each event earned of itself, where a measure is taken transaction by transaction."""
        held = [row for row in rows if row.share]
        transactions = [Transaction(row.contribution // row.share, row.share) for row in held]
        contributions = column_of(earned(document, self.settlement.evaluation.scope.plan, measure, transactions))
        share = {} if document.share == "split" else {"share": WHOLE_SHARE}
        told = [replace(row, contribution=cell, **share) for row, cell in zip(held, contributions.cells, strict=True)]
        return self._told(told, measure.aggregate, contributions.denominator, WHOLE_SHARE)

    def _told(self, rows: Sequence[Credit], aggregate: Aggregate, denominator: int, whole: int) -> list[CreditRow]:
        ordered = sorted(rows, key=lambda row: (row.position, row.on, row.share))
        kept, others = _largest([row.contribution for row in ordered], self.limit)
        unread = [ordered[place].position for place in kept if ordered[place].position not in self.events]
        self.events.update(self.settlement.book.snapshot.events(unread))
        digits = {Aggregate.COUNT: 0, Aggregate.QUANTITY: NUMBER_DIGITS}.get(aggregate, AMOUNT_DIGITS)
        told = [
            CreditRow(
                event_id=self.events[row.position].id,
                event_source=self.events[row.position].source,
                position=self.settlement.book.snapshot.place(row.position),
                on=row.on.isoformat(),
                share=print_ratio(row.share, whole),
                amount=print_ratio(row.amount, 10**digits),
                contribution=print_ratio(row.contribution, denominator),
            )
            for row in (ordered[place] for place in kept)
        ]
        if others:
            rest = sum(ordered[place].contribution for place in others)
            told.append(CreditRow(others=len(others), contribution=print_ratio(rest, denominator)))
        return told

    def ratings(self, document: RatingDocument) -> list[CreditRow]:
        """Each rating's part of the mean: its mark of a hundred by the weights of its group and its item."""
        evaluation, book = self.settlement.evaluation, self.settlement.book
        scope = evaluation.scope
        if not is_set(document, scope.plan):
            return []
        spellings = window(scope, document.over).spellings
        given: dict[str, dict[str, list[Fact]]] = {}
        for fact in book.facts(("rating.given",)):
            data = fact.event.data
            counts = data.item in document.items and data.group in document.groups
            if counts and data.manager_id == self.manager and data.period in spellings:
                given.setdefault(data.item, {}).setdefault(data.group, []).append(fact)
        parts: list[tuple[Fact, Fraction, Fraction]] = []
        parameters, day = scope.plan.parameters, scope.start
        groups = {
            item: _weights(parameters, {group: document.groups[group] for group in by_group}, day)
            for item, by_group in given.items()
        }
        items = _weights(parameters, {item: document.items[item] for item in given if groups[item]}, day)
        for item, by_group in given.items():
            for group, facts in by_group.items():
                weight = items.get(item, Fraction(0)) * groups[item].get(group, Fraction(0)) / len(facts)
                for fact in facts:
                    mark = Fraction(fact.event.data.score) * 100 / Fraction(fact.event.data.full)
                    parts.append((fact, mark, mark * weight))
        kept, others = _largest([part for _, _, part in parts], self.limit)
        told = [self._fact_row(fact, part, print_exact(mark)) for fact, mark, part in (parts[place] for place in kept)]
        if others:
            rest = sum((parts[place][2] for place in others), Fraction(0))
            told.append(CreditRow(others=len(others), contribution=print_exact(rest)))
        return told

    def decisions(self, document: DecisionDocument) -> list[CreditRow]:
        """The decision that stands, or all that are counted or added up."""
        scope, gathered = self.settlement.evaluation.scope, self.settlement.evaluation.gathered
        days = window(scope, document.over)
        subject = self._subject(days, document.whose)
        made = [fact for about, fact in gathered.facts.deciding(days, document) if about == subject]
        if document.take == "count":
            return [self._fact_row(fact, Fraction(1), "1") for fact in made]
        return [self._valued(fact) for fact in (made[-1:] if document.take == "last" else made)]

    def figures(self, document: FigureDocument) -> list[CreditRow]:
        """The reports, or the targets, that the figure is taken of, each with its part of it."""
        scope, gathered = self.settlement.evaluation.scope, self.settlement.evaluation.gathered
        subject = self._subject(window(scope, document.over), document.whose)
        noted = noted_facts(scope, document, gathered.facts).get(subject, []) if subject is not None else []
        values = [Fraction(fact.event.data.value) for fact in noted]
        if document.take in {"min", "max"} and values:
            noted = [noted[values.index(TAKEN[document.take](values))]]
        if document.take in {"mean", "count"}:
            return [
                self._fact_row(fact, value / len(noted) if document.take == "mean" else Fraction(1), print_exact(value))
                for fact, value in zip(noted, values, strict=True)
            ]
        return [self._valued(fact) for fact in noted]

    def _subject(self, scope: Scope, whose: str) -> str | None:
        """The manager, or the manager's unit on the last day of ``scope``."""
        posts = self.settlement.evaluation.gathered.posts
        return self.manager if whose == "manager" else posts.word(self.manager, "org_unit", scope.last)

    def _valued(self, fact: Fact) -> CreditRow:
        value = Fraction(fact.event.data.value)
        return self._fact_row(fact, value, print_exact(value))

    def _fact_row(self, fact: Fact, contribution: Fraction, amount: str) -> CreditRow:
        return CreditRow(
            event_id=fact.event.id,
            event_source=fact.event.source,
            position=self.settlement.book.snapshot.place(fact.position),
            on=fact.on.isoformat(),
            share=UNSET,
            amount=amount,
            contribution=print_exact(contribution),
        )

    def settled(self, document: SettledDocument) -> list[Node]:
        """The manager's figures in the earlier settlements that the measure looks at; when what is held is due."""
        lines = held_lines(self.settlement.evaluation.scope, document, self.settlement.earlier)
        return [
            Node(
                id=one.settlement_id,
                kind=SETTLEMENT,
                value=print_exact(one.value),
                period=one.period.name,
                due=self.due(one.closed_on, document),
            )
            for one in lines.get(self.manager, ())
        ]

    def due(self, closed_on: date, document: SettledDocument) -> str | UnsetType:
        """The day on which what a settlement closed then held back is due; none where it is forfeited by now.

        None, too, where the measure takes nothing that is held.
        """
        if document.take != "held-and-due":
            return UNSET
        due = due_on(closed_on, document)
        until = min(due, self.settlement.evaluation.scope.end)
        posts = Facts(self.settlement.book).posts
        return due.isoformat() if posts.in_post_throughout(self.manager, closed_on, until) else UNSET


def _weights(parameters: dict[str, Parameter], names: dict[str, str], day: date) -> dict[str, Fraction]:
    """Each name's part of a weighted mean over those present; none where their weights add up to 0."""
    weights = {name: figure_on(parameters[parameter], day) or Fraction(0) for name, parameter in names.items()}
    total = sum(weights.values())
    return {name: weight / total for name, weight in weights.items()} if total else {}


def _largest(contributions: Sequence[Contribution], limit: int | None) -> tuple[list[int], list[int]]:
    """The places of the ``limit`` rows that contribute most, and those of the others, both in the rows' order."""
    places = range(len(contributions))
    if limit is None or len(contributions) <= limit:
        return list(places), []
    kept = set(heapq.nlargest(limit, places, key=lambda place: abs(contributions[place])))
    return sorted(kept), [place for place in places if place not in kept]


def _values_between(name: str, parameter: Parameter, first: date, last: date) -> dict[str, ParameterValue]:
    """The parameter's value on the first day, and each that began to hold later, under its date."""
    held = value_on(parameter, first)
    if held is None:
        return {}
    since, value = held
    told = {name: ParameterValue(print_exact(value), since.isoformat())}
    for day, later in parameter.values.items():
        if first < day <= last and day != since:
            told[f"{name}@{day}"] = ParameterValue(print_exact(Fraction(later)), day.isoformat())
    return told
