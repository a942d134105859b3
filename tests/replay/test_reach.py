"""What concerns a closed settlement is found: whatever changes one is said to, and no rule of it can be left out."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from random import Random
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.admission import admit
from engine.book import Fact
from engine.fold.book import FoldedBook
from engine.log import Log
from engine.plan.evaluate import evaluate
from engine.plan.library import LoadedPlan, bundled, load
from engine.reach import REACHES, Reach
from projections.book import ProjectedBook
from replay.close import close
from replay.earlier import EarlierSettlements
from replay.live import LiveFold
from replay.scope import scope_of
from replay.settle import earlier_settlements, settle
from schemas.payloads import TYPES
from schemas.period import Period
from schemas.statement import to_json
from tests.banks import DAYS, random_bank
from tests.product import logged
from tests.replay.made import add, bank, closed, settled
from tests.replay.reaching import heard, heard_of_columns, plan_that_looks, plan_that_pays

AT = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def plans(tmp_path_factory: pytest.TempPathFactory) -> list[LoadedPlan]:
    """A plan of the days around its own, and one that also looks at all days before."""
    return [plan_that_looks(tmp_path_factory.mktemp("plan"), chained=chained) for chained in (False, True)]


def test_every_type_of_event_has_a_reach() -> None:
    assert REACHES.keys() == TYPES.keys()


class Noting(FoldedBook):
    """A book that notes the types of the events that it is asked for."""

    types: ClassVar[set[str]] = set()

    def facts(self, types: Collection[str]) -> Iterator[Fact]:
        """The standing events of these types."""
        self.types.update(types)
        return super().facts(types)


def test_no_figure_is_taken_of_what_reaches_no_day(tmp_path: Path, plans: list[LoadedPlan]) -> None:
    log = logged(tmp_path / "log", random_bank(Random(7), 60))
    live = LiveFold(log).book
    noting = Noting(live.state)
    for loaded in (*plans, *map(load, bundled())):
        for period in map(Period.parse, ("2025-01", "2025Q1", "2025")):
            earlier = earlier_settlements(log, loaded, live)
            evaluate(scope_of(log, loaded, period, period.last), noting, earlier)
    assert "decision.made" in noting.types
    assert not [type_ for type_ in noting.types if REACHES[type_] is Reach.NEVER]


LATER = (*DAYS[1::2], *(date(2025, month, day) for month in range(4, 13) for day in (1, 17)))
"""Days of which more than half lie behind the periods that are looked at."""


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.randoms(use_true_random=False), st.integers(10, 24), st.integers(0, 20), st.booleans())
def test_what_changes_a_settlement_is_said_to_concern_it(
    tmp_path_factory: pytest.TempPathFactory,
    plans: list[LoadedPlan],
    random: Random,
    size: int,
    begun: int,
    chained: bool,
) -> None:
    log = logged(tmp_path_factory.mktemp("random") / "log", random_bank(random, size, days=LATER))
    live = heard(log, plans[chained], begun)
    assert not live.missed
    assert not heard_of_columns(log, live).missed


@pytest.fixture
def evaluated(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The closed settlements that are evaluated anew, one after the other."""
    names: list[str] = []
    make = EarlierSettlements._make

    def noting(earlier: Any, settlement: Any, moment: Any) -> Any:
        names.append(settlement.period.name)
        return make(earlier, settlement, moment)

    monkeypatch.setattr(EarlierSettlements, "_make", noting)
    return names


def test_only_what_something_has_concerned_since_is_evaluated_again(tmp_path: Path, evaluated: list[str]) -> None:
    loaded = plan_that_pays(tmp_path)
    log = bank(tmp_path / "log", *STAFF, loan("2024-01-02"), lent("2024-01-10"), FEE)
    live = LiveFold(log)

    def closed_month(month: str) -> None:
        close(log, loaded, Period.parse(month), at=AT, holder="test")

    def again(month: str) -> set[str]:
        """What the settlement of a month evaluates again, and its board no other."""
        live.follow()
        evaluated.clear()
        live.board(loaded, Period.parse(month))
        folded, evaluated[:] = set(evaluated), []
        settle(log, loaded, Period.parse(month))
        assert folded <= set(evaluated)
        return set(evaluated)

    for month in ("2025-01", "2025-02", "2025-03"):
        closed_month(month)
    assert again("2025-04") == set()
    add(log, "balance.changed", "2025-04-02", amount="5000", **ACCOUNT)
    add(log, "account.opened", "2025-04-03", account_id="A-2", customer_id="C-1", product="loan.consumer", rate="0.05")
    assert again("2025-04") == set()
    add(log, "rate.changed", "2025-04-02", rate="0.04", **ACCOUNT)  # the loan's first: it holds on all days before
    assert again("2025-04") == {"2025-01", "2025-02", "2025-03"}
    closed_month("2025-04")
    add(log, "rate.changed", "2025-05-02", rate="0.06", **ACCOUNT)
    add(log, "event.reversed", "2025-05-03", event_id="none", event_source="core", reason="r")
    assert again("2025-05") == set()
    add(log, "fee.earned", "2025-03-20", customer_id="C-1", service="agency", amount="70")
    assert again("2025-05") == {"2025-03", "2025-04"}  # the plan looks at the year so far


def test_a_plan_that_takes_lines_over_is_evaluated_again_in_any_case(tmp_path: Path, evaluated: list[str]) -> None:
    log = bank(tmp_path / "log", *STAFF, FEE)
    closed(log, "2025H1", AT)
    settled(log, "2025H2")
    assert evaluated == ["2025H1", "2025H1"]


LATE = 5
"""So many events come while periods are closed one after the other: little enough that some concern nobody."""


def everything_said(log: Log, loaded: LoadedPlan, months: Sequence[Period]) -> list[bytes]:
    """The statements of the last closing made again and of the next period, and the boards of all."""
    live, following = LiveFold(log), Period.parse("2025-03")
    statements = [settle(log, loaded, period).statement for period in (months[-1], following)]
    boards = [live.board(loaded, period) for period in (*months, following)]
    return [*map(to_json, statements), *map(to_json, boards)]


@settings(max_examples=3, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    st.randoms(use_true_random=False),
    st.lists(st.sampled_from(["2024", "2025-01", "2025-02"]), min_size=1, unique=True),
)
def test_everything_said_is_the_same_byte_for_byte_if_all_is_evaluated(
    tmp_path_factory: pytest.TempPathFactory, random: Random, names: list[str]
) -> None:
    folder, events = tmp_path_factory.mktemp("random"), random_bank(random, 40, days=LATER)
    log, loaded = logged(folder / "log", events[:-LATE]), plan_that_pays(folder)
    months = [Period.parse(name) for name in names]
    for nth, period in enumerate(months):
        close(log, loaded, period, at=AT, holder="test")
        late = [json.dumps(event).encode() for event in events[-LATE:][nth :: len(months)]]
        with log.writer("test") as writer:
            writer.append(admit(late, log.institution), AT)
    spared = everything_said(log, loaded, months)
    with pytest.MonkeyPatch.context() as patch:
        for asked in (ProjectedBook, LiveFold):
            patch.setattr(asked, "concerned", lambda _, stretches: set(stretches))
        assert everything_said(log, loaded, months) == spared


Said = tuple[str, str, dict[str, Any]]
ACCOUNT = {"account_id": "A-1", "customer_id": "C-1"}
UNDONE = {"event_id": "e-4", "event_source": "core", "reason": "r"}
DECIDED = {"value": "90", "reason": "r", "decided_by": "b"}
RATED = {"item": "teamwork", "group": "self", "score": 4, "full": 5}


def appointed(manager: str, on: str = "2023-01-01") -> Said:
    """A manager comes, to the unit of the same number."""
    return on, "manager.appointed", {"manager_id": manager, "org_unit": f"U{manager[1:]}"}


def team(*managers: str, on: str = "2023-01-01") -> Said:
    """The customer is these managers' from a day on, half of it if there are two."""
    share = "1" if len(managers) == 1 else "0.5"
    members = [{"manager_id": manager, "share": share} for manager in managers]
    return on, "customer.assigned", {"customer_id": "C-1", "team": members}


def loan(on: str) -> Said:
    """The loan is opened."""
    return on, "account.opened", ACCOUNT | {"product": "loan.consumer"}


def lent(on: str) -> Said:
    """Money is lent."""
    return on, "balance.changed", ACCOUNT | {"amount": "90000"}


def january(type_: str, on: str = "2025-06-01", **data: Any) -> Said:
    """Something said of January, in June."""
    return on, type_, {"manager_id": "M-1", "period": "2025-01"} | data


FEE: Said = ("2025-01-10", "fee.earned", {"customer_id": "C-1", "service": "agency", "amount": "600"})
STAFF = (appointed("M-1"), appointed("M-2"), team("M-1"))
DEFECTS: list[tuple[str, Reach, list[Said]]] = [
    ("account.opened", Reach.DAY, [lent("2025-01-10"), loan("2025-06-01")]),
    ("account.opened", Reach.NEVER, [lent("2025-01-10"), loan("2025-01-02")]),
    (
        "rate.changed",
        Reach.DAY,
        [loan("2025-01-02"), lent("2025-01-10"), ("2025-06-01", "rate.changed", ACCOUNT | {"rate": "0.05"})],
    ),
    ("manager.appointed", Reach.DAY, [team("M-3"), FEE, appointed("M-3", "2025-06-01")]),
    ("manager.appointed", Reach.DAY, [team("M-1", "M-3"), FEE, appointed("M-3", "2025-06-01")]),
    ("manager.left", Reach.NEVER, [FEE, ("2024-06-01", "manager.left", {"manager_id": "M-1"})]),
    ("unit.opened", Reach.DAY, [FEE, ("2025-06-01", "unit.opened", {"org_unit": "U-1", "parent": "U-2"})]),
    ("rating.given", Reach.DAY, [january("rating.given", **RATED)]),
    ("figure.reported", Reach.DAY, [january("figure.reported", measure="exam", value=5)]),
    ("target.set", Reach.DAY, [january("target.set", measure="deposits", value=5)]),
    ("decision.made", Reach.DAY, [january("decision.made", kind="qualitative-score", **DECIDED)]),
    (
        "decision.made",
        Reach.PERIOD,
        [january("decision.made", "2023-06-01", kind="disqualified", **DECIDED, period="2023")],
    ),
    ("balance.changed", Reach.FLOW, [loan("2023-01-02"), lent("2023-02-01")]),
    ("customer.assigned", Reach.FLOW, [FEE, team("M-2", on="2023-02-01")]),
    ("fee.earned", Reach.NEVER, [FEE]),
    ("event.reversed", Reach.NEVER, [FEE, ("2025-06-01", "event.reversed", UNDONE)]),
]


@pytest.mark.parametrize(("type_", "shorter", "events"), DEFECTS)
def test_a_reach_that_is_too_short_is_found_out(
    type_: str,
    shorter: Reach,
    events: list[Said],
    tmp_path: Path,
    plans: list[LoadedPlan],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    log = bank(tmp_path / "log", *STAFF, *events)
    begun = log.position - 1
    whole = heard(log, plans[0], begun)
    assert whole.changed
    assert not whole.missed | heard_of_columns(log, whole).missed
    monkeypatch.setitem(REACHES, type_, shorter)  # type: ignore[arg-type] # a defect is planted in a constant
    defective = heard(log, plans[0], begun)
    assert defective.missed
    assert heard_of_columns(log, defective).missed
