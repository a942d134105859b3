"""The demonstration's made bank, through the commands as a user calls them."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from engine.plan.library import load
from meritlog.cli import main
from meritlog.cli.demo import suggest
from meritlog.cli.session import first_session
from meritlog.demo.bank import lines
from meritlog.demo.run import BERKA, BERKA_TABLES, MADE, Shown, brought_in, sources
from meritlog.demo.run import shown as show
from meritlog.words import Language
from schemas.codec import STANDARD
from schemas.statement import digest_of

Told = Callable[..., Any]


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Shown:
    return show(MADE, tmp_path_factory.mktemp("demo"), load("bank-contribution"))


@pytest.fixture
def told(shown: Shown, capsys: pytest.CaptureFixture[str]) -> Told:
    """What a command prints with ``--json``, read."""

    def run(*arguments: str) -> Any:
        assert main([*arguments, "--json", "--log", str(shown.path)]) == 0
        return json.loads(capsys.readouterr().out)

    return run


def test_the_made_bank_is_the_same_on_every_machine() -> None:
    events = [STANDARD.parse(line.encode(), MADE.institution).event for line in lines()]
    assert len({(event.source, event.id) for event in events}) == len(events) == 706
    assert list(lines()) == list(lines())


def test_every_event_of_the_made_bank_is_admitted_once(shown: Shown) -> None:
    assert (shown.ingested.admitted, shown.ingested.rejected) == (706, 0)
    _, again = brought_in(MADE, shown.path.parent)
    assert (again.admitted, again.duplicates) == (0, 706)


def test_live_and_settled_are_equal_and_the_log_is_whole(shown: Shown) -> None:
    assert shown.equal
    assert shown.verification.ok
    assert all(manager.complete for manager in shown.settlement.statement.managers)


def test_the_made_bank_shows_what_it_promises(told: Told) -> None:
    statement = told("settle", "bank-contribution", "2025")
    managers = {
        manager["manager_id"]: {line["id"]: line["value"] for line in manager["lines"]}
        for manager in statement["managers"]
    }
    assert {lines["rank"] for lines in managers.values()} == {"1", "2", "3", "4", "5", "6"}
    assert Decimal(managers["M-02"]["award"]) > 0, "who took a customer over"
    assert Decimal(managers["M-05"]["recovery"]) == 8750
    assert Decimal(managers["M-06"]["loans_moved"]) > 0
    assert Decimal(managers["M-04"]["loans_exited"]) == 192000
    assert any(Decimal(row["value"]) > 0 for row in statement["uncredited"]), "a joint team of 0.8, and who left"
    gaps = {manager["manager_id"]: manager["gaps"] for manager in statement["managers"]}
    assert gaps["M-04"]


def test_a_board_through_the_periods_end_has_the_settlements_lines(told: Told) -> None:
    statement = told("settle", "bank-contribution", "2025Q3")
    board = told("board", "bank-contribution", "2025Q3", "--through", "2025-09-30")
    settled = {one["manager_id"]: {line["id"]: line["value"] for line in one["lines"]} for one in statement["managers"]}
    assert {row["manager_id"]: row["lines"] for row in board["rows"]} == settled


def test_one_manager_of_a_statement_has_a_digest_that_holds(shown: Shown, told: Told) -> None:
    import msgspec

    from schemas.statement import Statement

    alone = told("settle", "bank-contribution", "2025", "--manager", "M-01")
    assert [one["manager_id"] for one in alone["managers"]] == ["M-01"]
    assert digest_of(msgspec.convert(alone, Statement)) == alone["digest"]
    assert alone["digest"] != shown.settlement.statement.digest


def test_an_earlier_position_gives_the_same_bytes_again(told: Told) -> None:
    first = told("settle", "bank-contribution", "2025", "--as-of", "400")
    assert first == told("settle", "bank-contribution", "2025", "--as-of", "400")
    assert first["position"] == 400
    assert first["digest"] != told("settle", "bank-contribution", "2025")["digest"]


def test_a_payout_is_explained_down_to_the_events(told: Told) -> None:
    explained = told("explain", "bank-contribution", "2025", "M-02", "award")
    events = {row["event_id"] for row in _credits([explained])}
    assert len(events) > 40
    assert "fee-booked-twice" not in events


def _credits(nodes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [row for node in nodes for row in (*node.get("credits", ()), *_credits(node.get("inputs", [])))]


@pytest.mark.parametrize("suffix", [".json", ".csv", ".xlsx", ".parquet"])
def test_a_statement_is_exported(shown: Shown, tmp_path: Path, capsys: pytest.CaptureFixture[str], suffix: str) -> None:
    target = tmp_path / f"statement{suffix}"
    command = ["settle", "bank-contribution", "2025", "--out", str(target), "--log", str(shown.path), "--lang", "zh"]
    assert main(command) == 0
    assert capsys.readouterr().out == f"已写入：{target}\n"
    assert target.stat().st_size > 1000


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_command_shows_a_person_something(
    shown: Shown, capsys: pytest.CaptureFixture[str], language: str
) -> None:
    for command in (
        ["settle", "bank-contribution", "2025"],
        ["settle", "bank-contribution", "2025", "--manager", "M-04"],
        ["explain", "bank-contribution", "2025Q1", "M-01"],
        ["board", "bank-contribution", "2025"],
        ["verify"],
        ["plan", "list"],
        ["plan", "show", "bank-contribution"],
        ["plan", "check", "bank-contribution"],
    ):
        assert main([*command, "--log", str(shown.path), "--lang", language]) == 0
        told = capsys.readouterr()
        assert len(told.out) > 20
        assert told.err == ""


def test_the_real_banks_tables_are_bundled(tmp_path: Path) -> None:
    names = [source.name for source in sources(BERKA, tmp_path)]
    assert len(names) == len(BERKA_TABLES)


def test_the_demonstration_tells_its_course(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["demo", "--lang", "en"]) == 0
    told = capsys.readouterr().out
    course = ["706 admitted", "Paid", "The board", "Paid  4,794.87 CNY", "The log is whole", "Berka", "68,305 admitted"]
    course += ["equal to the last digit, for all 154 managers", "What to try next"]
    places = [told.index(part) for part in course]
    assert places == sorted(places)
    assert main(["demo", "--json"]) == 0
    banks = json.loads(capsys.readouterr().out)["banks"]
    assert [(bank["live_equals_settled"], bank["verified"]) for bank in banks] == [(True, True)] * 2
    assert (tmp_path / "meritlog-demo" / "made-bank" / "log.json").exists()


@pytest.mark.parametrize(
    ("called", "found", "told"),
    [
        (".venv/bin/meritlog", None, ".venv/bin/meritlog plan show"),
        (".venv/bin/meritlog", "/usr/bin/meritlog", "  meritlog plan show"),
        ("meritlog/__main__.py", None, "  meritlog plan show"),
    ],
)
def test_what_to_try_next_can_be_typed_as_it_stands(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], called: str, found: str | None, told: str
) -> None:
    monkeypatch.setattr(sys, "argv", [called, "demo"])
    monkeypatch.setattr(shutil, "which", lambda _: found)
    suggest(first_session(Language.EN), Path("meritlog-demo"))
    assert told in capsys.readouterr().out


@pytest.mark.parametrize(("option", "value"), [("--rate", "5"), ("--port", "8001")])
def test_what_is_said_of_the_live_side_alone_is_not_passed_over(
    capsys: pytest.CaptureFixture[str], option: str, value: str
) -> None:
    assert main(["demo", option, value]) == 2
    assert capsys.readouterr().err == f"error: field {option}: {option} is for the live side. Add --live.\n"
