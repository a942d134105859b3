"""What earlier settlements leave behind: prepayments set against the year's award, risk funds released years later."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from msgspec import UNSET

from engine.log import Log
from engine.plan.library import bundled, content_of, load, with_parameters, worded
from replay.close import SOURCE
from replay.explain import explain
from replay.settle import settle
from schemas.period import Period
from schemas.problems import Problem
from tests.replay.made import add, bank, closed, lines, plan, settled

HALF_YEAR_CLOSED = datetime(2025, 7, 10, tzinfo=UTC)
YEAR_CLOSED = datetime(2026, 1, 10, tzinfo=UTC)


@pytest.fixture
def log(tmp_path: Path) -> Log:
    """A manager with approved bases who earns 4,200,000 in fees, half of it in each half-year."""
    return bank(
        tmp_path / "log",
        ("2025-01-01", "manager.appointed", {"manager_id": "M-1", "org_unit": "U-1"}),
        ("2025-01-01", "customer.assigned", {"customer_id": "C-1", "team": [{"manager_id": "M-1", "share": "1"}]}),
        ("2025-03-01", "fee.earned", {"customer_id": "C-1", "service": "consulting", "amount": "2100000"}),
        ("2025-09-01", "fee.earned", {"customer_id": "C-1", "service": "consulting", "amount": "2100000"}),
        *(
            (
                "2025-12-31",
                "decision.made",
                {"manager_id": "M-1", "period": period, "kind": kind, "value": value, "reason": "r", "decided_by": "b"},
            )
            for period, kind, value in (
                ("2025H1", "base-contribution", "1500000"),
                ("2025H1", "qualitative-score", "90"),
                ("2025", "base-contribution", "3000000"),
                ("2025", "qualitative-score", "90"),
            )
        ),
    )


def test_a_prepayment_is_half_of_the_award_earned_so_far(log: Log) -> None:
    # 0.98 x (20,000 / 2 + 600,000 x 5%) x 50%
    assert lines(settled(log, "2025H1"), "M-1")["prepayment"] == "19600.00"


def test_a_prepayment_counts_against_the_year_once_it_was_closed_and_paid(log: Log) -> None:
    assert "prepaid" not in lines(settled(log, "2025"), "M-1")
    settlement_id = closed(log, "2025H1", HALF_YEAR_CLOSED)
    assert "prepaid" not in lines(settled(log, "2025"), "M-1")
    add(log, "settlement.paid", "2025-07-15", settlement_id=settlement_id)
    year = lines(settled(log, "2025"), "M-1")
    assert (year["award"], year["risk_fund"], year["prepaid"]) == ("78400.00", "-25200.00", "-19600.00")
    assert year["paid"] == "33600.00"


def test_a_prepayment_is_taken_back_from_whoever_is_disqualified_later_in_the_year(log: Log) -> None:
    add(log, "settlement.paid", "2025-07-15", settlement_id=closed(log, "2025H1", HALF_YEAR_CLOSED))
    add(log, "decision.made", "2025-10-01", manager_id="M-1", kind="disqualified", reason="fraud", decided_by="board")
    year = lines(settled(log, "2025"), "M-1")
    assert (year["award"], year["risk_fund"]) == ("0.00", "0.00")
    assert (year["prepaid"], year["paid"]) == ("-19600.00", "-19600.00")
    assert "adjustments" not in year


def test_a_period_is_closed_once_and_says_so(log: Log) -> None:
    assert settled(log, "2025H1").statement.status == "open"
    closed(log, "2025H1", HALF_YEAR_CLOSED)
    assert settled(log, "2025H1").statement.status == "closed"
    with pytest.raises(Problem) as caught:
        closed(log, "2025H1", YEAR_CLOSED)
    assert str(caught.value) == (
        "bank-contribution is already closed for 2025H1. What arrived later belongs to the next settlement."
    )


def test_a_half_year_is_not_closed_after_its_year_and_is_told_what_to_do(log: Log) -> None:
    closed(log, "2025", YEAR_CLOSED)
    closed(log, "2025Q1", YEAR_CLOSED)
    closed(log, "2026H1", datetime(2026, 7, 10, tzinfo=UTC))
    with pytest.raises(Problem) as caught:
        closed(log, "2025H1", YEAR_CLOSED)
    assert str(caught.value) == (
        "bank-contribution is closed for 2025, which sets off what 2025H1 pays; closed now, that would be paid twice. "
        "All that is due for these days is paid by 2025. If 2025H1 was paid, too, reverse the closings from that of "
        "the whole on, the last one first, and close them in order, the part first."
    )


def test_a_period_is_closed_only_once_the_calendar_or_the_transactions_have_reached_it(log: Log) -> None:
    midnight_of_the_bank = datetime(2025, 12, 31, 16, tzinfo=UTC)
    with pytest.raises(Problem) as caught:
        closed(log, "2026Q1", midnight_of_the_bank - timedelta(microseconds=1))
    assert str(caught.value) == (
        "2026Q1 begins on 2026-01-01; it cannot be closed before. "
        "Close it when it is over; `meritlog settle` computes it at any time."
    )
    closed(log, "2026Q1", midnight_of_the_bank)
    add(log, "fee.earned", "2026-04-01", customer_id="C-1", service="agency", amount="1")
    closed(log, "2026Q2", midnight_of_the_bank)


def test_a_period_whose_closing_was_reversed_is_closed_again_under_an_id_of_its_own(log: Log) -> None:
    first = last = closed(log, "2025H1", HALF_YEAR_CLOSED)
    for again in (f"{first}/2", f"{first}/3"):
        add(log, "event.reversed", "2025-07-20", event_id=last, event_source=SOURCE, reason="too early")
        assert settled(log, "2025H1").statement.status == "open"
        last = closed(log, "2025H1", YEAR_CLOSED)
        assert last == again
    add(log, "settlement.paid", "2025-07-22", settlement_id=first)
    assert "prepaid" not in lines(settled(log, "2025"), "M-1")


def test_a_risk_fund_is_released_three_years_after_its_settlement(log: Log) -> None:
    closed(log, "2025", YEAR_CLOSED)
    released = lines(settled(log, "2029"), "M-1")
    assert released["risk_fund_release"] == "25200.00"
    assert "risk_fund_release" not in lines(settled(log, "2028"), "M-1")


def test_a_risk_fund_is_forfeited_by_leaving_before_it_is_due(log: Log) -> None:
    closed(log, "2025", YEAR_CLOSED)
    add(log, "manager.left", "2027-05-01", manager_id="M-1")
    add(log, "manager.appointed", "2027-06-01", manager_id="M-1", org_unit="U-1")
    assert "risk_fund_release" not in lines(settled(log, "2029"), "M-1")


def test_what_is_held_back_says_when_it_is_due_long_before_and_nothing_once_it_is_forfeited(log: Log) -> None:
    closed(log, "2025", YEAR_CLOSED)

    def due(period: str) -> list[object]:
        line = explain(settled(log, period), "CNY", "M-1", "risk_fund_release")
        return [node.due for node in line.inputs[0].inputs]

    assert due("2026") == due("2028") == due("2029") == ["2029-01-10"]
    add(log, "manager.left", "2027-05-01", manager_id="M-1")
    add(log, "manager.appointed", "2027-06-01", manager_id="M-1", org_unit="U-1")
    assert (due("2026"), due("2028")) == (["2029-01-10"], [UNSET])


def test_a_line_that_holds_back_says_when_it_is_due_once_its_period_is_closed(log: Log) -> None:
    def due(line: str) -> object:
        return explain(settled(log, "2025"), "CNY", "M-1", line).due

    assert due("risk_fund") is UNSET
    closed(log, "2025", YEAR_CLOSED)
    assert due("risk_fund") == "2029-01-10"
    assert due("award") is UNSET


def test_a_loss_that_was_decided_is_set_off_against_the_risk_fund(log: Log) -> None:
    closed(log, "2025", YEAR_CLOSED)
    decision = {"manager_id": "M-1", "kind": "risk-loss", "value": "5200", "reason": "bad loan", "decided_by": "board"}
    add(log, "decision.made", "2027-05-01", **decision)
    assert lines(settled(log, "2029"), "M-1")["risk_fund_release"] == "20000.00"


def test_a_settlement_by_another_wording_of_the_plan_is_a_finding_and_not_carried_over(log: Log) -> None:
    add(
        log,
        "settlement.closed",
        "2025-07-10",
        settlement_id="S-1",
        plan="bank-contribution",
        plan_digest="sha256:" + "0" * 64,
        period="2025H1",
        position=4,
        log_head="sha256:" + "0" * 64,
        result_digest="sha256:" + "0" * 64,
    )
    add(log, "settlement.paid", "2025-07-15", settlement_id="S-1")
    year = settled(log, "2025")
    assert "prepaid" not in lines(year, "M-1")
    told = [finding.text["en"] for finding in year.statement.findings]
    assert told == [
        "The settlement S-1 was made by another wording of the plan; its figures are not carried over.",
    ]


def test_a_settlement_is_carried_over_though_the_plan_has_been_worded_anew_since(log: Log) -> None:
    settlement_id = closed(log, "2025H1", HALF_YEAR_CLOSED)
    add(log, "settlement.paid", "2025-07-15", settlement_id=settlement_id)
    anew = with_parameters(plan(), {"award_ratio": Decimal("0.06")})
    year = settle(log, anew, Period.parse("2025"))
    assert lines(year, "M-1")["prepaid"] == "-19600.00"
    assert year.statement.findings == []


def test_the_digest_of_a_plan_is_that_of_the_wording_kept_for_it() -> None:
    for name in bundled():
        loaded = load(name)
        again = worded(content_of(loaded.plan))
        assert (again.digest, again.plan) == (loaded.digest, loaded.plan)
