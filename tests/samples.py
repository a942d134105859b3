"""One valid event of every type, as a user would write it."""

from __future__ import annotations

import json
from typing import Any

_DATA: dict[str, dict[str, Any]] = {
    "account.opened": {
        "account_id": "L-1001",
        "customer_id": "C-88",
        "product": "loan.working-capital",
        "currency": "CNY",
        "rate": "0.0600",
        "org_unit": "B-01",
        "on": "2025-01-02",
    },
    "balance.changed": {"account_id": "L-1001", "customer_id": "C-88", "amount": "9000000.00", "on": "2025-01-02"},
    "balance.stated": {"account_id": "D-2002", "customer_id": "C-88", "amount": "1250.50", "on": "2025-03-31"},
    "rate.changed": {"account_id": "L-1001", "customer_id": "C-88", "rate": "0.0575", "on": "2025-02-01"},
    "account.closed": {"account_id": "L-1001", "customer_id": "C-88", "on": "2025-12-31"},
    "loan.classified": {
        "account_id": "L-1001",
        "customer_id": "C-88",
        "class": "special-mention",
        "on": "2025-06-30",
    },
    "loan.recovered": {
        "customer_id": "C-88",
        "account_id": "L-1001",
        "class": "loss",
        "amount": "40000.00",
        "on": "2025-07-01",
    },
    "loan.moved": {"customer_id": "C-88", "amount": "500000.00", "rate": "0.0550", "on": "2025-04-01"},
    "loan.exited": {"customer_id": "C-88", "account_id": "L-1001", "amount": "300000.00", "on": "2025-05-01"},
    "fee.earned": {"customer_id": "C-88", "service": "settlement.domestic", "amount": "12.50", "on": "2025-03-03"},
    "product.sold": {
        "customer_id": "C-88",
        "product": "card.credit",
        "quantity": 2,
        "manager_id": "M-017",
        "on": "2025-03-04",
    },
    "payment.made": {
        "customer_id": "C-88",
        "channel": "ebank.corporate",
        "amount": "250.75",
        "currency": "USD",
        "on": "2025-03-05",
    },
    "card.spent": {"account_id": "K-3003", "customer_id": "C-88", "amount": "88.00", "on": "2025-03-06"},
    "merchant.enrolled": {"customer_id": "C-88", "on": "2025-03-07"},
    "fx.fixed": {"currency": "USD", "rate": "7.1885", "on": "2025-01-02"},
    "customer.joined": {"customer_id": "C-88", "segment": "对公", "on": "2025-01-01"},
    "customer.left": {"customer_id": "C-88", "segment": "对公", "on": "2025-12-30"},
    "complaint.received": {
        "complaint_id": "Q-1",
        "customer_id": "C-88",
        "manager_id": "M-017",
        "severity": "serious",
        "on": "2025-03-08",
    },
    "complaint.resolved": {"complaint_id": "Q-1", "upheld": True, "on": "2025-03-20"},
    "survey.answered": {
        "customer_id": "C-88",
        "manager_id": "M-017",
        "topic": "satisfaction",
        "score": "4.5",
        "full": "5",
        "on": "2025-03-09",
    },
    "service.handled": {
        "manager_id": "M-017",
        "customer_id": "C-88",
        "kind": "application",
        "seconds": "1830.25",
        "quantity": "1",
        "on": "2025-03-10",
    },
    "activity.logged": {
        "manager_id": "M-017",
        "customer_id": "C-88",
        "kind": "visit",
        "quantity": "1",
        "on": "2025-03-11",
    },
    "rating.given": {
        "manager_id": "M-017",
        "period": "2025Q1",
        "item": "teamwork",
        "group": "superior",
        "rater_id": "M-001",
        "score": "90",
        "full": "100",
    },
    "incident.recorded": {
        "manager_id": "M-017",
        "kind": "compliance",
        "level": "light",
        "count": "1",
        "on": "2025-03-12",
    },
    "figure.reported": {"manager_id": "M-017", "measure": "skill_exam", "period": "2025", "value": "87.5"},
    "unit.opened": {"org_unit": "B-01", "parent": "HQ", "on": "2024-12-01"},
    "manager.appointed": {
        "manager_id": "M-017",
        "org_unit": "B-01",
        "position": "corporate",
        "grade": "manager-1",
        "name": "王小明",
        "on": "2025-01-01",
    },
    "manager.left": {"manager_id": "M-017", "on": "2025-11-30"},
    "customer.assigned": {
        "customer_id": "C-88",
        "account_id": "L-1001",
        "team": [
            {"manager_id": "M-017", "share": "0.6", "role": "lead"},
            {"manager_id": "M-018", "share": "0.4"},
        ],
        "branch_led": True,
        "approved_by": "M-001",
        "on": "2025-01-02",
    },
    "target.set": {"org_unit": "B-01", "measure": "deposits", "period": "2025H1", "value": "1000000"},
    "decision.made": {
        "manager_id": "M-017",
        "period": "2025",
        "kind": "base-contribution",
        "value": "3000000",
        "reason": 'Approved base of the year: "old" customers\nonly.',
        "decided_by": "committee",
        "on": "2025-01-15",
    },
    "event.reversed": {"event_id": "balance.changed-1", "event_source": "core-banking", "reason": "Entered twice."},
    "settlement.closed": {
        "settlement_id": "S-1",
        "plan": "bank-contribution",
        "plan_digest": "sha256:00",
        "period": "2025Q1",
        "position": 48211,
        "log_head": "sha256:01",
        "result_digest": "sha256:02",
    },
    "settlement.paid": {"settlement_id": "S-1"},
    "dispute.opened": {
        "dispute_id": "X-1",
        "settlement_id": "S-1",
        "manager_id": "M-017",
        "line": "loan_spread",
        "claim": "One loan is missing.",
    },
    "dispute.resolved": {
        "dispute_id": "X-1",
        "outcome": "partly",
        "reason": "It was booked late.",
        "decided_by": "M-001",
    },
}


def sample(event_type: str, **attributes: Any) -> dict[str, Any]:
    """A valid event of this type; ``attributes`` replace those of its envelope."""
    return {
        "specversion": "1.0",
        "id": f"{event_type}-1",
        "source": "core-banking",
        "type": event_type,
        "time": "2025-07-01T09:30:00+08:00",
        "data": json.loads(json.dumps(_DATA[event_type])),
        **attributes,
    }


def with_data(event_type: str, **fields: Any) -> dict[str, Any]:
    """A sample whose payload's ``fields`` are replaced; a field of ``...`` is taken out."""
    event = sample(event_type)
    data = {**event["data"], **fields}
    return {**event, "data": {name: value for name, value in data.items() if value is not ...}}


def line(event: dict[str, Any]) -> bytes:
    """The event as a line of JSON."""
    return json.dumps(event, ensure_ascii=False).encode()


SAMPLES: dict[str, dict[str, Any]] = {event_type: sample(event_type) for event_type in _DATA}
"""The sample of every event type, by type."""
