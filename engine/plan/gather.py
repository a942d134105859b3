"""Gathering: a plan's measures from a book, as columns aligned to the managers of the period."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from engine.book import Book, Fact, RatingSum
from engine.measures import RATE, DailyFactor, MeasureTable, Request
from engine.plan.column import Column, column_of
from engine.plan.scope import Earlier, Scope, credit_measure, daily_factor, value_on
from engine.posts import TYPES as STAFFING
from engine.posts import Posts
from schemas.exact import SHARE_DIGITS
from schemas.plan import (
    CreditDocument,
    DecisionDocument,
    FigureDocument,
    PostDocument,
    RatingDocument,
    SettledDocument,
    StandingDocument,
)


@dataclass(slots=True)
class Gathered:
    """The managers of a period and their measures. A last row, behind the managers, is what nobody is credited with."""

    managers: Sequence[str]
    measures: dict[str, Column]
    posts: Posts
    missing: dict[str, set[str]]
    gaps: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    @property
    def rows(self) -> int:
        """How many cells a column has: the managers, and nobody."""
        return len(self.managers) + 1


class _Facts:
    """The small facts of a period: decisions, figures and ratings, each read once and only where a plan asks."""

    def __init__(self, book: Book, scope: Scope) -> None:
        self._book = book
        self._period = scope.period.name
        self._decisions: list[Fact] | None = None

    def decisions(self, kind: str) -> list[Fact]:
        if self._decisions is None:
            self._decisions = list(self._book.facts(("decision.made",)))
        return [fact for fact in self._decisions if fact.event.data.kind == kind and fact.event.data.manager_id]

    def decided(self, kind: str) -> dict[str, Fraction]:
        """By manager the value of the decision for exactly this period; of several the highest position stands."""
        return {
            fact.event.data.manager_id: Fraction(fact.event.data.value)
            for fact in self.decisions(kind)
            if fact.event.data.period == self._period and fact.event.data.value is not None
        }

    def figures(self, measure: str) -> dict[str, Fraction]:
        return {
            fact.event.data.manager_id: Fraction(fact.event.data.value)
            for fact in self._book.facts(("figure.reported",))
            if (fact.event.data.measure, fact.event.data.period) == (measure, self._period)
            and fact.event.data.manager_id
        }

    def ratings(self) -> Sequence[RatingSum]:
        return self._book.ratings(self._period)


def credit_request(scope: Scope, names: Sequence[str], start: date, end: date) -> Request:
    """The question that the plan's credit measures ``names`` put to a book over [start, end)."""
    measures = {}
    factors: dict[str, DailyFactor] = {}
    for name in names:
        document = scope.plan.measures[name]
        if isinstance(document, CreditDocument):
            measures[name] = credit_measure(document, scope.plan, start)
            if document.times is not None and document.times != RATE:
                factors[document.times] = daily_factor(scope.plan.parameters[document.times])
    return Request(measures, start, end, factors)


def credit_names(scope: Scope) -> list[str]:
    """The plan's credit measures, in its order."""
    return [name for name, document in scope.plan.measures.items() if isinstance(document, CreditDocument)]


def gather(scope: Scope, book: Book, earlier: Earlier) -> Gathered:
    """Every measure of the plan but the inherited ones, which need its lines as well."""
    posts = Posts(book.facts(STAFFING))
    request = credit_request(scope, credit_names(scope), scope.start, scope.end)
    table = book.credits(request)
    managers = sorted(posts.managers_in_post(scope.start, scope.end).union(table.managers))
    missing = {manager: set(table.missing.get(manager, ())) for manager in managers}
    for manager in managers:
        if not posts.appointments(manager):
            missing[manager].add("appointment")
    gathered = Gathered(managers, align(table, request, managers), posts, missing)
    facts = _Facts(book, scope)
    for name, document in scope.plan.measures.items():
        match document:
            case RatingDocument():
                gathered.measures[name] = _column(gathered, _rated(scope, document, facts, gathered))
            case DecisionDocument():
                gathered.measures[name] = _column(gathered, facts.decided(document.decision))
            case FigureDocument():
                gathered.measures[name] = _column(gathered, facts.figures(document.measure))
            case PostDocument():
                words = [posts.word(manager, document.field, scope.last) for manager in managers]
                gathered.measures[name] = Column([*words, None])
            case StandingDocument():
                standing = _standing(scope, facts.decisions(document.decision), posts)
                gathered.measures[name] = Column([*(int(manager in standing) for manager in managers), None])
            case SettledDocument():
                settled = _settled(scope, document, earlier, posts, facts)
                gathered.measures[name] = _column(gathered, settled)
            case _:
                pass
    return gathered


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
    standing = set()
    for fact in decisions:
        manager = fact.event.data.manager_id
        if fact.on > scope.last:
            continue
        appointed_again = any(fact.on < day <= scope.last for day in posts.appointments(manager))
        if fact.on.year == scope.last.year or not appointed_again:
            standing.add(manager)
    return standing


def _rated(scope: Scope, document: RatingDocument, facts: _Facts, gathered: Gathered) -> dict[str, Fraction]:
    """By manager the weighted mean over items of the weighted mean over groups of the plain mean of ratings."""
    given: dict[str, dict[str, dict[str, list[RatingSum]]]] = defaultdict(
        lambda: defaultdict(lambda: defaultdict(list))
    )
    instead = gathered.measures[document.unless].cells if document.unless is not None else [None] * gathered.rows
    settled = {manager for manager, cell in zip(gathered.managers, instead, strict=False) if cell is not None}
    for one in facts.ratings():
        if one.manager_id not in settled and one.item in document.items and one.group in document.groups:
            given[one.manager_id][one.item][one.group].append(one)
    weights = {
        name: value_on(scope.plan.parameters[parameter], scope.start)[1]
        for name, parameter in [*document.items.items(), *document.groups.items()]
    }
    rated: dict[str, Fraction] = {}
    for manager, items in given.items():
        means: dict[str, Fraction] = {}
        gaps = set(document.items) - set(items)
        for item, groups in items.items():
            mean = _weighted({group: _mean_mark(sums) for group, sums in groups.items()}, weights)
            if mean is not None:
                means[item] = mean
            gaps |= {f"{item}:{group}" for group in document.groups if group not in groups}
        overall = _weighted(means, weights)
        if overall is not None:
            rated[manager] = overall
            gathered.gaps[manager] |= gaps
    return rated


def _mean_mark(sums: Sequence[RatingSum]) -> Fraction:
    """The plain mean of marks of a hundred."""
    count = sum(one.count for one in sums)
    if len(sums) == 1:
        return Fraction(sums[0].total * 100, sums[0].full * count)
    return sum((Fraction(one.total * 100, one.full) for one in sums), Fraction(0)) / count


def _weighted(means: Mapping[str, Fraction], weights: Mapping[str, Fraction]) -> Fraction | None:
    known = {name: mean for name, mean in means.items() if weights[name] != 0}
    if not known:
        return None
    weighted = sum((mean * weights[name] for name, mean in known.items()), Fraction(0))
    return weighted / sum(weights[name] for name in known)


def _settled(
    scope: Scope, document: SettledDocument, earlier: Earlier, posts: Posts, facts: _Facts
) -> dict[str, Fraction]:
    lines = earlier.lines(document.line)
    if document.take == "paid-in-year":
        year = scope.start.year
        return {
            manager: sum((one.value for one in paid), Fraction(0))
            for manager, held in lines.items()
            if (paid := [one for one in held if one.paid and one.period.start.year == year])
        }
    set_off: dict[str, list[Fact]] = defaultdict(list)
    for fact in facts.decisions(document.set_off) if document.set_off is not None else ():
        set_off[fact.event.data.manager_id].append(fact)
    released: dict[str, Fraction] = {}
    for manager, held in lines.items():
        for one in held:
            due = _years_later(one.closed_on, document.years_held or 0)
            if scope.start <= due < scope.end and posts.in_post_throughout(manager, one.closed_on, due):
                told = [fact for fact in set_off[manager] if one.closed_on <= fact.on < due]
                losses = sum((Fraction(fact.event.data.value or 0) for fact in told), Fraction(0))
                released[manager] = released.get(manager, Fraction(0)) + max(Fraction(0), abs(one.value) - losses)
    return released


def _years_later(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # the 29th of February
        return date(day.year + years, 3, 1)


def inherited_request(scope: Scope, names: Sequence[str], start: date, end: date) -> Request:
    """The question for what was earned in the calendar year before by the business served in [start, end)."""
    request = credit_request(scope, names, date(start.year - 1, 1, 1), end)
    return Request(request.measures, start, end, request.factors)


def inherited_columns(
    scope: Scope, book: Book, names: Sequence[str], managers: Sequence[str], start: date, end: date
) -> dict[str, Column]:
    """Those figures as columns: the days of one calendar year as a part of that year's days."""
    request = inherited_request(scope, names, start, end)
    columns = align(book.inherited(request), request, managers, SHARE_DIGITS)
    days = (date(start.year + 1, 1, 1) - date(start.year, 1, 1)).days
    return {name: Column(column.cells, column.denominator * days) for name, column in columns.items()}
