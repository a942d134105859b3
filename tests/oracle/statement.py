"""The statement of `bank-contribution`: one result a manager, and what nobody is credited with. Contract §4."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from tests.oracle import days, pay, rules, teams
from tests.oracle.base import decided, history_begins_before, inherited
from tests.oracle.book import Book, Event
from tests.oracle.earnings import earnings
from tests.oracle.quality import qualitative, quality_factor

MONEY_KINDS = ("pay", "withheld", "total")


@dataclass
class Line:
    """One line: an exact value (a grade is a word), printed by its kind."""

    id: str
    kind: str
    value: Fraction | str

    def printed(self) -> str:
        """As the contract prints it, §6: pay lines with cents, all else with up to ten digits, half-even."""
        if isinstance(self.value, str):
            return self.value
        if self.kind in MONEY_KINDS:
            return decimal(self.value, 2)
        text = decimal(self.value, 10)
        return text.rstrip("0").rstrip(".") if "." in text else text


@dataclass
class Result:
    """What one manager's statement says."""

    manager_id: str
    org_unit: str | None
    lines: dict[str, Line] = field(default_factory=dict)
    missing: set[str] = field(default_factory=set)
    gaps: list[str] = field(default_factory=list)

    @property
    def complete(self) -> bool:
        """Whether nothing is missing; gaps do not count."""
        return not self.missing

    def show(self, id_: str, kind: str, value: Fraction | str) -> None:
        """Put a line on the statement."""
        self.lines[id_] = Line(id_, kind, value)

    def value(self, id_: str) -> Fraction:
        """A number that stands on the statement."""
        value = self.lines[id_].value
        assert isinstance(value, Fraction)
        return value


@dataclass
class Statement:
    """All managers' results, by id, and what of each item nobody is credited with."""

    period: days.Period
    end: date
    managers: dict[str, Result]
    uncredited: dict[str, Fraction]
    whole_bank: dict[str, Fraction]


def settle(
    events: Sequence[Event],
    period_name: str,
    through: date | None = None,
    as_of: int | None = None,
    timezone: str = "Asia/Shanghai",
    currency: str = "CNY",
    begins: tuple[int, int] = days.JANUARY,
) -> Statement:
    """The statement of a period from admitted events in the log's order; `begins` is the year's month and day."""
    book = Book(events, as_of, timezone, currency, begins)
    period = days.read(period_name, begins)
    end = min(period.end, through + days.ONE_DAY) if through else period.end
    statement = credit(book, period, end)
    base = inherited(book, period.first, end) if end > period.first else {}
    for result in statement.managers.values():
        finish(book, period, end, result, base.get(result.manager_id, Fraction(0)))
    rank(list(statement.managers.values()))
    return statement


def credit(book: Book, period: days.Period, end: date) -> Statement:
    """Share out every earning of the period's days: the items, who is on the statement, and what is left over."""
    none = dict.fromkeys(rules.ITEMS, Fraction(0))
    items: dict[str, dict[str, Fraction]] = {}
    missing: dict[str, set[str]] = {}
    uncredited, whole_bank = dict(none), dict(none)
    for manager in teams.in_post(book, period.first, end):
        items[manager], missing[manager] = dict(none), set()
    for earning in earnings(book, period.first, end):
        whole_bank[earning.item] += earning.amount
        uncredited[earning.item] += earning.amount * (1 - sum(earning.team.values()))
        for manager, share in earning.team.items():
            items.setdefault(manager, dict(none))[earning.item] += earning.amount * share
            missing.setdefault(manager, set()).update(earning.lacks)
    results = {}
    for manager in sorted(items):
        result = Result(manager, teams.unit(book, manager, end - days.ONE_DAY), missing=missing[manager])
        if not teams.appointments(book, manager):
            result.missing.add("appointment")
        for item in rules.ITEMS:
            result.show(item, "item", items[manager][item])
        result.show("composite", "score", sum(items[manager].values(), Fraction(0)))
        results[manager] = result
    return Statement(period, end, results, uncredited, whole_bank)


def finish(book: Book, period: days.Period, end: date, result: Result, inherited_base: Fraction) -> None:
    """Base, quality and pay of one manager, as far as nothing is missing that they need."""
    manager, composite = result.manager_id, result.value("composite")
    base: Fraction | None = decided(book, "base-contribution", manager, period.name)
    if base is None and history_begins_before(book, days.year_of(period.first, book.begins)):
        base = inherited_base
    if base is None:
        result.missing.add("base_contribution")
    else:
        result.show("base_contribution", "measure", base)
    q, result.gaps = qualitative(book, manager, period.name)
    if q is not None:
        result.show("qualitative", "score", q)
        result.show("quality_factor", "score", quality_factor(q))
        result.show("assessed", "score", composite * quality_factor(q))
    elif period.kind in ("half-year", "year"):
        result.missing.add("qualitative")
    if period.kind == "quarter" and base is not None and base != 0:
        result.show("attainment", "score", composite / base)
    if period.kind == "half-year" and base is not None and q is not None:
        # A prepayment is a share of an award that is 0 for who is disqualified.
        earned = not pay.disqualified(book, manager, days.year_of(period.first, book.begins), end)
        result.show("prepayment", "pay", pay.money(earned * pay.prepayment(composite, base, quality_factor(q))))
    if period.kind == "year":
        result.show("grade", "grade", pay.grade(composite))
        result.show("marketing_allowance", "measure", max(Fraction(0), composite) * rules.MARKETING_RATIO)
        if base is not None:
            award_of_the_year(book, period, end, result, base, q)


def award_of_the_year(
    book: Book, period: days.Period, end: date, result: Result, base: Fraction, q: Fraction | None
) -> None:
    """Awards, risk fund and what is paid: each pay line builds on the others as printed."""
    composite = result.value("composite")
    result.show("base_award", "pay", pay.money(pay.base_award(composite, base, base)))
    result.show("excess_award", "pay", pay.money(pay.excess_award(composite, base)))
    if q is None:
        return
    award = pay.money((result.value("base_award") + result.value("excess_award")) * quality_factor(q))
    if pay.disqualified(book, result.manager_id, days.year_of(period.first, book.begins), end):
        award = Fraction(0)
    withheld = -pay.money(pay.risk_fund(award))
    result.show("award", "total", award)
    result.show("risk_fund", "withheld", withheld)
    result.show("paid", "total", award + withheld)


def rank(results: list[Result]) -> None:
    """By assessed, descending; ties share the better rank; incomplete results are not ranked."""
    ranked = [result for result in results if result.complete and "assessed" in result.lines]
    for result in ranked:
        better = sum(other.value("assessed") > result.value("assessed") for other in ranked)
        result.show("rank", "rank", Fraction(1 + better))


def decimal(value: Fraction, digits: int) -> str:
    """Exactly so many digits after the point, the last rounded half-even; zero has no sign."""
    scaled = round(abs(value) * 10**digits)
    whole, rest = divmod(scaled, 10**digits)
    return ("-" if value < 0 and scaled else "") + f"{whole}.{rest:0{digits}d}"


def as_printed(statement: Statement) -> dict[str, object]:
    """The parts of the contract's statement that the oracle has a word on, as `settle --json` prints them."""
    return {
        "period": statement.period.name,
        "managers": [
            {
                "manager_id": result.manager_id,
                "org_unit": result.org_unit,
                "complete": result.complete,
                "missing": sorted(result.missing),
                "gaps": sorted(result.gaps),
                "lines": [
                    {"id": line.id, "kind": line.kind, "value": line.printed()} for line in result.lines.values()
                ],
            }
            for result in statement.managers.values()
        ],
        "uncredited": [
            {"id": item, "value": Line(item, "item", value).printed()} for item, value in statement.uncredited.items()
        ],
    }
