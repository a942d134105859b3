"""Comparing: every line that differs, sums over all, and events whose contributions add up to the difference."""

from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import msgspec
import pytest

from engine.log import Log
from engine.plan.library import LoadedPlan, with_parameters
from engine.sources.jsonl import JsonLines
from replay.audit import audit
from replay.closings import closing_of
from replay.compare import Compared, compare, read_statement
from replay.settle import Settlement
from replay.whatif import what_if
from schemas.comparison import Audit, Comparison
from schemas.period import Period
from schemas.problems import Problem, Problems
from schemas.statement import Statement, to_json
from tests.replay.made import add, bank, closed, plan, settled

AT = datetime(2026, 1, 10, tzinfo=UTC)
YEAR = Period.parse("2025")


@pytest.fixture
def log(tmp_path: Path) -> Log:
    """Two managers, a deposit of one, a fee of the other."""
    return bank(
        tmp_path / "log",
        *(("2025-01-01", "manager.appointed", {"manager_id": who, "org_unit": "U-1"}) for who in ("M-1", "M-2")),
        *(
            ("2025-01-01", "customer.assigned", {"customer_id": customer, "team": [{"manager_id": who, "share": "1"}]})
            for customer, who in (("C-1", "M-1"), ("C-2", "M-2"))
        ),
        (
            "2025-01-01",
            "account.opened",
            {"account_id": "A-1", "customer_id": "C-1", "product": "deposit.savings.demand", "rate": "0.002"},
        ),
        ("2025-01-02", "balance.changed", {"account_id": "A-1", "customer_id": "C-1", "amount": "73000"}),
        ("2025-03-01", "fee.earned", {"customer_id": "C-2", "service": "agency", "amount": "500"}),
    )


def compared(before: Settlement, after: Settlement, **how: int) -> Comparison:
    sides = Compared("before", before.statement, before), Compared("after", after.statement, after)
    return compare(*sides, "CNY", **how)


def audited(log: Log, settlement_id: str, at_hand: LoadedPlan | None = None, shown: Statement | None = None) -> Audit:
    closing = closing_of(log, settlement_id)
    return audit(log, closing, closing.worded(log, at_hand), shown=shown)


def changed(found: Comparison, manager: str) -> dict[str, tuple[str | None, str | None, str | None]]:
    [one] = [each for each in found.managers if each.manager_id == manager]
    return {line.id: (line.before, line.after, line.difference) for line in one.lines}


def test_the_same_twice_is_equal(log: Log) -> None:
    found = compared(settled(log, "2025"), settled(log, "2025"))
    assert (found.equal, found.managers, found.totals, found.uncredited, found.arrived) == (True, [], [], [], [])


def test_a_later_fee_shows_in_each_line_it_reaches_and_is_named(log: Log) -> None:
    before = settled(log, "2025")
    position = add(log, "fee.earned", "2025-05-01", customer_id="C-2", service="agency", amount="120")
    found = compared(before, settled(log, "2025"))
    assert [one.manager_id for one in found.managers] == ["M-2"]
    assert changed(found, "M-2")["fees"] == ("500", "620", "120")
    assert {one.id: one.difference for one in found.totals}["fees"] == "120"
    [event] = found.managers[0].events or []
    assert (event.measure, event.position, event.on) == ("fee_income", position, "2025-05-01")
    assert (event.before, event.after, event.difference) == ("0", "120", "120")
    assert found.arrived == []


def test_a_hand_over_dated_back_names_old_events_and_itself_and_adds_up(log: Log) -> None:
    before = settled(log, "2025")
    add(log, "customer.assigned", "2025-07-01", customer_id="C-1", team=[{"manager_id": "M-2", "share": "1"}])
    after = settled(log, "2025")
    found = compared(before, after)
    assert [one.type for one in found.arrived or []] == ["customer.assigned"]
    for change in found.managers:
        place = before.evaluation.managers.index(change.manager_id)
        for measure in {event.measure for event in change.events or []}:
            values = [one.evaluation.names[measure].value(place) for one in (before, after)]
            events = [Fraction(event.difference) for event in change.events or [] if event.measure == measure]
            assert sum(events) == values[1] - values[0]
    spread = [Fraction(changed(found, who)["deposit_spread"][2] or 0) for who in ("M-1", "M-2")]
    assert spread[0] == -spread[1] != 0
    assert "deposit_spread" not in {one.id for one in found.totals}


def test_no_more_managers_are_traced_than_asked(log: Log) -> None:
    before = settled(log, "2025")
    add(log, "customer.assigned", "2025-07-01", customer_id="C-1", team=[{"manager_id": "M-2", "share": "1"}])
    found = compared(before, settled(log, "2025"), traced=1)
    assert [one.events is msgspec.UNSET for one in found.managers] == [False, True]


def test_money_keeps_its_digits_and_a_line_not_shown_counts_as_nothing(log: Log) -> None:
    before = settled(log, "2025")
    for kind, value in (("base-contribution", "100"), ("qualitative-score", "90")):
        decision = {"manager_id": "M-2", "period": "2025", "kind": kind, "value": value}
        add(log, "decision.made", "2025-12-31", reason="r", decided_by="b", **decision)
    found = compared(before, settled(log, "2025"))
    lines = changed(found, "M-2")
    assert lines["award"][0] is None
    assert lines["award"][1] == lines["award"][2]
    assert len((lines["award"][2] or "").partition(".")[2]) == 2
    assert lines["rank"][2] is None
    [one] = [each for each in found.managers if each.manager_id == "M-2"]
    assert one.missing_before
    assert one.missing_after == []


def test_an_audit_makes_a_closed_settlement_again_and_tells_what_came_since(log: Log) -> None:
    shown = settled(log, "2025").statement
    settlement = closed(log, "2025", AT)
    found = audited(log, settlement, shown=shown)
    assert (found.equal, found.later.equal, found.paid, found.differences) == (True, True, False, [])
    assert found.made_again.digest == found.result_digest == shown.digest
    add(log, "settlement.paid", "2026-01-15", settlement_id=settlement)
    add(log, "fee.earned", "2025-05-01", customer_id="C-2", service="agency", amount="120")
    found = audited(log, settlement)
    assert (found.equal, found.later.equal, found.paid, found.differences) == (True, False, True, msgspec.UNSET)
    assert changed(found.later, "M-2")["fees"] == ("500", "620", "120")


def test_an_audit_tells_lines_that_differ_from_the_statement_given(log: Log) -> None:
    shown = settled(log, "2025").statement
    add(log, "fee.earned", "2025-05-01", customer_id="C-2", service="agency", amount="120")
    settlement = closed(log, "2025", AT)
    found = audited(log, settlement, shown=shown)
    assert not found.equal
    [one] = found.differences or []
    assert ("fees", "500", "620") in [(line.id, line.before, line.after) for line in one.lines]


def test_an_audit_of_a_result_that_the_log_does_not_give_is_not_equal(log: Log) -> None:
    made = settled(log, "2025").statement
    what = {"plan": made.plan, "plan_digest": made.plan_digest, "period": "2025", "position": made.position}
    wrong = "sha256:" + "0" * 64
    add(
        log,
        "settlement.closed",
        "2026-01-10",
        settlement_id="S-1",
        log_head=made.log_head,
        result_digest=wrong,
        **what,
    )
    found = audited(log, "S-1")
    assert (found.equal, found.made_again.digest, found.result_digest) == (False, made.digest, wrong)


def test_an_audit_finds_the_plan_as_it_was_worded_then(log: Log) -> None:
    settlement = closed(log, "2025", AT)
    anew = with_parameters(plan(), {"award_ratio": Decimal("0.06")})
    assert audited(log, settlement, anew).equal


def test_an_unknown_settlement_and_a_lost_wording_are_refused(log: Log) -> None:
    with pytest.raises(Problem) as caught:
        audited(log, "bank-contribution/2025")
    assert str(caught.value) == (
        "The log has no closed settlement 'bank-contribution/2025'. "
        "None has been closed yet: `meritlog close PLAN PERIOD`."
    )
    wrong = "sha256:" + "0" * 64
    what = {"plan": "their-plan", "plan_digest": wrong, "period": "2025", "position": 3}
    add(log, "settlement.closed", "2026-01-10", settlement_id="S-1", log_head=wrong, result_digest=wrong, **what)
    with pytest.raises(Problem) as caught:
        audited(log, "S-1")
    assert str(caught.value).endswith(
        f"The settlement S-1 was made by a wording of their-plan that is not at hand ({wrong}). "
        "Name the plan file as it was then: --plan FILE."
    )


def test_what_if_changes_a_parameter_and_appends_nothing(log: Log) -> None:
    before = log.snapshot().head
    found = what_if(log, plan(), YEAR, AT, values={"funding_yield": Decimal("0.02")})
    assert changed(found, "M-1")["deposit_spread"][0] != changed(found, "M-1")["deposit_spread"][1]
    assert found.before.plan_digest != found.after.plan_digest
    assert log.snapshot().head == before


def test_what_if_is_what_settling_shows_once_the_events_are_there(log: Log, tmp_path: Path) -> None:
    line = {
        "specversion": "1.0",
        "id": "more",
        "source": "s",
        "type": "fee.earned",
        "time": "2025-05-01T09:00:00+08:00",
    }
    file = tmp_path / "more.jsonl"
    file.write_bytes(msgspec.json.encode(line | {"data": {"customer_id": "C-2", "service": "agency", "amount": "120"}}))
    before = settled(log, "2025")
    found = what_if(log, plan(), YEAR, AT, values={}, events=[JsonLines("more.jsonl", file)])
    assert (log.snapshot().position, found.after.position) == (7, 8)
    add(log, "fee.earned", "2025-05-01", customer_id="C-2", service="agency", amount="120")
    really = compared(before, settled(log, "2025"))
    assert [one.lines for one in found.managers] == [one.lines for one in really.managers]
    file.write_bytes(b"{}\n" + file.read_bytes() + b"\n[]")
    with pytest.raises(Problems) as caught:
        what_if(log, plan(), YEAR, AT, values={}, events=[JsonLines("more.jsonl", file)])
    assert [one.place.line for one in caught.value.each] == [1, 3]


def test_a_statement_file_that_was_changed_is_refused(log: Log, tmp_path: Path) -> None:
    file = tmp_path / "statement.json"
    made = settled(log, "2025").statement
    file.write_bytes(to_json(made))
    assert read_statement(file) == made
    file.write_bytes(to_json(made).replace(b'"500"', b'"501"'))
    with pytest.raises(Problem, match="The statement has been changed since it was written"):
        read_statement(file)
    file.write_bytes(b'{"plan": 1}')
    with pytest.raises(Problem, match="It is no statement: Expected `str`, got `int`"):
        read_statement(file)
    with pytest.raises(Problem, match="There is no such file"):
        read_statement(tmp_path / "other.json")
