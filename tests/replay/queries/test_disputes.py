from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from msgspec import UNSET

from engine.log import Log
from projections.book import ProjectedBook
from replay.queries.disputes import disputes
from schemas.problems import Problem
from schemas.reports import DisputeReport
from tests.projections.logs import assigned, event, log_of
from tests.replay.made import add, closed


def disputed(log: Log, number: str, on: str, settlement: str = "none/2025", **more: str) -> int:
    data = {"manager_id": "M-1", "claim": "It is too little.", **more}
    return add(log, "dispute.opened", on, dispute_id=number, settlement_id=settlement, **data)


def decided(log: Log, number: str, on: str, outcome: str = "rejected") -> int:
    return add(log, "dispute.resolved", on, dispute_id=number, outcome=outcome, reason="So it is.", decided_by="audit")


def asked(log: Log, on: str | None = None, as_of: int | None = None, **narrowed: Any) -> DisputeReport:
    return disputes(ProjectedBook.of(log, as_of), None if on is None else date.fromisoformat(on), **narrowed)


@pytest.fixture
def log(tmp_path: Path) -> Log:
    served = assigned("2024-01-01", "C-1", M_1="0.5", M_2="0.5")
    return log_of(tmp_path / "log", [event("manager.appointed", "2024-01-01", manager_id="M-1"), served])


def test_a_dispute_names_the_settlement_that_it_is_of_as_it_was_closed(log: Log) -> None:
    add(log, "fee.earned", "2025-03-01", customer_id="C-1", service="consulting", amount="1000")
    at = log.position
    settlement = closed(log, "2025Q1", datetime(2025, 4, 2, tzinfo=UTC))
    disputed(log, "X-1", "2025-04-05", settlement, line="fees")
    disputed(log, "X-2", "2025-04-06")
    report = asked(log)
    told, unknown = report.rows
    assert (told.plan, told.period, told.position) == ("bank-contribution", "2025Q1", at)
    assert (told.manager_id, told.line, told.claim) == ("M-1", "fees", "It is too little.")
    assert (unknown.settlement_id, unknown.plan, unknown.position, unknown.line) == ("none/2025", UNSET, UNSET, UNSET)
    assert (report.position, report.on) == (log.position, "2025-04-06")


def test_a_dispute_is_open_until_it_is_decided_and_the_last_decision_stands(log: Log) -> None:
    disputed(log, "X-1", "2025-04-05")
    decided(log, "X-1", "2025-04-09")
    decided(log, "X-1", "2025-04-15", "partly")
    days = {"2025-04-08": (3, UNSET, UNSET), "2025-04-09": (4, "rejected", "2025-04-09")}
    days["2025-05-30"] = (10, "partly", "2025-04-15")
    for day, expected in days.items():
        (row,) = asked(log, day).rows
        assert (row.days, row.outcome, row.resolved) == expected
        assert len(row.events) == (1 if row.outcome is UNSET else 2)
    assert asked(log, "2025-04-04").rows == []


def test_what_was_known_earlier_is_told_as_of_then(log: Log) -> None:
    opened = disputed(log, "X-1", "2025-04-05")
    decided(log, "X-1", "2025-04-06")
    (row,) = asked(log, as_of=opened).rows
    assert (row.days, row.outcome) == (0, UNSET)
    assert asked(log, as_of=opened - 1).rows == []


def test_what_was_reversed_was_never_disputed_and_of_two_of_one_id_the_first_stands(log: Log) -> None:
    disputed(log, "X-1", "2025-04-05", claim="The first.")
    disputed(log, "X-1", "2025-04-02", claim="The second.")
    assert [row.claim for row in asked(log).rows] == ["The first."]
    first = next(event for _, event in log.snapshot().events() if event.type == "dispute.opened")
    add(log, "event.reversed", "2025-04-07", event_id=first.id, event_source=first.source, reason="mistaken")
    assert [row.claim for row in asked(log).rows] == ["The second."]


def test_a_complaint_concerns_whom_it_names_else_those_who_serve_the_customer(log: Log) -> None:
    for number, data in enumerate(({"customer_id": "C-1"}, {"customer_id": "C-1", "manager_id": "M-3"}, {}), 1):
        add(log, "complaint.received", f"2025-05-0{number}", complaint_id=f"K-{number}", severity="minor", **data)
    add(log, "complaint.resolved", "2025-05-08", complaint_id="K-2", upheld=True)
    rows = asked(log, "2025-05-09").complaints
    assert [(row.managers, row.upheld, row.days) for row in rows] == [
        (["M-1", "M-2"], UNSET, 8),
        (["M-3"], True, 6),
        ([], UNSET, 6),
    ]
    by = {who: [row.complaint_id for row in asked(log, manager=who).complaints] for who in ("M-1", "M-3", "-")}
    assert by == {"M-1": ["K-1"], "M-3": ["K-2"], "-": ["K-3"]}
    assert [row.complaint_id for row in asked(log, still_open=True).complaints] == ["K-1", "K-3"]


def test_a_list_is_narrowed_to_what_is_open_and_to_a_manager(log: Log) -> None:
    disputed(log, "X-1", "2025-04-05")
    disputed(log, "X-2", "2025-04-03", manager_id="M-2")
    disputed(log, "X-3", "2025-04-04")
    decided(log, "X-3", "2025-04-09")
    assert [row.dispute_id for row in asked(log).rows] == ["X-2", "X-3", "X-1"], "the oldest first"
    assert [row.dispute_id for row in asked(log, still_open=True).rows] == ["X-2", "X-1"]
    assert [row.dispute_id for row in asked(log, manager="M-1", still_open=True).rows] == ["X-1"]
    with pytest.raises(Problem, match=r"The log speaks of no 'M-22'. Did you mean 'M-2'\?"):
        asked(log, manager="M-22")


def test_a_decision_of_what_the_log_does_not_know_waits_in_sight(log: Log) -> None:
    decided(log, "X-1", "2025-04-09")
    add(log, "complaint.resolved", "2025-04-10", complaint_id="K-1", upheld=False)
    assert [(row.about, row.id, row.event.on) for row in asked(log).waiting] == [
        ("dispute", "X-1", "2025-04-09"),
        ("complaint", "K-1", "2025-04-10"),
    ]
    disputed(log, "X-1", "2025-04-05")
    report = asked(log)
    assert [row.outcome for row in report.rows] == ["rejected"]
    assert [row.id for row in report.waiting] == ["K-1"]
