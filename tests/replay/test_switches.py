"""What an adopter sets in an own copy of the flagship plan: tables of pay, switches and weights."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from engine.log import Log
from engine.plan.library import LoadedPlan, load, text_of
from replay.settle import settle
from schemas.document import parse
from schemas.period import Period
from tests.replay.made import bank, lines

OwnPlan = Callable[..., LoadedPlan]


@pytest.fixture
def own_plan(tmp_path: Path) -> OwnPlan:
    """The flagship plan with some parts replaced, as an adopter would do it: ``part__name__field``."""

    def made(**changes: Any) -> LoadedPlan:
        content = parse(text_of("bank-contribution").encode(), file="own").value
        for path, value in changes.items():
            part, name, field = path.split("__")
            assert field in content[part][name]
            content[part][name][field] = value
        file = tmp_path / "own-plan.yaml"
        file.write_text(json.dumps(content), encoding="utf-8")
        return load(str(file))

    return made


def decision(period: str, kind: str, value: str) -> tuple[str, str, dict[str, str]]:
    data = {"manager_id": "M-1", "period": period, "kind": kind, "value": value}
    return "2025-12-31", "decision.made", {**data, "reason": "r", "decided_by": "b"}


def served(tmp_path: Path, *more: tuple[str, str, dict[str, str]]) -> Log:
    """A log with one manager of grade manager-1 and one customer, and what else is given."""
    team = {"customer_id": "C-1", "team": [{"manager_id": "M-1", "share": "1"}]}
    return bank(
        tmp_path / "log",
        ("2025-01-01", "manager.appointed", {"manager_id": "M-1", "org_unit": "U-1", "grade": "manager-1"}),
        ("2025-01-01", "customer.assigned", team),
        *more,
    )


def fee(amount: str) -> tuple[str, str, dict[str, str]]:
    return "2025-02-01", "fee.earned", {"customer_id": "C-1", "service": "consulting", "amount": amount}


def told(log: Log, plan: LoadedPlan, period: str) -> dict[str, str]:
    return lines(settle(log, plan, Period.parse(period)), "M-1")


PAY_TABLES = {
    "tables__grade_pay_table__rows": [{"is": "manager-1", "value": "1500"}],
    "tables__position_pay_table__rows": [{"is": "manager-1", "value": "300"}],
}
SET = {"2024-01-01": "1"}


def test_pay_above_the_guarantee_is_scaled_where_a_quarter_misses_its_base(tmp_path: Path, own_plan: OwnPlan) -> None:
    log = served(tmp_path, fee("600"), decision("2025Q1", "base-contribution", "1000"))
    assert "monthly_pay_due" not in told(log, own_plan(), "2025Q1")
    # 3 x (800 + (1,500 + 300 - 800) x 600 / 1,000)
    assert told(log, own_plan(**PAY_TABLES), "2025Q1")["monthly_pay_due"] == "4200.00"


def test_the_committee_may_excuse_a_shortfall(tmp_path: Path, own_plan: OwnPlan) -> None:
    excused = decision("2025Q1", "shortfall-exempt", "1")
    log = served(tmp_path, fee("600"), decision("2025Q1", "base-contribution", "1000"), excused)
    assert told(log, own_plan(**PAY_TABLES), "2025Q1")["monthly_pay_due"] == "5400.00"


def test_recoveries_can_be_paid_out_directly(tmp_path: Path, own_plan: OwnPlan) -> None:
    recovered = ("2025-03-01", "loan.recovered", {"customer_id": "C-1", "class": "loss", "amount": "400000"})
    judged = (decision("2025", "base-contribution", "500000"), decision("2025", "qualitative-score", "100"))
    log = served(tmp_path, recovered, *judged)
    assert told(log, own_plan(), "2025")["recovery"] == "10000"
    direct = own_plan(parameters__recovery_paid_directly__values=SET)
    paid = told(log, direct, "2025")
    assert (paid["recovery"], paid["recovery_award"], paid["award"]) == ("0", "10000.00", "10000.00")


def test_the_quality_factor_can_apply_before_the_comparison(tmp_path: Path, own_plan: OwnPlan) -> None:
    judged = (decision("2025", "base-contribution", "3000000"), decision("2025", "qualitative-score", "90"))
    log = served(tmp_path, fee("4200000"), *judged)
    assert told(log, own_plan(), "2025")["award"] == "78400.00"
    before = own_plan(parameters__factor_on_contribution__values=SET)
    # 20,000 + (4,116,000 - 3,000,000) x 5%
    assert told(log, before, "2025")["award"] == "75800.00"


def test_accrual_can_stop_at_a_loan_class(tmp_path: Path, own_plan: OwnPlan) -> None:
    loan = {"account_id": "L-1", "customer_id": "C-1"}
    log = served(
        tmp_path,
        ("2025-01-01", "account.opened", {**loan, "product": "loan.project", "rate": "0.06"}),
        ("2025-01-01", "balance.changed", {**loan, "amount": "1000000"}),
        ("2025-01-31", "loan.classified", {**loan, "class": "doubtful"}),
    )
    # 90 days, or the 30 before the class, at 3.60%
    assert told(log, own_plan(), "2025Q1")["loan_spread"] == "9000"
    stopping = own_plan(parameters__accrual_stops_at_class__values={"2024-01-01": "2"})
    assert told(log, stopping, "2025Q1")["loan_spread"] == "3000"


def test_a_weight_holds_from_its_date(tmp_path: Path, own_plan: OwnPlan) -> None:
    log = served(tmp_path, fee("100"))
    weighed = own_plan(parameters__w_fees__values={"2024-01-01": "1", "2025-02-01": "2"})
    assert told(log, weighed, "2025Q1")["fees"] == "100"
    assert told(log, weighed, "2025-02")["fees"] == "200"


def test_weights_that_cancel_out_leave_no_mean_of_ratings(tmp_path: Path, own_plan: OwnPlan) -> None:
    given = {"manager_id": "M-1", "period": "2025Q1", "item": "skill", "score": "4", "full": "5"}
    rated = [("2025-03-31", "rating.given", {**given, "group": group}) for group in ("self", "customer")]
    log = served(tmp_path, fee("100"), *rated)
    assert told(log, own_plan(), "2025Q1")["qualitative"] == "80"
    for weight in ("-1", "0"):
        weights = {"2024-01-01": weight}
        other = {"2024-01-01": weight.lstrip("-")}
        own = own_plan(parameters__w_by_self__values=weights, parameters__w_by_customer__values=other)
        assert "qualitative" not in told(log, own, "2025Q1")
