"""What arrives after a settlement was closed is made good by the next one, once, and adds up to today's figure."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from msgspec import UNSET

from engine.admission import candidates
from engine.log import Log, Read
from engine.plan.library import load
from replay.audit import audit
from replay.close import closing
from replay.closings import closing_of
from replay.compare import Compared, compare
from replay.explain import explain
from replay.live import LiveFold
from replay.reconcile import reconcile
from replay.settle import Settlement, settle
from schemas.codec import event_of
from schemas.event import Event
from schemas.institution import Institution
from schemas.period import Period
from schemas.statement import Node, StatementLine
from tests.replay.made import add, bank, closed, lines, plan, said, settled

JULY = datetime(2025, 7, 10, tzinfo=UTC)
JANUARY = datetime(2026, 1, 10, tzinfo=UTC)
FEE = {"customer_id": "C-1", "service": "consulting"}


def decided(period: str, kind: str, value: str, on: str = "2025-01-01", manager: str = "M-1") -> tuple[Any, ...]:
    """A decision about a manager's period."""
    data = {"manager_id": manager, "period": period, "kind": kind, "value": value, "reason": "r", "decided_by": "b"}
    return on, "decision.made", data


@pytest.fixture
def log(tmp_path: Path) -> Log:
    """A manager with approved bases who earns 4,200,000 in fees, half of it in each half-year."""
    return bank(
        tmp_path / "log",
        ("2025-01-01", "manager.appointed", {"manager_id": "M-1", "org_unit": "U-1"}),
        ("2025-01-01", "customer.assigned", {"customer_id": "C-1", "team": [{"manager_id": "M-1", "share": "1"}]}),
        ("2025-03-01", "fee.earned", FEE | {"amount": "2100000"}),
        ("2025-09-01", "fee.earned", FEE | {"amount": "2100000"}),
        *(decided(half, "base-contribution", "1500000") for half in ("2025H1", "2025H2", "2026H1")),
        *(decided(half, "qualitative-score", "90") for half in ("2025H1", "2025H2", "2026H1")),
        *(decided(year, "base-contribution", "3000000") for year in ("2025", "2026")),
        *(decided(year, "qualitative-score", "90") for year in ("2025", "2026")),
    )


def line(settlement: Settlement, name: str, manager: str = "M-1") -> StatementLine:
    """A manager's line."""
    one = next(each for each in settlement.statement.managers if each.manager_id == manager)
    return next(line for line in one.lines if line.id == name)


def test_what_arrives_after_a_closing_is_an_adjustment_of_the_next_settlement_that_names_it(log: Log) -> None:
    closed(log, "2025", JANUARY)
    before = lines(settled(log, "2025"), "M-1")["paid"]
    add(log, "fee.earned", "2025-11-03", amount="100000", **FEE)
    after = lines(settled(log, "2025"), "M-1")["paid"]
    # 5,000 more excess award, times 0.98; half of it, the award being above 50,000, goes to the risk fund.
    assert Decimal(after) - Decimal(before) == Decimal("2450.00")
    shown = line(settled(log, "2026"), "adjustments")
    assert (shown.kind, shown.value, shown.unit) == ("adjustment", "2450.00", "CNY")
    assert shown.settlements == {"bank-contribution/2025": "2450.00"}


@pytest.mark.parametrize("was_paid", [True, False])
def test_what_is_taken_back_is_negative_and_paid_includes_it(log: Log, *, was_paid: bool) -> None:
    first = closed(log, "2025H1", JULY)
    if was_paid:
        add(log, "settlement.paid", "2025-07-15", settlement_id=first)
    add(log, "event.reversed", "2025-08-01", event_id="e-3", event_source="core", reason="booked twice")
    year = lines(settled(log, "2025"), "M-1")
    assert year["adjustments"] == "-19600.00"
    assert year["prepaid"] == ("0.00" if was_paid else "19600.00")  # what was never paid is not taken back
    assert Decimal(year["paid"]) == sum(
        Decimal(year[name]) for name in ("award", "risk_fund", "prepaid", "adjustments")
    )


@pytest.mark.parametrize("paid_first", [True, False])
@pytest.mark.parametrize("paid_second", [True, False])
def test_whatever_prepayments_were_paid_the_year_pays_what_is_then_left_of_the_award(
    log: Log, *, paid_first: bool, paid_second: bool
) -> None:
    def pay(half: str) -> Decimal:
        add(log, "settlement.paid", "2026-01-15", settlement_id=f"bank-contribution/{half}")
        return sum((Decimal(as_closed[half].get(name, "0")) for name in ("prepayment", "adjustments")), Decimal(0))

    received, as_closed = Decimal(0), dict[str, dict[str, str]]()
    for half, was_paid, late in (("2025H1", paid_first, "2025-05-03"), ("2025H2", paid_second, "2025-05-04")):
        as_closed[half] = lines(settled(log, half), "M-1")
        closed(log, half, JANUARY)
        received += pay(half) if was_paid else 0
        add(log, "fee.earned", late, amount="100000", **FEE)
    year = settled(log, "2025")
    shown = lines(year, "M-1")
    received += Decimal(shown["paid"])
    assert received == Decimal(shown["award"]) + Decimal(shown["risk_fund"])
    told = explain(year, "CNY", "M-1", "prepaid").inputs[0]
    assert (
        sum(Decimal(one.value or "") for one in told.inputs) == Decimal(told.value or "") == -Decimal(shown["prepaid"])
    )
    board = LiveFold(log).board(plan(), Period.parse("2025"), date(2025, 12, 31))
    assert board.rows[0].lines["paid"] == shown["paid"]
    # What is learnt once the year is closed, and a prepayment paid only then, come with the next settlement.
    closed(log, "2025", JANUARY)
    add(log, "fee.earned", "2025-05-05", amount="100000", **FEE)
    received += 0 if paid_first else pay("2025H1")
    received += 0 if paid_second else pay("2025H2")
    received += Decimal(lines(settled(log, "2026H1"), "M-1")["adjustments"])
    shown = lines(settled(log, "2025"), "M-1")
    assert received == Decimal(shown["award"]) + Decimal(shown["risk_fund"])


def test_without_anything_new_there_is_no_adjustment(log: Log) -> None:
    closed(log, "2025H1", JULY)
    closed(log, "2025", JANUARY)
    assert "adjustments" not in lines(settled(log, "2026H1"), "M-1")
    assert "adjustments" not in lines(settled(log, "2026"), "M-1")


def test_a_settlement_that_shows_no_adjustment_takes_none_away(log: Log) -> None:
    closed(log, "2025H1", JULY)
    add(log, "fee.earned", "2025-05-03", amount="100000", **FEE)
    closed(log, "2025Q3", datetime(2025, 10, 9, tzinfo=UTC))
    assert lines(settled(log, "2025H2"), "M-1")["adjustments"] == "2450.00"


def test_an_adjustment_is_made_once(log: Log) -> None:
    closed(log, "2025H1", JULY)
    add(log, "fee.earned", "2025-05-03", amount="100000", **FEE)
    closed(log, "2025H2", JANUARY)
    assert "adjustments" not in lines(settled(log, "2026H1"), "M-1")
    add(log, "fee.earned", "2025-05-04", amount="20000", **FEE)
    assert lines(settled(log, "2026H1"), "M-1")["adjustments"] == "490.00"


def test_a_closed_settlement_keeps_the_adjustments_that_it_was_closed_with(log: Log) -> None:
    closed(log, "2025H1", JULY)
    add(log, "fee.earned", "2025-05-03", amount="100000", **FEE)
    closed(log, "2025H2", JANUARY)
    add(log, "fee.earned", "2025-05-04", amount="20000", **FEE)
    assert lines(settled(log, "2025H2"), "M-1")["adjustments"] == "2450.00"
    assert audit(log, closing_of(log, "bank-contribution/2025H2"), plan()).equal


def test_a_prepayment_counts_against_the_year_as_corrected_so_that_nothing_is_paid_twice(log: Log) -> None:
    first = closed(log, "2025H1", JULY)
    add(log, "settlement.paid", "2025-07-15", settlement_id=first)
    paid_in_july = Decimal(lines(settled(log, "2025H1"), "M-1")["prepayment"])
    add(log, "fee.earned", "2025-05-03", amount="100000", **FEE)
    year = lines(settled(log, "2025"), "M-1")
    assert (year["prepaid"], year["adjustments"]) == ("-22050.00", "2450.00")
    assert paid_in_july + Decimal(year["paid"]) == Decimal(year["award"]) + Decimal(year["risk_fund"])


def test_what_is_taken_back_of_a_prepayment_is_not_set_against_the_closed_year_again(log: Log) -> None:
    first = closed(log, "2025H1", JULY)
    add(log, "settlement.paid", "2025-07-15", settlement_id=first)
    received = Decimal(lines(settled(log, "2025H1"), "M-1")["prepayment"])
    add(log, "fee.earned", "2025-05-03", amount="100000", **FEE)
    received += Decimal(lines(settled(log, "2025"), "M-1")["paid"])
    closed(log, "2025", JANUARY)
    late = "fee.earned-2025-05-03-100000-C-1-consulting"
    add(log, "event.reversed", "2026-02-01", event_id=late, event_source="desk", reason="booked twice")
    shown = line(settled(log, "2026H1"), "adjustments")
    # The half-year's 2,450.00 go back; the year's 2,450.00, net of the risk fund, are what it had set off too much.
    assert shown.settlements == {first: "-2450.00"}
    year = lines(settled(log, "2025"), "M-1")
    assert year["prepaid"] == "-19600.00"
    assert received + Decimal(shown.value) == Decimal(year["award"]) + Decimal(year["risk_fund"])


def test_what_is_learnt_after_a_risk_fund_was_released_changes_the_release_too(log: Log) -> None:
    for kind, value in (("base-contribution", "1000000"), ("qualitative-score", "90")):
        add(log, "decision.made", "2025-01-01", **decided("2029", kind, value)[2])
    closed(log, "2025", JANUARY)
    closed(log, "2029", datetime(2030, 1, 10, tzinfo=UTC))
    add(log, "fee.earned", "2025-11-03", amount="100000", **FEE)
    # 4,900.00 more award, half of which went to the risk fund, and was due by 2029.
    assert line(settled(log, "2030"), "adjustments").settlements == {
        "bank-contribution/2025": "2450.00",
        "bank-contribution/2029": "2450.00",
    }


def test_a_risk_fund_is_released_as_corrected(log: Log) -> None:
    closed(log, "2025", JANUARY)
    add(log, "fee.earned", "2025-11-03", amount="100000", **FEE)
    assert lines(settled(log, "2029"), "M-1")["risk_fund_release"] == "27650.00"


def test_who_has_left_since_gets_the_adjustment_all_the_same(log: Log) -> None:
    closed(log, "2025H1", JULY)
    add(log, "manager.left", "2025-07-01", manager_id="M-1")
    add(log, "fee.earned", "2025-05-03", amount="100000", **FEE)
    assert lines(settled(log, "2026H1"), "M-1")["adjustments"] == "2450.00"


def test_a_result_that_was_incomplete_is_paid_when_it_is_whole(tmp_path: Path) -> None:
    log = bank(
        tmp_path / "log",
        ("2025-01-01", "manager.appointed", {"manager_id": "M-1", "org_unit": "U-1"}),
        ("2025-01-01", "customer.assigned", {"customer_id": "C-1", "team": [{"manager_id": "M-1", "share": "1"}]}),
        ("2025-03-01", "fee.earned", FEE | {"amount": "2100000"}),
        decided("2025H1", "base-contribution", "1500000"),
    )
    closed(log, "2025H1", JULY)
    assert "prepayment" not in lines(settled(log, "2025H1"), "M-1")
    add(log, "decision.made", "2025-08-01", **decided("2025H1", "qualitative-score", "90")[2])
    assert lines(settled(log, "2025H2"), "M-1")["adjustments"] == "19600.00"


def test_the_live_board_shows_the_adjustments_of_the_settlement(log: Log) -> None:
    closed(log, "2025H1", JULY)
    live = LiveFold(log)
    year = Period.parse("2025")
    assert "adjustments" not in live.board(plan(), year).rows[0].lines
    for amount, expected in (("100000", "2450.00"), ("20000", "2940.00")):
        add(log, "fee.earned", "2025-05-03", amount=amount, **FEE)
        live.follow()
        board = live.board(plan(), year)
        assert board.rows[0].lines["adjustments"] == expected
        assert reconcile(log, {"bank-contribution": plan()}, [board]).equal


def nodes(node: Node) -> Iterator[Node]:
    """The node and all below it."""
    yield node
    for inner in node.inputs:
        yield from nodes(inner)


def test_what_an_adjustment_is_made_of_is_told_apart_from_the_periods_own_events(log: Log) -> None:
    closed(log, "2025H1", JULY)
    before = settled(log, "2025H2")
    add(log, "fee.earned", "2025-05-03", amount="100000", **FEE)
    add(log, "fee.earned", "2025-11-03", amount="7000", **FEE)
    after = settled(log, "2025H2")
    sides = Compared("before", before.statement, before), Compared("after", after.statement, after)
    [manager] = compare(*sides, "CNY").managers
    fees = [one for one in manager.events or [] if one.measure == "fee_income"]
    assert {(one.on, one.period, one.before, one.after) for one in fees} == {
        ("2025-05-03", "2025H1", "0", "100000"),
        ("2025-11-03", UNSET, "0", "7000"),
    }


def test_an_adjustment_explains_itself_down_to_the_event_on_both_sides(log: Log) -> None:
    closed(log, "2025H1", JULY)
    position = add(log, "fee.earned", "2025-05-03", amount="100000", **FEE)
    tree = explain(settled(log, "2025"), "CNY", "M-1", "adjustments")
    (measure,) = tree.inputs
    (settlement,) = measure.inputs
    assert (settlement.id, settlement.period, settlement.value) == ("bank-contribution/2025H1", "2025H1", "2450")
    assert settlement.formula == "by_now - before"
    now, before = settlement.inputs
    assert (now.value, before.value) == ("22050", "19600")
    assert (now.as_of, before.as_of) == (log.position, settled(log, "2025").book.snapshot.position - 2)
    events = [{row.event_id for one in nodes(side) for row in one.credits} for side in (now, before)]
    assert {row.position for one in nodes(now) for row in one.credits} >= {position}
    assert len(events[0] - events[1]) == 1
    assert events[1] < events[0]


def test_on_a_partitioned_log_positions_are_vectors_and_the_adjustment_is_the_same(tmp_path: Path) -> None:
    log = Log.create(tmp_path / "log", Institution(), JULY, partitions=3)

    def admitted(*events: Event) -> None:
        with log.writer("test") as writer:
            writer.append(candidates(list(events)), JULY, Read({0: writer.position + len(events)}))

    told = [
        ("2025-01-01", "manager.appointed", {"manager_id": "M-1", "org_unit": "U-1"}),
        ("2025-01-01", "customer.assigned", {"customer_id": "C-1", "team": [{"manager_id": "M-1", "share": "1"}]}),
        ("2025-03-01", "fee.earned", FEE | {"amount": "2100000"}),
        decided("2025H1", "base-contribution", "1500000"),
        decided("2025H1", "qualitative-score", "90"),
    ]
    events = [said(number, on, type_, **data) for number, (on, type_, data) in enumerate(told, 1)]
    admitted(*(event_of(event, log.institution).event for event in events))
    admitted(closing(log, plan(), Period.parse("2025H1"), JULY)[1])
    late = said(99, "2025-05-03", "fee.earned", **FEE, amount="100000")
    admitted(event_of(late, log.institution).event)
    year = settled(log, "2025")
    assert lines(year, "M-1")["adjustments"] == "2450.00"
    (settlement,) = explain(year, "CNY", "M-1", "adjustments").inputs[0].inputs
    assert [side.as_of for side in settlement.inputs] == [str(log.snapshot().label), str(log.snapshot(5).label)]
    board = LiveFold(log).board(plan(), Period.parse("2025"))
    assert board.rows[0].lines["adjustments"] == "2450.00"


def test_a_settlement_of_another_wording_is_corrected_by_its_own(log: Log, tmp_path: Path) -> None:
    closed(log, "2025H1", JULY)
    add(log, "fee.earned", "2025-05-03", amount="100000", **FEE)
    text = Path("plans/bank-contribution.yaml").read_text("utf-8")
    file = tmp_path / "dearer.yaml"
    file.write_text(text.replace("    values: {2024-01-01: 0.05}", "    values: {2024-01-01: 0.10}"), "utf-8")
    dearer = load(str(file))
    assert dearer.digest != plan().digest
    year = settle(log, dearer, Period.parse("2025"))
    assert lines(year, "M-1")["adjustments"] == "2450.00"
