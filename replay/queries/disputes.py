"""Disputes and complaints: what is claimed of which settlement, since when it is open, and how it was decided.

Of several openings with one id the first stands, of several decisions the last.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from msgspec import UNSET

from engine.book import Fact
from projections.book import ProjectedBook
from replay.closings import Closing, closings
from replay.queries.question import known, latest, named
from schemas.reports import ComplaintRow, DisputeReport, DisputeRow, WaitingRow

DISPUTE, COMPLAINT = "dispute", "complaint"
OPENING = {DISPUTE: "dispute.opened", COMPLAINT: "complaint.received"}
DECISION = {DISPUTE: "dispute.resolved", COMPLAINT: "complaint.resolved"}
NOBODY = "-"


def disputes(
    book: ProjectedBook, on: date | None = None, *, manager: str | None = None, still_open: bool = False
) -> DisputeReport:
    """The disputes and complaints as they stand ``on`` a day, by default the latest that the log speaks of.

    ``manager`` narrows them to those that concern one, ``-`` to complaints that concern nobody; ``still_open`` leaves
    out what is decided.

    Raises:
        Problem: the log speaks of no such manager.
    """
    facts = list(book.facts((*OPENING.values(), *DECISION.values())))
    day = on or latest(book, facts)
    told = [fact for fact in facts if fact.on <= day]
    settled = {one.settlement_id: one for one in closings(book)}
    rows = [_dispute(case, settled, day) for case in _cases(told, DISPUTE)]
    complained = _cases(told, COMPLAINT)
    serving = book.serving(day) if complained else {}
    complaints = [_complaint(case, serving, day) for case in complained]
    if manager not in {None, NOBODY}:
        known(book, str(manager), "--manager", {row.manager_id for row in rows})

    def asked(row: DisputeRow | ComplaintRow, *concerned: str) -> bool:
        return (manager is None or manager in concerned) and not (still_open and row.resolved is not UNSET)

    return DisputeReport(
        report="disputes",
        on=day.isoformat(),
        position=book.snapshot.label,
        log_head=book.snapshot.head,
        rows=[row for row in rows if asked(row, row.manager_id)],
        complaints=[row for row in complaints if asked(row, *(row.managers or [NOBODY]))],
        waiting=[] if manager is not None else [row for about in OPENING for row in _waiting(told, about)],
    )


@dataclass(frozen=True, slots=True)
class _Case:
    """What was opened by a day, and how it was decided by then."""

    opening: Fact
    decision: Fact | None

    def about(self, day: date) -> dict[str, Any]:
        """How long it was open, or has been; the day of its decision; and the events that say so."""
        told = [one for one in (self.opening, self.decision) if one is not None]
        last = day if self.decision is None else self.decision.on
        return {
            "days": (last - self.opening.on).days,
            "resolved": UNSET if self.decision is None else last.isoformat(),
            "events": [named(one) for one in told],
        }


def _cases(facts: Sequence[Fact], about: str) -> list[_Case]:
    """The disputes, or complaints, that these facts in order of position tell of; the oldest first."""
    decided = {_id(fact, about): fact for fact in facts if fact.event.type == DECISION[about]}
    in_order = sorted(_opened(facts, about).items(), key=lambda item: (item[1].on, item[1].position))
    return [_Case(fact, decided.get(name)) for name, fact in in_order]


def _waiting(facts: Sequence[Fact], about: str) -> Iterator[WaitingRow]:
    opened = _opened(facts, about)
    for fact in facts:
        if fact.event.type == DECISION[about] and _id(fact, about) not in opened:
            yield WaitingRow(about=about, id=_id(fact, about), event=named(fact))


def _opened(facts: Sequence[Fact], about: str) -> dict[str, Fact]:
    opened: dict[str, Fact] = {}
    for fact in facts:
        if fact.event.type == OPENING[about]:
            opened.setdefault(_id(fact, about), fact)
    return opened


def _id(fact: Fact, about: str) -> str:
    return str(getattr(fact.event.data, f"{about}_id"))


def _dispute(case: _Case, settled: Mapping[str, Closing], day: date) -> DisputeRow:
    data, decision = case.opening.event.data, case.decision and case.decision.event.data
    closing = settled.get(data.settlement_id)
    closed = closing and closing.fact.event.data
    return DisputeRow(
        dispute_id=data.dispute_id,
        manager_id=data.manager_id,
        settlement_id=data.settlement_id,
        **{name: getattr(closed, name) for name in ("plan", "plan_digest", "period", "position") if closed},
        line=data.line or UNSET,
        claim=data.claim,
        opened=case.opening.on.isoformat(),
        **{name: getattr(decision, name) for name in ("outcome", "reason", "decided_by") if decision},
        **case.about(day),
    )


def _complaint(case: _Case, serving: Mapping[str, list[str]], day: date) -> ComplaintRow:
    data, decision = case.opening.event.data, case.decision and case.decision.event.data
    return ComplaintRow(
        complaint_id=data.complaint_id,
        customer_id=data.customer_id or UNSET,
        managers=serving.get(data.customer_id or "", []) if data.manager_id is None else [data.manager_id],
        severity=data.severity,
        received=case.opening.on.isoformat(),
        upheld=UNSET if decision is None else decision.upheld,
        **case.about(day),
    )
