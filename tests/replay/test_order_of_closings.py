"""In whatever order halves and years are closed, paid and learnt of: nobody is paid twice, and nobody loses.

Paid out is what closed years show, what closed halves show once they are marked as paid, and what the next settlement
makes good. Due is, for a closed year, its award by what is known today. What a closed half that nobody has paid yet
makes good of settlements that no year counts any more, it still owes.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.admission import candidates
from engine.log import Log
from engine.plan.library import LoadedPlan
from replay.audit import audit
from replay.close import SOURCE, close
from replay.closings import closing_of
from replay.settle import Settlement, settle
from schemas.codec import event_of
from schemas.period import Period
from schemas.problems import Problem
from schemas.statement import ManagerStatement
from tests.replay.made import bank, said
from tests.small import plan_of

AT = datetime(2028, 1, 10, tzinfo=UTC)
YEARS = ("2025", "2026")
HALVES = {"2025H1": "2025-03-15", "2025H2": "2025-09-15", "2026H1": "2026-03-15", "2026H2": "2026-09-15"}
MEASURES = {
    "fees": {"of": "fee.earned", "aggregate": "sum"},
    "before": {"of": "settled", "line": "prepayment", "take": "paid-in-year"},
    "earlier": {"of": "corrections", "lines": ["prepayment", "paid"]},
}
YEARLY: dict[str, Any] = {"unit": "money", "in": ["year"]}
LINES = [
    {"id": "prepayment", "kind": "pay", "formula": "fees * 0.04", **YEARLY, "in": ["month", "half-year"]},
    {"id": "award", "kind": "pay", "formula": "fees * 0.10", **YEARLY},
    {"id": "prepaid", "kind": "withheld", "formula": "-before", **YEARLY},
    {"id": "adjustments", "kind": "adjustment", "formula": "earlier", **YEARLY, "in": ["half-year", "year"]},
    {"id": "paid", "kind": "total", "formula": "award + first(prepaid, 0) + first(adjustments, 0)", **YEARLY},
]


@pytest.fixture(scope="module")
def halves(tmp_path_factory: pytest.TempPathFactory) -> LoadedPlan:
    """A plan that pays a tenth of the year's fees: 4% after each half-year, the rest after the year."""
    example = {"example": "halves", "measures": MEASURES, "lines": LINES}
    return plan_of(example, tmp_path_factory.mktemp("plan"))


@dataclass
class Office:
    """One manager's pay office: what happened, in order, and what was paid out by statements."""

    plan: LoadedPlan
    log: Log
    fees: dict[str, tuple[str, int]] = field(default_factory=dict)
    closed: dict[str, Settlement] = field(default_factory=dict)
    paid: set[str] = field(default_factory=set)

    @classmethod
    def opened(cls, plan: LoadedPlan, folder: Path) -> Office:
        """An office with nothing but the manager of one customer."""
        team = [{"manager_id": "M-1", "share": "1"}]
        appointed = ("2025-01-01", "manager.appointed", {"manager_id": "M-1"})
        assigned = ("2025-01-01", "customer.assigned", {"customer_id": "C-1", "team": team})
        return cls(plan, bank(folder / "log", appointed, assigned))

    def tell(self, on: str, type_: str, **data: Any) -> str:
        """One more event of the log, and its id."""
        event = said(self.log.position + 1, on, type_, **data)
        with self.log.writer("test") as writer:
            assert writer.append(candidates([event_of(event, self.log.institution).event]), AT).admitted
        return str(event["id"])

    def earn(self, half: str, amount: int) -> None:
        """A fee earned in a half-year, whenever it is learnt of."""
        fee = {"customer_id": "C-1", "service": "consulting", "amount": f"{amount}.00"}
        self.fees[self.tell(HALVES[half], "fee.earned", **fee)] = half, amount

    def reverse(self, nth: int) -> None:
        """One of the fees turns out to have been booked wrongly."""
        if self.fees:
            event = list(self.fees)[nth % len(self.fees)]
            self.tell("2027-01-01", "event.reversed", event_id=event, event_source="core", reason="r")
            del self.fees[event]

    def close(self, period: str) -> None:
        """Close a period, once; a half-year is refused when its year is closed."""
        if period in self.closed:
            return
        if period in HALVES and period[:4] in self.closed:
            with pytest.raises(Problem, match=f"example is closed for {period[:4]}, which sets off what {period} pays"):
                self._close(period)
        else:
            self.closed[period] = self._close(period)

    def _close(self, period: str) -> Settlement:
        return close(self.log, self.plan, Period.parse(period), at=AT, holder="test").settlement

    def pay(self, half: str) -> None:
        """Mark a closed half-year as paid."""
        if half in self.closed and half not in self.paid:
            self.paid.add(half)
            self.tell("2027-01-02", "settlement.paid", settlement_id=f"example/{half}")

    def reopen(self, *periods: str) -> None:
        """Reverse closings, in this order."""
        for period in periods:
            self.tell("2027-01-03", "event.reversed", event_id=f"example/{period}", event_source=SOURCE, reason="r")
            del self.closed[period]

    def next(self) -> Settlement:
        """The next settlement that makes good what is learnt of those before it."""
        return settle(self.log, self.plan, Period.parse("2028H1"))

    @property
    def received(self) -> Decimal:
        """What is paid out, when the next settlement is paid, too."""
        years = sum(shown(self.closed[year]).get("paid", Decimal(0)) for year in YEARS if year in self.closed)
        of_halves = (shown(self.closed[half]) for half in self.paid)
        halves = sum(one.get("prepayment", Decimal(0)) + one.get("adjustments", Decimal(0)) for one in of_halves)
        return years + halves + shown(self.next()).get("adjustments", Decimal(0))

    @property
    def owed(self) -> Decimal:
        """What closed halves that nobody has paid make good of settlements which no year counted after them."""
        order = [*self.closed]
        return sum(
            (
                amount
                for half in HALVES
                if half in self.closed and half not in self.paid
                for period, amount in corrected(self.closed[half]).items()
                if period in YEARS or period[:4] in order[: order.index(half)]
            ),
            Decimal(0),
        )

    @property
    def due(self) -> Decimal:
        """A tenth of the fees of the closed years that stand today."""
        return sum((Decimal(amount) for half, amount in self.fees.values() if half[:4] in self.closed), Decimal(0)) / 10


def _of(settlement: Settlement) -> ManagerStatement:
    [one] = settlement.statement.managers
    return one


def shown(settlement: Settlement) -> dict[str, Decimal]:
    """The manager's lines."""
    return {line.id: Decimal(line.value) for line in _of(settlement).lines}


def corrected(settlement: Settlement) -> dict[str, Decimal]:
    """What the settlement makes good, by the period that it corrects."""
    found = {}
    for line in _of(settlement).lines:
        for settlement_id, amount in (line.settlements or {}).items():
            found[settlement_id.removeprefix("example/")] = Decimal(amount)
    return found


STEPS = ("close 2025H1", "close 2025", "earn 2025H1")
ORDERS = [
    order
    for steps in (STEPS, ("pay 2025H1", *STEPS))
    for order in permutations(steps)
    if "pay 2025H1" not in order or order.index("close 2025H1") < order.index("pay 2025H1")
]


@pytest.mark.parametrize("order", ORDERS, ids=", ".join)
def test_a_late_fee_is_paid_once_whenever_half_and_year_are_closed_and_whether_the_half_is_paid(
    halves: LoadedPlan, tmp_path: Path, order: tuple[str, ...]
) -> None:
    office = Office.opened(halves, tmp_path)
    office.earn("2025H1", 10_000)
    for step in order:
        match step.split():
            case "earn", half:
                office.earn(half, 1_000)
            case "close", period:
                office.close(period)
            case "pay", half:
                office.pay(half)
    # A tenth of 10,000 and of 1,000, whether 400 or 440 of it came as a prepayment or all of it with the year.
    assert office.received == 1_100


happening = st.one_of(
    st.tuples(st.just("earn"), st.sampled_from([*HALVES]), st.integers(1, 40).map(lambda hundreds: hundreds * 100)),
    st.tuples(st.just("close"), st.sampled_from([*HALVES, *YEARS])),
    st.tuples(st.just("pay"), st.sampled_from([*HALVES])),
    st.tuples(st.just("reverse"), st.integers(0, 9)),
)


@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(happening, min_size=4, max_size=14))
def test_in_every_order_what_is_paid_out_and_owed_is_what_todays_knowledge_makes_due(
    tmp_path_factory: pytest.TempPathFactory, halves: LoadedPlan, happenings: list[tuple[str, Any]]
) -> None:
    office = Office.opened(halves, tmp_path_factory.mktemp("random"))
    for kind, *rest in happenings:
        getattr(office, kind)(*rest)
    for year in YEARS:
        office.close(year)
    assert office.received + office.owed == office.due
    for half in HALVES:
        office.pay(half)
    assert office.received == office.due


def test_a_part_is_refused_only_after_what_sets_off_its_payments(halves: LoadedPlan, tmp_path: Path) -> None:
    office = Office.opened(halves, tmp_path)
    for period in ("2025H1", "2025-03", "2025", "2025Q1", "2024-12", "2026-01"):
        close(office.log, office.plan, Period.parse(period), at=AT, holder="test")
    for period in ("2025-01", "2025-12", "2025H2"):
        with pytest.raises(Problem, match=f"which sets off what {period} pays"):
            close(office.log, office.plan, Period.parse(period), at=AT, holder="test")


def test_a_half_that_was_paid_but_not_closed_before_its_year_is_set_off_once_all_is_closed_in_order(
    halves: LoadedPlan, tmp_path: Path
) -> None:
    office = Office.opened(halves, tmp_path)
    office.earn("2025H1", 10_000)
    office.close("2025")
    office.earn("2025H1", 1_000)
    office.close("2026")
    assert (shown(office.closed["2025"])["paid"], corrected(office.closed["2026"])) == (1_000, {"2025": 100})
    office.reopen("2026", "2025")
    office.close("2025H1")
    office.pay("2025H1")
    office.close("2025")
    office.close("2026")
    assert (shown(office.closed["2025"])["prepaid"], shown(office.closed["2025"])["paid"]) == (-440, 660)
    assert (corrected(office.closed["2026"]), office.received) == ({}, 1_100)


def closed_all_the_same(office: Office, half: str) -> None:
    """A half-year closed after its year, as earlier versions did it."""
    statement = settle(office.log, office.plan, Period.parse(half)).statement
    told = {name: getattr(statement, name) for name in ("plan", "plan_digest", "period", "position", "log_head")}
    settlement = f"example/{half}"
    office.tell("2027-01-01", "settlement.closed", settlement_id=settlement, result_digest=statement.digest, **told)


@pytest.mark.parametrize(
    ("is_paid", "expected"),
    [
        # The year sets off the 400 that were paid, and both make good the second late fee: 40 come twice.
        (True, {"2025": Decimal(-300), "2025H1": Decimal(40)}),
        # The 100 that the half made good of the year, of the first late fee, wait for its payment.
        (False, {"2025": Decimal(100), "2025H1": Decimal(40)}),
    ],
    ids=["paid", "never paid"],
)
def test_what_followed_a_half_closed_after_its_year_before_that_was_refused_is_made_again_as_it_was(
    halves: LoadedPlan, tmp_path: Path, expected: dict[str, Decimal], *, is_paid: bool
) -> None:
    office = Office.opened(halves, tmp_path)
    office.earn("2025H1", 9_000)
    office.close("2025")
    office.earn("2025H1", 1_000)
    closed_all_the_same(office, "2025H1")
    if is_paid:
        office.tell("2027-01-02", "settlement.paid", settlement_id="example/2025H1")
    office.earn("2025H1", 1_000)
    office.close("2026")
    assert corrected(office.closed["2026"]) == expected
    for settlement in ("example/2025", "example/2025H1", "example/2026"):
        assert audit(office.log, closing_of(office.log, settlement), office.plan).equal
