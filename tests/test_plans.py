"""Rules of bundled plans that take more managers than a clerk would write down in a case."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime

from engine.plan.library import load
from replay.cases import told
from replay.trial import tried
from schemas.document import Document

AT = datetime(2030, 1, 5, 9, 0, tzinfo=UTC)
MANAGERS = 71
LEVELS = {"senior": 14, "middle": 36, "junior": 21}
"""A fifth of 71 rounded down, a half rounded up, and three tenths: what the source's own bank would get."""


def test_of_71_managers_14_are_senior_36_middle_and_21_junior() -> None:
    names = [f"M-{number:02}" for number in range(1, MANAGERS + 1)]
    levels = list(Counter(LEVELS).elements())
    events = [
        event
        for place, name in enumerate(names)
        for event in (
            {"2024-01-01 manager.appointed": {"manager_id": name, "org_unit": "U-1"}},
            {
                "2025-01-31 figure.reported": {
                    "manager_id": name,
                    "measure": "review",
                    "period": "2024",
                    "value": str(100 - place),
                }
            },
        )
    ]
    expected = {name: {"level": level} for name, level in zip(names, levels, strict=True)}
    cases = {"cases": [{"rule": "", "events": events, "expect": [{"settle": "2024", "managers": expected}]}]}
    (found,) = tried(load("nine-step"), told(Document("71.yaml", cases, {})), AT)
    assert found.failures == []
