"""The report of disputes and complaints as sections."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import UNSET

from meritlog.show.labels import Labels
from meritlog.show.sections import Column, Section, text_of
from schemas.reports import ComplaintRow, DisputeReport, DisputeRow, EventName

OUTCOMES = {"upheld": "upheld", "partly": "partly upheld", "rejected": "rejected"}
ABOUT = {"dispute": "Dispute", "complaint": "Complaint"}


def disputes(report: DisputeReport, labels: Labels) -> Iterator[Section]:
    """What managers dispute, and what customers complain of."""
    words = labels.words
    who = [Column(words(one)) for one in ("Dispute", "Manager", "Full name", "Settlement", "Line", "Claim")]
    since = [Column(words("Since")), Column(words("Days open"), figure=True), Column(words("Decision"))]
    decided = [Column(words(one)) for one in ("Decided on", "Decided by", "Reason")]
    what = [Column(words("Plan")), Column(words("Period")), Column(words("Position")), Column(words("Events"))]
    rows = [_dispute(row, labels) for row in report.rows]
    yield Section(words("Disputes of settlements"), [*who, *since, *decided, *what], rows).filled()
    whose = [Column(words(one)) for one in ("Complaint", "Customer", "Managers", "Severity")]
    end = [Column(words(one)) for one in ("Decided on", "Events")]
    complaints = [_complaint(row, labels) for row in report.complaints]
    yield Section(words("Complaints of customers"), [*whose, *since, *end], complaints).filled()
    waiting = [[words(ABOUT[row.about]), row.id, _event(row.event)] for row in report.waiting]
    of = [Column(words("About")), Column(words("Id")), Column(words("Event"))]
    if waiting:
        yield Section(words("Decisions of what the log does not know (yet)"), of, waiting)


def _dispute(row: DisputeRow, labels: Labels) -> list[str | None]:
    return [
        row.dispute_id,
        row.manager_id,
        labels.person(row.manager_id),
        *(text_of(getattr(row, field)) for field in ("settlement_id", "line", "claim", "opened", "days")),
        labels.words(OUTCOMES[row.outcome] if isinstance(row.outcome, str) else "undecided"),
        *(text_of(getattr(row, field)) for field in ("resolved", "decided_by", "reason", "plan", "period", "position")),
        _events(row),
    ]


def _complaint(row: ComplaintRow, labels: Labels) -> list[str | None]:
    words = labels.words
    decision = "undecided" if row.upheld is UNSET else OUTCOMES["upheld" if row.upheld else "rejected"]
    return [
        row.complaint_id,
        text_of(row.customer_id),
        ", ".join(row.managers) or words("nobody"),
        words(row.severity),
        row.received,
        str(row.days),
        words(decision),
        text_of(row.resolved),
        _events(row),
    ]


def _events(row: DisputeRow | ComplaintRow) -> str:
    return ", ".join(map(_event, row.events))


def _event(event: EventName) -> str:
    return f"{event.event_id} ({event.on})"
