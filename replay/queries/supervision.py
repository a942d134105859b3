"""Supervision: how managers are rated, what customers say of them, complaints and incidents.

Ratings are those of exactly the period, from every group of raters (360 degrees); what customers say counts by its day.
An answer or a complaint that names no manager is that of the managers who serve the customer on the last day.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from fractions import Fraction

from engine.book import RatingSum
from engine.plan.rated import mean_mark
from replay.queries.question import Question
from schemas.exact import print_exact
from schemas.reports import SupervisionReport, SupervisionRow

Sums = dict[str, list[RatingSum]]


def supervision(question: Question, *, unit: str | None = None, manager: str | None = None) -> SupervisionReport:
    """The figures of the managers whom the question is narrowed to, by default of all in post or spoken of.

    Raises:
        Problem: there is no such unit or manager.
    """
    chosen = question.chosen(unit, manager)
    looked_at = _Looked(question)
    known = {*looked_at.managers(), *question.facts.posts.managers_in_post(question.start, question.end)}
    rows = [looked_at.row(one) for one in sorted(known) if chosen is None or one in chosen]
    return SupervisionReport(**question.about("supervision"), rows=rows)


class _Looked:
    def __init__(self, question: Question) -> None:
        self._question = question
        self._serving = question.book.serving(question.last)
        self._ratings: dict[str, dict[str, Sums]] = defaultdict(lambda: defaultdict(lambda: defaultdict(list)))
        for one in question.book.ratings(question.period.name):
            self._ratings[one.manager_id][one.item][one.group].append(one)
        self._surveys: dict[str, Sums] = defaultdict(lambda: defaultdict(list))
        for answer in question.book.surveys(question.start, question.end):
            for who in self._concerned(answer.manager_id, answer.customer_id):
                told = RatingSum(who, answer.topic, "customer", answer.full, answer.total, answer.count)
                self._surveys[who][answer.topic].append(told)
        self._complaints: dict[str, list[str]] = defaultdict(list)
        self._severity: dict[str, str] = {}
        self._upheld: set[str] = set()
        self._look_at_complaints()
        self._incidents: dict[str, dict[str, Fraction]] = defaultdict(lambda: defaultdict(Fraction))
        for fact in question.book.facts(("incident.recorded",)):
            if question.start <= fact.on < question.end:
                data = fact.event.data
                self._incidents[data.manager_id][data.kind] += Fraction(1 if data.count is None else data.count)

    def _look_at_complaints(self) -> None:
        question = self._question
        for fact in question.book.facts(("complaint.received", "complaint.resolved")):
            data = fact.event.data
            if fact.on < question.end and fact.event.type == "complaint.resolved" and data.upheld:
                self._upheld.add(data.complaint_id)
            elif fact.event.type == "complaint.received" and question.start <= fact.on < question.end:
                self._severity[data.complaint_id] = data.severity
                for who in self._concerned(data.manager_id, data.customer_id):
                    self._complaints[who].append(data.complaint_id)

    def _concerned(self, manager: str | None, customer: str | None) -> Iterable[str]:
        return [manager] if manager is not None else self._serving.get(customer or "", [])

    def managers(self) -> set[str]:
        """Everybody of whom something was said."""
        return {*self._ratings, *self._surveys, *self._complaints, *self._incidents}

    def row(self, manager: str) -> SupervisionRow:
        """The figures of one manager."""
        ratings, surveys = self._ratings.get(manager, {}), self._surveys.get(manager, {})
        marks = {item: {group: mean_mark(sums) for group, sums in groups.items()} for item, groups in ratings.items()}
        complaints = self._complaints.get(manager, [])
        return SupervisionRow(
            manager_id=manager,
            org_unit=self._question.unit_of.get(manager),
            mean=_mean([sum(groups.values(), Fraction(0)) / len(groups) for groups in marks.values()])
            if marks
            else None,
            overall={item: _mean(groups.values()) for item, groups in sorted(marks.items())},
            ratings={
                item: {group: print_exact(mark) for group, mark in sorted(groups.items())}
                for item, groups in sorted(marks.items())
            },
            raters=sum(one.count for groups in ratings.values() for sums in groups.values() for one in sums),
            surveys={topic: print_exact(mean_mark(sums)) for topic, sums in sorted(surveys.items())},
            answers=sum(one.count for sums in surveys.values() for one in sums),
            complaints=len(complaints),
            serious=sum(self._severity[one] == "serious" for one in complaints),
            upheld=sum(one in self._upheld for one in complaints),
            incidents={kind: print_exact(count) for kind, count in sorted(self._incidents.get(manager, {}).items())},
        )


def _mean(marks: Collection[Fraction]) -> str:
    return print_exact(sum(marks, Fraction(0)) / len(marks))
