"""Windows: which boards run on a day, and the rolling measures that lie under them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from engine.plan.library import load
from engine.stream.windows import RollingMeasures, running
from replay.live import LiveFold
from schemas.business_year import BusinessYear
from tests.replay.made import bank, lines, plan, settled


@pytest.mark.parametrize(
    ("day", "periods"),
    [
        (date(2025, 2, 10), {"2025-02", "2025Q1", "2025H1", "2025"}),
        (date(2025, 6, 30), {"2025-06", "2025Q2", "2025H1", "2025"}),
        (date(2025, 12, 31), {"2025-12", "2025Q4", "2025H2", "2025"}),
    ],
)
def test_month_quarter_half_year_and_year_of_the_day_run(day: date, periods: set[str]) -> None:
    windows = running([plan()], day)
    assert len(windows) == len(periods)
    assert {str(period) for _, period in windows} == periods
    assert all(day in period for _, period in windows)


def test_the_windows_are_the_cycles_of_the_plans_own_year() -> None:
    flagship = plan()
    april = replace(flagship, plan=flagship.plan.model_copy(update={"year": BusinessYear(4, 1)}))
    windows = {str(period) for _, period in running([april], date(2026, 2, 10))}
    assert windows == {"2026-02", "2026Q1", "2025-10-01..2026-03-31", "2025-04-01..2026-03-31"}


def test_every_plan_has_windows_of_its_own() -> None:
    day = date(2025, 2, 10)
    assert running([plan(), load("bank-contribution")], day) == 2 * running([plan()], day)
    assert running([], day) == []


def test_rolling_measures_are_what_the_statement_counts_through_the_day(tmp_path: Path) -> None:
    fees = [("2025-01-15", "1000.10"), ("2025-02-10", "0.05"), ("2025-02-11", "700")]
    log = bank(
        tmp_path / "log",
        ("2025-01-01", "manager.appointed", {"manager_id": "M-1", "org_unit": "U-1"}),
        ("2025-01-01", "customer.assigned", {"customer_id": "C-1", "team": [{"manager_id": "M-1", "share": "0.5"}]}),
        *((on, "fee.earned", {"customer_id": "C-1", "service": "consulting", "amount": amount}) for on, amount in fees),
    )
    through = date(2025, 2, 10)
    windows = running([plan()], through)
    measures = RollingMeasures().of(LiveFold(log).book, windows, through, "CNY")
    for loaded, period in windows:
        shown = measures["M-1"][f"{loaded.plan.plan}/{period}"]
        statement = settled(log, str(period), through=through)
        expected = "0.025" if str(period) == "2025-02" else "500.075"
        assert expected in shown.values(), (period, shown)
        assert lines(statement, "M-1")["other_income"] in {expected, "0"}
