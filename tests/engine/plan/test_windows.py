"""Windows: which days of another year a measure is taken of, where February has a day more."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from engine.plan.windows import window
from schemas.period import ONE_DAY
from tests.engine.plan.reading import scope


@pytest.mark.parametrize(
    ("period", "through", "first_before", "last_before"),
    [
        ("2024-02", "2024-02-15", "2023-02-01", "2023-02-15"),
        ("2024-02", "2024-02-28", "2023-02-01", "2023-02-28"),
        ("2024-02", "2024-02-29", "2023-02-01", "2023-02-28"),
        ("2024", "2024-02-28", "2023-01-01", "2023-02-28"),
        ("2025-02", "2025-02-28", "2024-02-01", "2024-02-29"),
        ("2025", "2025-02-27", "2024-01-01", "2024-02-27"),
        ("2024-02-28..2024-02-28", "2024-02-28", "2023-02-28", "2023-02-28"),
        ("2024-02-29..2024-02-29", "2024-02-29", "2023-02-28", "2023-02-28"),
        ("2024-02-29..2024-03-10", "2024-03-10", "2023-02-28", "2023-03-10"),
    ],
)
def test_the_same_days_a_year_ago_end_on_the_same_day(
    period: str, through: str, first_before: str, last_before: str
) -> None:
    days = replace(scope(period=period), end=date.fromisoformat(through) + ONE_DAY)
    before = window(days, ("year-ago",))
    assert (before.start.isoformat(), before.through.isoformat()) == (first_before, last_before)
