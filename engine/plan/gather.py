"""Gathering: a plan's measures from a book, as columns aligned to the managers of the period."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction
from operator import attrgetter

from engine.book import Book, Fact
from engine.measures import MeasureTable, Request, Transactions
from engine.plan.column import Column, column_of
from engine.plan.facts import Facts
from engine.plan.held import corrected, settled
from engine.plan.rated import rated
from engine.plan.requests import credit_names, credit_request, window_request
from engine.plan.scope import Correction, Earlier, Scope
from engine.plan.transactions import earned_column
from engine.plan.unset import is_set
from engine.plan.windows import parts, window
from engine.posts import Posts, full_months
from schemas.measures import (
    AnyMeasure,
    CalendarDocument,
    CorrectionsDocument,
    CreditDocument,
    DecisionDocument,
    FigureDocument,
    PostDocument,
    RatingDocument,
    ServiceDocument,
    SettledDocument,
    StandingDocument,
)
from schemas.period import MONTHS, ONE_DAY, Cycle

TAKEN: Mapping[str, Callable[[Sequence[Fraction]], Fraction]] = {
    "last": lambda values: values[-1],
    "sum": lambda values: sum(values, Fraction(0)),
    "mean": lambda values: sum(values, Fraction(0)) / len(values),
    "min": min,
    "max": max,
    "count": lambda values: Fraction(len(values)),
}
"""How several figures are taken together; never of none."""


@dataclass(slots=True)
class Gathered:
    """The managers of a period and their measures. A last row, behind the managers, is what nobody is credited with.

    ``last`` is the last day that counts, ``request`` the question that the period's own credits answer. ``corrections``
    has by measure what is made good of earlier settlements.
    """

    managers: Sequence[str]
    last: date
    request: Request
    measures: dict[str, Column]
    facts: Facts
    missing: dict[str, set[str]]
    gaps: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    corrections: Mapping[str, Sequence[Correction]] = field(default_factory=dict)

    @property
    def posts(self) -> Posts:
        """Who was a manager on which days."""
        return self.facts.posts

    @property
    def rows(self) -> int:
        """How many cells a column has: the managers, and nobody."""
        return len(self.managers) + 1


def gather(
    scope: Scope,
    book: Book,
    facts: Facts,
    earlier: Earlier,
    wanted: Collection[str] | None = None,
    before: Gathered | None = None,
) -> Gathered:
    """Every measure of the plan but the inherited ones and other periods' lines, which need its lines as well.

    Only those named in ``wanted``, if it is given; but all that is credited in the period, which says who the managers
    are. ``before`` is what was gathered of the same scope at an earlier position.
    """
    posts = facts.posts
    request = credit_request(scope, credit_names(scope), scope.start, scope.end) if before is None else before.request
    table = book.credits(request)
    singly = _one_by_one(scope, request, book)
    corrections = _corrections(scope, earlier, wanted)
    concerned = {holder for credited in singly.values() for holder in credited if holder is not None}
    concerned.update(*(one.amounts for correcting in corrections.values() for one in correcting))
    managers = sorted(posts.managers_in_post(scope.start, scope.end).union(table.managers, concerned))
    missing = {manager: set(table.missing.get(manager, ())) for manager in managers}
    for manager in set(managers).difference(posts.appointed):
        missing[manager].add("appointment")
    columns = align(table, request, managers)
    gathered = Gathered(managers, scope.last, request, columns, facts, missing, corrections=corrections)
    gathered.measures |= _earned_singly(scope, request, singly, managers)
    for name, document in scope.plan.measures.items():
        asked = wanted is None or name in wanted
        if asked and isinstance(document, CreditDocument) and name not in gathered.measures:
            if is_set(document, scope.plan):
                _of_other_days(scope, book, window_request(scope, name), gathered)
            else:
                gathered.measures[name] = Column([None] * gathered.rows)
    for name, correcting in corrections.items():
        gathered.measures[name] = _column(gathered, corrected(correcting))
    for name, document in scope.plan.measures.items():
        column = _measured(scope, document, gathered, earlier) if wanted is None or name in wanted else None
        if column is not None:
            gathered.measures[name] = column
    return gathered


def _corrections(scope: Scope, earlier: Earlier, wanted: Collection[str] | None) -> dict[str, Sequence[Correction]]:
    return {
        name: earlier.corrections(document.lines, scope.period)
        for name, document in scope.plan.measures.items()
        if isinstance(document, CorrectionsDocument) and (wanted is None or name in wanted)
    }


def _of_other_days(scope: Scope, book: Book, request: Request, gathered: Gathered) -> None:
    """Credit measures over other days than the period's. Who is no manager of the period counts as nobody."""
    table = book.credits(request)
    gathered.measures |= align(table, request, gathered.managers)
    singly = _one_by_one(scope, request, book)
    gathered.measures |= _earned_singly(scope, request, singly, gathered.managers)
    for manager in gathered.managers:
        gathered.missing[manager] |= table.missing.get(manager, frozenset())


def _one_by_one(scope: Scope, request: Request, book: Book) -> Transactions:
    """The transactions of those measures of ``request`` that are taken one by one."""
    measures = {name: one for name, one in request.measures.items() if is_taken_singly(scope.plan.measures[name])}
    if not measures:
        return {}
    return book.transactions(replace(request, measures=measures))


def is_taken_singly(document: AnyMeasure) -> bool:
    """Whether a measure is taken transaction by transaction."""
    return isinstance(document, CreditDocument) and document.each is not None


def _earned_singly(
    scope: Scope, request: Request, transactions: Transactions, managers: Sequence[str]
) -> dict[str, Column]:
    columns = {}
    for name, credited in transactions.items():
        document = scope.plan.measures[name]
        if isinstance(document, CreditDocument):
            columns[name] = earned_column(document, scope.plan, request.measures[name], credited, managers)
    return columns


def _measured(scope: Scope, document: AnyMeasure, gathered: Gathered, earlier: Earlier) -> Column | None:
    """The column of a measure that is no credit; None for what is computed from the plan's lines."""
    facts, posts, managers = gathered.facts, gathered.posts, gathered.managers
    match document:
        case RatingDocument():
            return _rated(scope, document, gathered)
        case DecisionDocument():
            days = window(scope, document.over)
            return _of_subject(days, document.whose, facts.decided(days, document), gathered)
        case FigureDocument():
            return _noted(scope, document, gathered)
        case PostDocument():
            return Column([*map(posts.words(document.field, scope.last).get, managers), None])
        case ServiceDocument():
            days = window(scope, document.over)
            return Column([*(_served(posts, document, manager, days) for manager in managers), None])
        case StandingDocument():
            standing = _standing(scope, facts.decisions(document.decision), posts)
            return Column([*(int(manager in standing) for manager in managers), None])
        case CalendarDocument():
            return Column([_of_calendar(scope, document.field)] * gathered.rows)
        case SettledDocument():
            return _column(gathered, settled(scope, document, earlier, facts))
        case _:
            return None


def _rated(scope: Scope, document: RatingDocument, gathered: Gathered) -> Column:
    instead = gathered.measures[document.unless].cells if document.unless is not None else [None] * gathered.rows
    spared = {manager for manager, cell in zip(gathered.managers, instead, strict=False) if cell is not None}
    means, gaps = rated(scope, document, gathered.facts, spared)
    for manager, left_out in gaps.items():
        gathered.gaps[manager] |= left_out
    return _column(gathered, means)


def _of_subject(scope: Scope, whose: str, values: Mapping[str, Fraction], gathered: Gathered) -> Column:
    """The values of the managers, or of the units that they belong to on the last day of ``scope``."""
    if whose == "manager":
        return _column(gathered, values)
    units = map(gathered.posts.words("org_unit", scope.last).get, gathered.managers)
    return column_of([*(None if unit is None else values.get(unit) for unit in units), None])


def _noted(scope: Scope, document: FigureDocument, gathered: Gathered) -> Column:
    values = {
        subject: TAKEN[document.take]([Fraction(fact.event.data.value) for fact in facts])
        for subject, facts in noted_facts(scope, document, gathered.facts).items()
    }
    return _of_subject(window(scope, document.over), document.whose, values, gathered)


def noted_facts(scope: Scope, document: FigureDocument, facts: Facts) -> dict[str, list[Fact]]:
    """By manager or unit the reports, or the targets, that the measure is taken of, in order of their periods."""
    days = window(scope, document.over)
    wanted = [days.spellings] if document.each is None else [part.spellings for part in parts(days, document.each)]
    told = facts.noted(document.of, document.measure, document.whose)
    known = {subject: [*_standing_facts(periods, wanted)] for subject, periods in told.items()}
    return {subject: found for subject, found in known.items() if found}


def _standing_facts(told: Mapping[str, Fact], wanted: Sequence[Sequence[str]]) -> Iterator[Fact]:
    """For each period the fact that stands, whichever way its name is spelled."""
    for spellings in wanted:
        found = [told[name] for name in spellings if name in told]
        if found:
            yield max(found, key=attrgetter("position"))


def _served(posts: Posts, document: ServiceDocument, manager: str, days: Scope) -> int | None:
    end = days.end if document.at == "end" else days.start
    span = posts.served(manager, None if document.since == "appointment" else document.since, end - ONE_DAY)
    if span is None:
        return None
    start, left = span
    end = end if left is None else min(left, end)
    months = full_months(start, end)
    return months // 12 if document.unit == "years" else months


def _of_calendar(scope: Scope, field: str) -> int | None:
    cycle, start = scope.period.cycle, scope.period.start
    if field == "days":
        return (scope.end - scope.start).days
    year = scope.plan.year.around(start, Cycle.YEAR)
    if field == "year-days":
        return year.days
    if cycle is Cycle.RANGE:
        return None
    return MONTHS[cycle] if field == "months" else full_months(year.start, start) // MONTHS[cycle] + 1


def align(table: MeasureTable, request: Request, managers: Sequence[str], more_digits: int = 0) -> dict[str, Column]:
    """The table's figures as columns in the order of ``managers``, then what is uncredited; 0 where it has none."""
    columns = {}
    for name, measure in request.measures.items():
        cells: Sequence[int] = table.values[name]
        if managers != table.managers:
            of = dict(zip(table.managers, cells, strict=True))
            cells = [of.get(manager, 0) for manager in managers]
        columns[name] = Column([*cells, table.uncredited[name]], int(10 ** (measure.scale + more_digits)))
    return columns


def _column(gathered: Gathered, values: Mapping[str, Fraction]) -> Column:
    if not values:
        return Column([None] * gathered.rows)
    return column_of([*(values.get(manager) for manager in gathered.managers), None])


def _standing(scope: Scope, decisions: Sequence[Fact], posts: Posts) -> set[str]:
    """Whom a decision still holds for in the year of the period's last day: that year whole, later until appointed."""
    begin = scope.plan.year.begin
    standing = set()
    for fact in decisions:
        manager = fact.event.data.manager_id
        if fact.on > scope.last:
            continue
        appointed_again = any(fact.on < day <= scope.last for day in posts.appointments(manager))
        if begin(fact.on) == begin(scope.last) or not appointed_again:
            standing.add(manager)
    return standing
