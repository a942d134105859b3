"""Which days lie before: the cycle before, from whatever day cycles begin on."""

from __future__ import annotations

import pytest

from engine.plan.windows import previous
from schemas.period import Period


@pytest.mark.parametrize(
    ("period", "before"),
    [
        ("2025", "2024"),
        ("2025H1", "2024H2"),
        ("2025B1", "2024B6"),
        ("2025-03", "2025-02"),
        ("2025-04-01..2026-03-31", "2024-04-01..2025-03-31"),
        ("2024-03-01..2024-05-31", "2023-12-01..2024-02-29"),
        ("2025-01-16..2025-02-15", "2024-12-16..2025-01-15"),
        ("2025-07-01..2025-07-15", "2025-06-16..2025-06-30"),
        ("2025-01-31..2025-03-30", "2024-12-03..2025-01-30"),
    ],
)
def test_the_cycle_before_ends_where_this_one_begins(period: str, before: str) -> None:
    assert previous(Period.parse(period)).name == before
