"""An event on which the fold breaks is set aside: the live side is as if it were not there, and says so."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import replay.live
from engine.admission import read_back
from engine.log import Log
from engine.log.snapshot import Snapshot
from replay.aside import ASIDE_MAX
from replay.changes import applied, changes
from replay.live import LiveFold
from schemas.period import Period
from schemas.problems import EnvironmentProblem
from schemas.statement import Board, digest_of, to_json
from tests.banks import random_bank
from tests.breaking import POISON, Breaks, breaking
from tests.projections.logs import event, log_of
from tests.replay.made import plan

YEAR = Period.parse("2025")
Json = dict[str, Any]


@pytest.fixture(autouse=True)
def poisonous(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replay.live, "apply_all", breaking)


def fee(name: str, amount: str = "1.00") -> Json:
    data = {"customer_id": "C-1", "service": "agency", "amount": amount}
    return {**event("fee.earned", "2025-02-03", **data), "id": name}


def team() -> list[Json]:
    appointed = event("manager.appointed", "2025-01-01", manager_id="M-1", org_unit="U")
    assigned = event("customer.assigned", "2025-01-01", customer_id="C-1", team=[{"manager_id": "M-1", "share": "1"}])
    return [{**appointed, "id": "a-1"}, {**assigned, "id": "a-2"}]


def fees_of(board: Board) -> dict[str, str]:
    return {row.manager_id: row.lines["fees"] for row in board.rows}


def renamed(one: Json, names: dict[str, str]) -> Json:
    """The event under its new name, where it has one; a reversal follows what it names."""
    data = one["data"]
    if data.get("event_id") in names:
        data = data | {"event_id": names[data["event_id"]]}
    return {**one, "id": names.get(one["id"], one["id"]), "data": data}


def lines_of(fold: LiveFold) -> dict[str, dict[str, str]]:
    return {row.manager_id: row.lines for row in fold.board(plan(), YEAR).rows}


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10**6), poison=st.sets(st.integers(0, 39), min_size=1, max_size=3))
def test_the_board_is_that_of_a_log_without_them(
    tmp_path_factory: pytest.TempPathFactory, seed: int, poison: set[int]
) -> None:
    folder = tmp_path_factory.mktemp("logs")
    bank = random_bank(Random(seed), size=40)
    poisoned = [renamed(one, {bank[nth]["id"]: f"{POISON}-{nth}" for nth in poison}) for one in bank]
    without = [one for nth, one in enumerate(bank) if nth not in poison]
    fold = LiveFold(log_of(folder / "poisoned", poisoned))
    assert lines_of(fold) == lines_of(LiveFold(log_of(folder / "without", without)))
    assert fold.position == len(bank), "its position counts all the same"


def test_it_is_the_same_however_the_events_come(tmp_path: Path) -> None:
    log = log_of(tmp_path / "log", [*team(), fee("f-1"), fee(f"{POISON}-1", "500.00"), fee("f-2"), fee(f"{POISON}-2")])
    whole = LiveFold(log)
    stepwise, handed = LiveFold(log, as_of=2), LiveFold(log, as_of=2)
    while stepwise.follow(at_most=1):
        pass
    found = read_back([body for _, body in log.snapshot().bodies(range(3, 7))])
    handed.take(3, found.content.part(0, 2), found.bodies[:2], 4)
    assert (handed.position, fees_of(handed.board(plan(), YEAR))) == (4, {"M-1": "1"})
    handed.take(5, found.content.part(2, 4), found.bodies[2:], 6)
    boards = [fold.board(plan(), YEAR) for fold in (whole, stepwise, handed)]
    assert {to_json(board) for board in boards} == {to_json(boards[0])}
    assert fees_of(boards[0]) == {"M-1": "2"}
    assert (whole.position, stepwise.position, handed.position) == (6, 6, 6)
    assert not whole.follow(), "what was set aside is not tried at every look"


def test_it_is_named_with_its_place_and_why_on_every_board(tmp_path: Path) -> None:
    log = log_of(tmp_path / "log", [*team(), fee("f-1"), fee(f"{POISON}-1")])
    before, after = (LiveFold(log, as_of).board(plan(), YEAR) for as_of in (3, 4))
    document = json.loads(to_json(after))
    (finding,) = document["findings"]
    assert finding["events"] == [{"event_id": "poison-1", "event_source": "bank"}]
    assert (finding["id"], finding["about"]) == ("set-aside", "4")
    assert finding["text"]["en"].startswith(
        "The event poison-1 of bank at position 4 is set aside, and boards are made without it, for the live fold "
        "breaks on it: Breaks: half an event (breaking.py, line "
    )
    assert finding["text"]["zh"].startswith("位置 4 的事件 poison-1（来源 bank）已搁置，榜单未计入该事件")
    assert "findings" not in json.loads(to_json(before)), "a board that lacks nothing is as it always was"
    assert digest_of(after) == after.digest
    assert applied(before, changes(before, after)) == after


def test_nothing_of_it_is_kept_and_the_next_fold_tries_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    log = log_of(tmp_path / "log", [*team(), fee("f-1"), fee(f"{POISON}-1")])
    LiveFold(log, as_of=3).keep()
    fold = LiveFold(log)
    fold.keep()
    assert [path.name[:12] for path in (log.cache / "fold").iterdir()] == ["000000000003"]
    again = LiveFold(log)
    assert again.findings == fold.findings != []
    monkeypatch.undo()
    assert LiveFold(log).findings == [], "a version that knows better counts it"


def test_one_that_was_reversed_is_no_finding_any_more(tmp_path: Path) -> None:
    undone = event("event.reversed", event_id=f"{POISON}-1", event_source="bank", reason="poison")
    log = log_of(tmp_path / "log", [*team(), fee("f-1"), fee(f"{POISON}-1"), undone])
    assert len(LiveFold(log, as_of=4).findings) == 1
    fold = LiveFold(log)
    assert fold.findings == []
    assert fees_of(fold.board(plan(), YEAR)) == {"M-1": "1"}


def test_where_too_many_break_it_the_fold_gives_up(tmp_path: Path) -> None:
    log = log_of(tmp_path / "log", [fee(f"{POISON}-{nth}") for nth in range(ASIDE_MAX + 1)])
    assert len(LiveFold(log, as_of=ASIDE_MAX).findings) == ASIDE_MAX
    with pytest.raises(Breaks, match="half an event"):
        LiveFold(log)


def test_what_is_no_fault_of_an_event_is_passed_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    log = log_of(tmp_path / "log", [*team(), event("event.reversed", event_id="e", event_source="s", reason="r")])

    def unread(*_: object) -> Sequence[object]:
        raise EnvironmentProblem("The disk is away.")

    monkeypatch.setattr(Snapshot, "find", unread)
    with pytest.raises(EnvironmentProblem, match="The disk is away"):
        LiveFold(Log.open(log.path))
