"""Settling: a plan's period computed from the log at one position, so that it can be made again byte for byte."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

from engine.book import Book
from engine.log import AsOf, Log
from engine.measures import Request
from engine.plan.conditions import conditions_not_met
from engine.plan.evaluate import Evaluation, evaluate
from engine.plan.inherit import inherited_requests
from engine.plan.library import LoadedPlan
from engine.plan.printing import manager_statements, uncredited
from engine.plan.requests import period_request
from engine.plan.scope import Scope
from projections.book import ProjectedBook
from replay.aside import NOT_AN_EVENTS
from replay.earlier import AnyBook, EarlierSettlements
from replay.findings import told
from replay.poison import poison
from replay.remade import Moment, Remade
from replay.scope import check_through, scope_of
from schemas.measures import InheritedDocument
from schemas.period import ONE_DAY, Period
from schemas.statement import Statement, sealed


@dataclass(frozen=True, slots=True)
class Settlement:
    """A period settled: the statement, and the figures and the book that it was made from."""

    statement: Statement
    evaluation: Evaluation
    book: ProjectedBook
    earlier: EarlierSettlements[ProjectedBook]


def settle(
    log: Log,
    loaded: LoadedPlan,
    period: Period,
    *,
    as_of: AsOf = None,
    through: date | None = None,
    book: ProjectedBook | None = None,
    unbegun: bool = False,
) -> Settlement:
    """The statement of ``period``: what was known ``as_of``, the days up to and including ``through``.

    ``book`` is one that another plan was settled from, instead of a moment: what that one read is not read again.
    ``unbegun`` takes the day before the period for a last day, too: there a board stands before the first transaction.

    Raises:
        Problem: ``through`` lies outside the period, or ``as_of`` beyond the log; the plan's year has no such period;
            or an event is named that settling breaks on, of a defect of ours.
    """
    if not (unbegun and through == period.start - ONE_DAY):
        check_through(period, through)
    with _uncollected():
        try:
            return _settled(log, loaded, period, book or ProjectedBook.of(log, as_of), through)
        except NOT_AN_EVENTS:
            raise
        except Exception as defect:
            named = poison(
                log.snapshot(as_of) if book is None else book.snapshot,
                lambda at: _settled(log, loaded, period, ProjectedBook(log.snapshot(at)), through),
                defect,
            )
            if named is None:
                raise
            raise named from defect


def _settled(
    log: Log,
    loaded: LoadedPlan,
    period: Period,
    book: ProjectedBook,
    through: date | None,
    remade: Remade | None = None,
) -> Settlement:
    scope = scope_of(log, loaded, period, through or period.last)
    with book.ahead([period_request(scope)], _inherited(scope, book), scope.start, scope.end):
        head = book.snapshot.head
        earlier = earlier_settlements(log, loaded, book, remade)
        evaluation = evaluate(scope, book, earlier)
        findings = [*told(book.findings(scope.start, scope.end)), *earlier.findings]
    findings += conditions_not_met(evaluation, book)
    statement = Statement(
        plan=loaded.plan.plan,
        plan_digest=loaded.digest,
        period=scope.period.name,
        start=scope.period.start.isoformat(),
        end=scope.period.end.isoformat(),
        through=scope.through.isoformat(),
        position=book.snapshot.label,
        log_head=head,
        status="closed" if scope.period.name in earlier.closed_periods else "open",
        findings=findings,
        managers=manager_statements(evaluation, log.institution.currency),
        uncredited=uncredited(evaluation),
    )
    return Settlement(sealed(statement), evaluation, book, earlier)


def _inherited(scope: Scope, book: Book) -> Iterator[Request]:
    for measure in scope.plan.measures.values():
        if isinstance(measure, InheritedDocument):
            yield from inherited_requests(scope, book, measure)


@contextmanager
def _uncollected() -> Iterator[None]:
    """No search for garbage meanwhile: a million figures are made, all stay, and each search would go through them."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


def earlier_settlements(
    log: Log, loaded: LoadedPlan, book: AnyBook, remade: Remade | None = None
) -> EarlierSettlements[AnyBook]:
    """The plan's earlier settlements, as ``book`` knows them; what they show is made again when it is asked for."""
    return EarlierSettlements(loaded, book, remade or remembering(log))


def remembering(log: Log) -> Remade:
    """What settlements show at moments of ``log``, remembered for as long as somebody holds it."""
    return Remade(log, _made_again)


def _made_again(remade: Remade, loaded: LoadedPlan, period: Period, moment: Moment) -> tuple[str, Evaluation]:
    again = _settled(remade.log, loaded, period, remade.past(moment).book, None, remade)
    return str(again.statement.digest), again.evaluation
