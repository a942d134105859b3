"""Customers at risk: balances that fall, loans that are classed worse, complaints; each with its reason and events.

A customer's average of the period is compared with that of the period before. There is no event for a payment that is
late: a loan that is overdue shows by its class (``loan.classified``), special-mention or worse.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from engine.crediting.classes import CLASSES, NORMAL
from projections.asked import Asked, Key, Only
from replay.queries.question import AMOUNT, Question, named, printed
from schemas.business_year import CALENDAR
from schemas.event import business_date
from schemas.exact import print_exact
from schemas.period import ONE_DAY
from schemas.reports import EventName, RiskCount, RiskReport, RiskRow

FALLS, CLASS_FALLS, CLASS_BAD = "balance-falls", "class-falls", "class-bad"
OPEN, UPHELD = "complaint-open", "complaint-upheld"
REASONS = (CLASS_FALLS, UPHELD, OPEN, FALLS, CLASS_BAD)
"""The most pressing first."""
OUTFLOWS_MAX = 3
LOANS = "loan"


@dataclass(frozen=True, slots=True)
class Terms:
    """When a falling balance counts: of which products, from which part that is gone on, from which average before."""

    product: str = "deposit"
    threshold: Fraction = Fraction(1, 5)
    least: Fraction = Fraction(0)


def risks(
    question: Question, terms: Terms | None = None, *, unit: str | None = None, manager: str | None = None
) -> RiskReport:
    """The customers at risk of whom the question is narrowed to; a customer of two managers is told to both.

    Raises:
        Problem: there is no such unit or manager.
    """
    terms = terms or Terms()
    chosen = question.chosen(unit, manager)
    looked_at = _Looked(question, terms)
    rows = [
        row
        for row in (*looked_at.falling(), *looked_at.classed(), *looked_at.complaints())
        if chosen is None or any(one in chosen for one in row.managers) or (not row.managers and None in chosen)
    ]
    rows.sort(key=lambda row: (REASONS.index(row.reason), -_amount(row), row.customer_id, str(row.account_id)))
    return RiskReport(
        **question.about("risks"),
        missing=sorted(looked_at.lacks),
        product=terms.product,
        compared_with=CALENDAR.previous(question.period).name,
        threshold=print_exact(terms.threshold),
        least=print_exact(terms.least),
        rows=rows,
        managers=list(_counted(question, rows)),
    )


def _amount(row: RiskRow) -> Fraction:
    """What is gone, or what is outstanding."""
    if row.reason == FALLS:
        return Fraction(str(row.before)) - Fraction(str(row.now))
    return Fraction(row.now) if isinstance(row.now, str) else Fraction(0)


class _Looked:
    """What one look at the log finds."""

    def __init__(self, question: Question, terms: Terms) -> None:
        self._question, self._terms = question, terms
        self._serving = question.book.serving(question.last)
        self.lacks: set[str] = set()

    def falling(self) -> Iterator[RiskRow]:
        """Customers whose average is lower than that of the period before by the threshold."""
        question, terms = self._question, self._terms
        before = CALENDAR.previous(question.period)
        if not question.days:
            return
        ranges = {"before": (before.start, before.end), "now": (question.start, question.end)}
        sums, lacks = question.book.business(Asked([Key.CUSTOMER], ranges, only=Only(terms.product)))
        self.lacks |= lacks
        fallen: dict[str, tuple[Fraction, Fraction]] = {}
        for one in sums:
            then = Fraction(one.amounts.get("before", 0), before.days)
            now = Fraction(one.amounts.get("now", 0), question.days)
            enough = then > 0 and then >= terms.least * AMOUNT
            if one.words[0] is not None and enough and then - now >= then * terms.threshold:
                fallen[str(one.words[0])] = then, now
        outflows = self._outflows(fallen)
        for customer, (then, now) in fallen.items():
            yield RiskRow(
                **self._whose(customer),
                reason=FALLS,
                before=printed(then),
                now=printed(now),
                fall=print_exact((then - now) / then),
                events=outflows.get(customer, []),
            )

    def _outflows(self, customers: Mapping[str, object]) -> dict[str, list[EventName]]:
        """By customer the events of the period that took the most away."""
        if not customers:
            return {}
        question = self._question
        ranges = {"closing": (question.last, question.end), "opening": (question.start - ONE_DAY, question.start)}
        asked = Asked([Key.CUSTOMER, Key.POSITION], ranges, only=Only(self._terms.product, customers=customers))
        taken: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for one in question.book.business(asked)[0]:
            closing, opening = one.amounts.get("closing", 0), one.amounts.get("opening", 0)
            # What came before the period counted on the evening before it, too.
            if closing < 0 and not opening:
                taken[str(one.words[0])].append((closing, int(str(one.words[1]))))
        largest = {customer: [at for _, at in sorted(flows)[:OUTFLOWS_MAX]] for customer, flows in taken.items()}
        names = self._names(at for listed in largest.values() for at in listed)
        return {customer: [names[at] for at in listed] for customer, listed in largest.items()}

    def classed(self) -> Iterator[RiskRow]:
        """Loans with a balance that are classed worse than normal on the last day."""
        question = self._question
        then, now = (question.book.classes(day) for day in (question.start - ONE_DAY, question.last))
        ranges = {"closing": (question.last, question.end)}
        asked = Asked([Key.CUSTOMER, Key.ACCOUNT], ranges, only=Only(LOANS))
        names = self._names(position for _, position in now.values())
        for one in question.book.business(asked)[0] if now else ():
            customer, account = one.words
            outstanding = one.amounts.get("closing", 0)
            if account in now and outstanding and customer is not None:
                class_now, position = now[str(account)]
                class_before = then.get(str(account), (NORMAL, 0))[0]
                worse = CLASSES.index(class_now) > CLASSES.index(class_before)
                yield RiskRow(
                    **self._whose(str(customer)),
                    reason=CLASS_FALLS if worse else CLASS_BAD,
                    account_id=str(account),
                    now=printed(outstanding),
                    class_before=class_before,
                    class_now=class_now,
                    events=[names[position]],
                )

    def complaints(self) -> Iterator[RiskRow]:
        """Complaints of customers that are not decided by the last day, or were found right in the period."""
        question = self._question
        facts = [
            one for one in question.book.facts(("complaint.received", "complaint.resolved")) if one.on < question.end
        ]
        decided = {one.event.data.complaint_id: one for one in facts if one.event.type == "complaint.resolved"}
        for fact in facts:
            data = fact.event.data
            if fact.event.type == "complaint.received" and data.customer_id is not None:
                resolved = decided.get(data.complaint_id)
                if resolved is None or (resolved.event.data.upheld and resolved.on >= question.start):
                    yield RiskRow(
                        **self._whose(data.customer_id),
                        reason=OPEN if resolved is None else UPHELD,
                        complaint_id=data.complaint_id,
                        severity=data.severity,
                        events=[named(one) for one in (fact, resolved) if one is not None],
                    )

    def _whose(self, customer: str) -> dict[str, Any]:
        managers = self._serving.get(customer, [])
        units = {unit for one in managers if (unit := self._question.unit_of.get(one)) is not None}
        return {"customer_id": customer, "managers": managers, "units": sorted(units)}

    def _names(self, positions: Iterable[int]) -> dict[int, EventName]:
        snapshot = self._question.book.snapshot
        zone = snapshot.institution.zone
        return {
            position: EventName(event.id, event.source, business_date(event, zone).isoformat())
            for position, event in snapshot.events(sorted(set(positions)))
        }


def _counted(question: Question, rows: Sequence[RiskRow]) -> Iterator[RiskCount]:
    """Managers by the number of their customers at risk, the most first; nobody's at the end."""
    customers: dict[str | None, set[str]] = defaultdict(set)
    reasons: dict[str | None, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for row in rows:
        holders: Sequence[str | None] = row.managers or [None]
        for manager in holders:
            customers[manager].add(row.customer_id)
            reasons[manager][row.reason].add(row.customer_id)
    for manager in sorted(customers, key=lambda one: (one is None, -len(customers[one]), one or "")):
        yield RiskCount(
            manager_id=manager,
            org_unit=question.unit_of.get(manager) if manager is not None else None,
            customers=len(customers[manager]),
            reasons={reason: len(reasons[manager][reason]) for reason in REASONS if reason in reasons[manager]},
        )
