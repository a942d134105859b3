"""A plan whose year begins on another day: settled, closed, on the board and in the API by its own periods."""

from __future__ import annotations

from datetime import UTC, date, datetime
from fractions import Fraction
from pathlib import Path

import pytest

from engine.log import Log
from engine.plan.copy import copied
from engine.plan.library import LoadedPlan, load
from engine.stream.windows import running
from meritlog.web.documents import plan_entry
from replay.close import close
from replay.live import LiveFold
from replay.reconcile import reconcile
from replay.settle import settle
from replay.units import unit_board
from schemas.business_year import CALENDAR, BusinessYear
from schemas.period import Period
from schemas.problems import Problem
from schemas.statement import to_json
from tests.replay.made import add, bank, lines

NOW = datetime(2026, 4, 5, 9, 0, tzinfo=UTC)
APRIL = BusinessYear(4, 1)
YEAR = "2025-04-01..2026-03-31"


def plan(folder: Path, year: BusinessYear, origin: str = "bank-contribution") -> LoadedPlan:
    """A copy of a bundled plan in that year."""
    file = folder / f"our-plan-{year}.yaml"
    file.write_text(copied("our-plan", origin, year), encoding="utf-8")
    return load(str(file))


@pytest.fixture
def log(tmp_path: Path) -> Log:
    team = [{"manager_id": "M-1", "share": "1"}]
    both = [{"manager_id": "M-1", "share": "0.6"}, {"manager_id": "M-2", "share": "0.4"}]
    loan = {"account_id": "A-1", "customer_id": "C-1"}
    fees = [("2024-05-01", "730"), ("2025-03-31", "365"), ("2025-04-01", "1000"), ("2026-02-10", "20.50")]
    return bank(
        tmp_path / "log",
        ("2024-04-01", "manager.appointed", {"manager_id": "M-1", "org_unit": "U-1"}),
        ("2024-04-01", "manager.appointed", {"manager_id": "M-2", "org_unit": "U-1"}),
        ("2024-04-01", "customer.assigned", {"customer_id": "C-1", "team": team}),
        ("2025-10-01", "customer.assigned", {"customer_id": "C-1", "team": both}),
        ("2024-04-02", "account.opened", {**loan, "product": "loan.project", "rate": "0.05"}),
        ("2024-04-02", "balance.changed", {**loan, "amount": "360000"}),
        ("2026-01-10", "balance.changed", {**loan, "amount": "-60000.01"}),
        ("2026-02-20", "loan.moved", {"customer_id": "C-1", "amount": "50000", "rate": "0.06"}),
        *((on, "fee.earned", {"customer_id": "C-1", "service": "consulting", "amount": each}) for on, each in fees),
    )


def test_its_year_is_a_year_and_inherits_from_the_year_before_it(log: Log, tmp_path: Path) -> None:
    loaded = plan(tmp_path, APRIL)
    settlement = settle(log, loaded, Period.parse(YEAR))
    statement = settlement.statement
    assert (statement.period, statement.start, statement.end) == (YEAR, "2025-04-01", "2026-04-01")
    assert {"award", "risk_fund", "paid"} <= settlement.evaluation.lines.keys()
    before = settle(log, loaded, Period.parse("2024-04-01..2025-03-31")).evaluation
    earned = [before.lines["composite"].value(row) for row in range(len(before.managers) + 1)]
    assert all(isinstance(value, Fraction) for value in earned)
    whole = sum((value for value in earned if isinstance(value, Fraction)), Fraction(0))
    base = settlement.evaluation.lines["base_contribution"]
    shares = {"M-1": (183 + 182 * Fraction(6, 10)) / 365, "M-2": 182 * Fraction(4, 10) / 365}
    assert {one: base.value(row) for row, one in enumerate(settlement.evaluation.managers)} == {
        one: whole * share for one, share in shares.items()
    }


def test_items_are_those_of_the_same_days_and_quarters_add_up_to_the_year(log: Log, tmp_path: Path) -> None:
    ours, calendar = plan(tmp_path, APRIL), plan(tmp_path, CALENDAR)
    quarters = [settle(log, ours, Period.parse(name)) for name in ("2025Q2", "2025Q3", "2025Q4", "2026Q1")]
    year = settle(log, ours, Period.parse(YEAR))
    for item in ("loan_spread", "other_income", "fees", "loans_moved", "composite"):
        total = year.evaluation.lines[item].value(0)
        assert isinstance(total, Fraction)
        assert sum(Fraction(str(one.evaluation.lines[item].value(0))) for one in quarters) == total, item
    same_days = settle(log, calendar, Period.parse("2025-04-01..2025-12-31"))
    ours_days = settle(log, ours, Period.parse("2025-04-01..2025-12-31"))
    for item in ("loan_spread", "other_income", "fees", "composite"):
        assert lines(same_days, "M-1")[item] == lines(ours_days, "M-1")[item]


def test_a_plan_that_says_the_first_of_january_is_the_same_plan_to_the_byte(log: Log, tmp_path: Path) -> None:
    loaded = plan(tmp_path, CALENDAR)
    file = tmp_path / "unsaid.yaml"
    file.write_text(copied("our-plan", "bank-contribution"), encoding="utf-8")
    assert "year_begins: 01-01" in (tmp_path / "our-plan-01-01.yaml").read_text(encoding="utf-8")
    assert "year_begins" not in file.read_text(encoding="utf-8")
    unsaid = load(str(file))
    assert loaded.digest == unsaid.digest
    for period in ("2025", "2025Q2", "2025-04-01..2026-03-31"):
        statements = [settle(log, one, Period.parse(period)).statement for one in (loaded, unsaid)]
        assert to_json(statements[0]) == to_json(statements[1])


def test_a_name_of_the_calendar_is_refused_everywhere_with_what_to_write(log: Log, tmp_path: Path) -> None:
    loaded, year = plan(tmp_path, APRIL), Period.parse("2025")
    said = (
        "2025 means the days 2025-01-01..2025-12-31, none of the cycles of a plan whose year begins on 04-01. "
        "Write 2025-04-01..2026-03-31; the one before is 2024-04-01..2025-03-31."
    )
    asked = [
        lambda: settle(log, loaded, year),
        lambda: LiveFold(log).board(loaded, year),
        lambda: unit_board(log, loaded, year),
        lambda: close(log, loaded, year, at=NOW, holder="test"),
    ]
    for ask in asked:
        with pytest.raises(Problem) as caught:
            ask()
        assert str(caught.value) == said


def test_a_period_is_closed_once_however_it_is_spelled(log: Log, tmp_path: Path) -> None:
    loaded = plan(tmp_path, APRIL)
    done = close(log, loaded, Period.parse("2025-04-01..2025-06-30"), at=NOW, holder="test")
    assert done.settlement_id == "our-plan/2025Q2"
    with pytest.raises(Problem, match="our-plan is already closed for 2025Q2"):
        close(log, loaded, Period.parse("2025Q2"), at=NOW, holder="test")


def test_prepayments_of_its_halves_are_set_against_its_year_alone(log: Log, tmp_path: Path) -> None:
    loaded, year = plan(tmp_path, BusinessYear(10, 1)), "2025-10-01..2026-09-30"
    before, first = "2025-04-01..2025-09-30", "2025-10-01..2026-03-31"
    for period in (before, first, year):
        decision = {"manager_id": "M-1", "period": period, "decided_by": "committee", "reason": "approved"}
        add(log, "decision.made", "2026-03-31", **decision, kind="qualitative-score", value="100")
        add(log, "decision.made", "2026-03-31", **decision, kind="base-contribution", value="0")
    prepaid = {}
    for half in (before, first):
        done = close(log, loaded, Period.parse(half), at=NOW, holder="test")
        add(log, "settlement.paid", "2026-04-01", settlement_id=done.settlement_id)
        prepaid[half] = lines(done.settlement, "M-1")["prepayment"]
    assert len({*prepaid.values(), "0.00"}) == 3
    assert lines(settle(log, loaded, Period.parse(year)), "M-1")["prepaid"] == f"-{prepaid[first]}"


def test_a_half_of_its_year_is_not_closed_after_it(log: Log, tmp_path: Path) -> None:
    loaded = plan(tmp_path, APRIL)
    close(log, loaded, Period.parse(YEAR), at=NOW, holder="test")
    close(log, loaded, Period.parse("2024-10-01..2025-03-31"), at=NOW, holder="test")
    for half in ("2025-04-01..2025-09-30", "2025-10-01..2026-03-31"):
        with pytest.raises(Problem, match=f"our-plan is closed for {YEAR}, which sets off what {half} pays"):
            close(log, loaded, Period.parse(half), at=NOW, holder="test")


@pytest.mark.parametrize("year", [APRIL, BusinessYear(12, 21), BusinessYear(7, 15)])
def test_the_live_boards_of_every_running_window_equal_the_replay(log: Log, tmp_path: Path, year: BusinessYear) -> None:
    loaded = plan(tmp_path, year)
    windows = running([loaded], date(2026, 2, 10))
    fold = LiveFold(log)
    boards = [fold.board(one, period, through=date(2026, 2, 10)) for one, period in windows]
    assert [board.period for board in boards] == [period.name for _, period in windows]
    found = reconcile(log, {"our-plan": loaded}, boards)
    assert found.equal, found.differences
    assert found.managers == {"M-1", "M-2"}


def test_the_page_offers_the_plans_own_periods(tmp_path: Path) -> None:
    told = plan_entry(plan(tmp_path, APRIL), (date(2025, 3, 31), date(2026, 2, 10)))
    years = [(one.period, one.current) for one in told.periods if one.cycle == "year"]
    assert years == [(YEAR, True), ("2024-04-01..2025-03-31", False)]
