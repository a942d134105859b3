"""A statement, a board and an explanation as settling would tell them, to be shown and exported."""

from __future__ import annotations

import msgspec

from schemas.statement import Board, Explanation, Statement

STATEMENT = {
    "plan": "bank-contribution",
    "plan_digest": "sha256:" + "a" * 64,
    "period": "2025",
    "from": "2025-01-01",
    "to": "2026-01-01",
    "through": "2025-12-31",
    "position": 48211,
    "log_head": "sha256:" + "b" * 64,
    "status": "open",
    "findings": [
        {"id": "balance-of-unopened", "about": "A-9", "text": {"en": "A-9 was never opened", "zh": "A-9 从未开户"}}
    ],
    "managers": [
        {
            "manager_id": "0017",
            "org_unit": "=HYPERLINK(1)",
            "complete": True,
            "missing": [],
            "gaps": ["teamwork"],
            "lines": [
                {"id": "loan_spread", "kind": "item", "value": "81000", "unit": "CNY", "clause": "21(3)1"},
                {"id": "composite", "kind": "score", "value": "4200000.3333333333"},
                {"id": "rank", "kind": "rank", "value": "1"},
                {"id": "grade", "kind": "grade", "value": "manager-1"},
                {"id": "risk_fund", "kind": "withheld", "value": "-25200.00", "unit": "CNY"},
                {"id": "paid", "kind": "total", "value": "53200.00", "unit": "CNY"},
            ],
        },
        {
            "manager_id": "M-002",
            "org_unit": None,
            "complete": False,
            "missing": ["rate:A-9", "appointment"],
            "gaps": [],
            "lines": [{"id": "loan_spread", "kind": "item", "value": "0", "unit": "CNY", "clause": "21(3)1"}],
        },
    ],
    "uncredited": [{"id": "loan_spread", "value": "1250.5"}],
    "digest": "sha256:" + "c" * 64,
}
BOARD = {
    "plan": "bank-contribution",
    "plan_digest": "sha256:" + "a" * 64,
    "period": "2025",
    "through": "2025-12-31",
    "position": 48211,
    "rows": [
        {
            "rank": rank,
            "manager_id": f"M-00{rank}",
            "org_unit": "U-1",
            "score": score,
            "change": change,
            "lines": {"composite": score},
            "last_event": {"event_id": f"e-{rank}", "event_source": "core"},
        }
        for rank, score, change in ((1, "4200000.5", 2), (2, "99", 0), (3, "-12.25", -1))
    ],
    "uncredited": [],
    "digest": "sha256:" + "d" * 64,
}
EXPLANATION = {
    "plan": "bank-contribution",
    "plan_digest": "sha256:" + "a" * 64,
    "period": "2025",
    "through": "2025-12-31",
    "position": 48211,
    "log_head": "sha256:" + "b" * 64,
    "manager_id": "M-001",
    "missing": [],
    "gaps": [],
    "id": "M-001",
    "kind": "manager",
    "value": "81000",
    "inputs": [
        {
            "id": "loan_spread",
            "kind": "item",
            "value": "81000",
            "unit": "CNY",
            "clause": "21(3)1",
            "label": {"en": "Loan spread", "zh": "贷款利差"},
            "reading": {"en": "accrues at the nominal rate", "zh": "按名义利率计算"},
            "formula": "(loan_interest - loan_cost) / day_count",
            "parameters": {"day_count": {"value": "360", "from": "2024-01-01"}},
            "inputs": [
                {
                    "id": "loan_interest",
                    "kind": "measure",
                    "value": "48600000",
                    "credits": [
                        {
                            "contribution": "48000000",
                            "event_id": "b-1",
                            "event_source": "core",
                            "position": 12,
                            "on": "2025-01-01",
                            "share": "1",
                            "amount": "9000000",
                        },
                        {"contribution": "600000", "others": 7},
                    ],
                }
            ],
        }
    ],
}


def statement() -> Statement:
    return msgspec.convert(STATEMENT, Statement)


def board() -> Board:
    return msgspec.convert(BOARD, Board)


def explanation() -> Explanation:
    return msgspec.convert(EXPLANATION, Explanation)
