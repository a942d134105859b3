"""Settling: a plan's period computed from the log at one position, so that it can be made again byte for byte."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from engine.book import Book
from engine.log import AsOf, Log
from engine.measures import Request
from engine.plan.conditions import conditions_not_met
from engine.plan.evaluate import Evaluation, evaluate
from engine.plan.inherit import inherited_requests
from engine.plan.library import LoadedPlan
from engine.plan.printing import manager_statements, uncredited
from engine.plan.requests import period_request
from engine.plan.scope import Earlier, Scope
from projections.book import ProjectedBook
from replay.aside import NOT_AN_EVENTS
from replay.earlier import EarlierSettlements
from replay.findings import told
from replay.poison import poison
from schemas.currency import minor_digits
from schemas.measures import InheritedDocument
from schemas.period import ONE_DAY, Period
from schemas.problems import Problem
from schemas.statement import Statement, sealed
from schemas.vector import Vector


@dataclass(frozen=True, slots=True)
class Settlement:
    """A period settled: the statement, and the figures and the book that it was made from."""

    statement: Statement
    evaluation: Evaluation
    book: ProjectedBook
    earlier: Earlier


def settle(
    log: Log,
    loaded: LoadedPlan,
    period: Period,
    *,
    as_of: AsOf = None,
    through: date | None = None,
    book: ProjectedBook | None = None,
) -> Settlement:
    """The statement of ``period``: what was known ``as_of``, the days up to and including ``through``.

    ``book`` is one that another plan was settled from, instead of a moment: what that one read is not read again.

    Raises:
        Problem: ``through`` lies outside the period, or ``as_of`` beyond the log; the plan's year has no such period;
            or an event is named that settling breaks on, of a defect of ours.
    """
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


def check_through(period: Period, through: date | None) -> None:
    """Refuse a last day that is none of the period's.

    Raises:
        Problem: it lies outside.
    """
    if through is not None and through not in period:
        raise Problem(
            f"The day {through} lies outside {period.name}.",
            remedy=f"Name a day from {period.start} to {period.last}, or leave it out.",
        )


def _settled(log: Log, loaded: LoadedPlan, period: Period, book: ProjectedBook, through: date | None) -> Settlement:
    scope = scope_of(log, loaded, period, through or period.last)
    with book.ahead([period_request(scope)], _inherited(scope, book), scope.start, scope.end):
        head = book.snapshot.head
        earlier = earlier_settlements(log, loaded, book)
        evaluation = evaluate(scope, book, earlier)
        findings = [*told(book.findings(scope.start, scope.end)), *earlier.findings]
    findings += conditions_not_met(evaluation, book)
    statement = Statement(
        plan=loaded.plan.plan,
        plan_digest=loaded.digest,
        period=scope.period.name,
        start=scope.period.start.isoformat(),
        end=scope.period.end.isoformat(),
        through=scope.last.isoformat(),
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


def earlier_settlements(log: Log, loaded: LoadedPlan, book: Book) -> EarlierSettlements:
    """The plan's earlier settlements, as ``book`` knows them; what they show is made again when it is asked for."""
    return EarlierSettlements(log, loaded, book, closed_lines)


def scope_of(log: Log, loaded: LoadedPlan, period: Period, through: date) -> Scope:
    """The plan over the period's days up to and including ``through``; none, where that lies before the period.

    Raises:
        Problem: ``period`` is named by the calendar, and the plan's own year has no such period.
    """
    own = loaded.plan.year.own(period)
    end = min(max(through + ONE_DAY, own.start), own.end)
    return Scope(loaded.plan, own, end, minor_digits(log.institution.currency))


def closed_lines(
    log: Log, loaded: LoadedPlan, period: Period, position: int | Vector, line: str
) -> tuple[dict[str, Fraction], str]:
    """What the settlement closed at ``position`` shows in ``line``, by manager, and its digest, made again."""
    again = settle(log, loaded, period, as_of=position)
    column = again.evaluation.lines.get(line)
    shown: dict[str, Fraction] = {}
    for row, manager in enumerate(again.evaluation.managers):
        value = column.value(row) if column is not None else None
        if isinstance(value, Fraction):
            shown[manager] = value
    return shown, str(again.statement.digest)
