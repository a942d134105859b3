"""A plan closed month by month: what its closings paid and made good adds up to what is known in the end."""

from collections import Counter
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.admission import candidates
from engine.log import Log
from engine.plan.library import LoadedPlan, load
from replay.close import close
from replay.live import LiveFold
from replay.reconcile import reconcile
from replay.settle import Settlement, settle
from schemas.codec import event_of
from schemas.period import Period
from tests.replay.made import add, bank, said

JULY = datetime(2025, 7, 10, tzinfo=UTC)
FEE = {"customer_id": "C-1", "service": "consulting"}
MONTHS = ("2025-01", "2025-02", "2025-03", "2025-04")
PLAN = """\
plan: monthly
title: {en: Monthly, zh: 月度}
source: {en: A test, zh: 测试}
effective: 2025-01-01
board: paid
measures:
  fees: {of: fee.earned, label: {en: Fees, zh: 收费}, clause: "1", aggregate: sum}
  earlier: {of: corrections, label: {en: Corrections, zh: 更正}, clause: "2", lines: [paid]}
lines:
  - {id: award, kind: pay, label: {en: Award, zh: 奖}, clause: "1", unit: money, formula: "max(0, fees - 100) * 0.333"}
  - {id: adjustments, kind: adjustment, label: {en: A, zh: 调}, clause: "2", unit: money, formula: earlier}
  - {id: paid, kind: total, label: {en: P, zh: 付}, clause: "1", unit: money, formula: "award + first(adjustments, 0)"}
"""

happening = st.one_of(
    st.tuples(st.just("fee"), st.sampled_from(MONTHS), st.integers(-30_000, 60_000), st.sampled_from("AB")),
    st.tuples(st.just("close"), st.integers(0, 3)),
    st.tuples(st.just("assign"), st.sampled_from(MONTHS), st.sampled_from(["M-1", "M-2"]), st.sampled_from("AB")),
    st.tuples(st.just("reverse"), st.integers(2, 22)),
)


@pytest.fixture(scope="module")
def monthly(tmp_path_factory: pytest.TempPathFactory) -> LoadedPlan:
    """A plan that pays a third of the fees above 100 each month, and what it learns of earlier months."""
    file = tmp_path_factory.mktemp("plan") / "monthly.yaml"
    file.write_text(PLAN, "utf-8")
    return load(str(file))


def put(log: Log, number: int, on: str, type_: str, **data: Any) -> None:
    """One more event, ``e-NUMBER``."""
    with log.writer("test") as writer:
        event = event_of(said(number, on, type_, **data), log.institution).event
        assert writer.append(candidates([event]), JULY).admitted


def assigned(customer: str, manager: str) -> dict[str, Any]:
    """The data of a customer's assignment to one manager."""
    return {"customer_id": f"C-{customer}", "team": [{"manager_id": manager, "share": "1"}]}


def test_the_board_of_a_closed_month_shows_what_its_closing_made_good(tmp_path: Path, monthly: LoadedPlan) -> None:
    log = bank(
        tmp_path / "log",
        ("2025-01-01", "manager.appointed", {"manager_id": "M-1"}),
        ("2025-01-01", "customer.assigned", assigned("1", "M-1")),
        ("2025-01-15", "fee.earned", FEE | {"amount": "500"}),
    )
    january, february = map(Period.parse, MONTHS[:2])
    close(log, monthly, january, at=JULY, holder="test")
    add(log, "fee.earned", "2025-01-20", amount="100", **FEE)
    close(log, monthly, february, at=JULY, holder="test")
    add(log, "fee.earned", "2025-03-01", amount="700", **FEE)
    [row] = LiveFold(log).board(monthly, february, february.last).rows
    assert (row.lines["award"], row.lines["adjustments"]) == ("0.00", "33.30")


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(happening, min_size=4, max_size=12))
def test_originals_and_adjustments_add_up_to_what_todays_knowledge_gives(
    tmp_path_factory: pytest.TempPathFactory, monthly: LoadedPlan, happenings: list[Any]
) -> None:
    log = bank(
        tmp_path_factory.mktemp("random") / "log",
        *(("2025-01-01", "manager.appointed", {"manager_id": one}) for one in ("M-1", "M-2")),
        *(("2025-01-01", "customer.assigned", assigned(one, "M-1")) for one in "AB"),
        ("2025-05-31", "fee.earned", {"customer_id": "C-A", "service": "consulting", "amount": "150"}),
    )
    made: dict[str, Settlement] = {}
    for number, (kind, *rest) in enumerate(happenings, 10):
        if kind == "fee":
            month, cents, customer = rest
            data = {"customer_id": f"C-{customer}", "service": "consulting", "amount": f"{Decimal(cents) / 100:.2f}"}
            put(log, number, f"{month}-15", "fee.earned", **data)
        elif kind == "assign":
            month, manager, customer = rest
            put(log, number, f"{month}-10", "customer.assigned", **assigned(customer, manager))
        elif kind == "reverse":
            put(log, number, "2025-06-01", "event.reversed", event_id=f"e-{rest[0]}", event_source="core", reason="r")
        elif (month := MONTHS[rest[0]]) not in made:
            made[month] = close(log, monthly, Period.parse(month), at=JULY, holder="test").settlement
    last = settle(log, monthly, Period.parse("2025-05"))
    for month, original in made.items():
        adjusted: Counter[str] = Counter()
        for one in (*made.values(), last):
            adjusted.update(adjustments(one).get(f"monthly/{month}", {}))
        today = awards(settle(log, monthly, Period.parse(month)))
        assert {name: awards(original).get(name, 0) + adjusted[name] for name in today} == today
    live = LiveFold(log)
    boards = [live.board(monthly, Period.parse(month)) for month in (*MONTHS, "2025-05")]
    assert reconcile(log, {"monthly": monthly}, boards).equal


def awards(settlement: Settlement) -> dict[str, Decimal]:
    """The awards by manager."""
    return {
        one.manager_id: Decimal(line.value)
        for one in settlement.statement.managers
        for line in one.lines
        if line.id == "award"
    }


def adjustments(settlement: Settlement) -> dict[str, dict[str, Decimal]]:
    """What a settlement makes good, by settlement and manager."""
    found: dict[str, dict[str, Decimal]] = {}
    for one in settlement.statement.managers:
        for line in one.lines:
            for settlement_id, amount in (line.settlements or {}).items():
                found.setdefault(settlement_id, {})[one.manager_id] = Decimal(amount)
    return found
