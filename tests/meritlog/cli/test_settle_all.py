"""``meritlog settle-all``: every plan's statement as settle writes it, and plans that fail named beside them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from engine.plan.copy import copied
from meritlog.cli import failures, main
from replay import settle as settling
from schemas.business_year import BusinessYear
from tests.meritlog.web.made import beginning, fee, made

PLANS = ("bank-contribution", "bank-kpi")


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("together") / "log"
    return made(folder, [*beginning(["M-1", "M-2"]), fee("one", "2025-02-07", 1, "99.99")]).path


@pytest.fixture
def april(tmp_path: Path) -> str:
    file = tmp_path / "april.yaml"
    file.write_text(copied("april", "bank-contribution", BusinessYear(4, 1)), encoding="utf-8")
    return str(file)


def test_each_file_is_the_one_that_settle_writes(log: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder, alone = tmp_path / "made" / "statements", tmp_path / "alone"
    alone.mkdir()
    formats = ("--format", "csv", "--format", "json")
    assert main(["settle-all", "2025Q1", *PLANS, "--log", str(log), "--out", str(folder), *formats]) == 0
    told = capsys.readouterr()
    assert told.err == ""
    for name in PLANS:
        for ending in ("csv", "json"):
            one = f"{name}-2025Q1.{ending}"
            assert main(["settle", name, "2025Q1", "--log", str(log), "--out", str(alone / one)]) == 0
            assert (folder / one).read_bytes() == (alone / one).read_bytes()
            assert f"Written: {folder / one}" in told.out
    assert len(list(folder.iterdir())) == 4


def test_without_a_folder_it_tells_what_each_came_to(log: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["settle-all", "2025", *PLANS, "--log", str(log), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    for name, one in zip(PLANS, told["settlements"], strict=True):
        assert main(["settle", name, "2025", "--log", str(log), "--json"]) == 0
        alone = json.loads(capsys.readouterr().out)
        counted = {
            "managers": len(alone["managers"]),
            "incomplete": sum(not manager["complete"] for manager in alone["managers"]),
            "findings": len(alone["findings"]),
        }
        same = {name: alone[name] for name in one.keys() & alone.keys()}
        assert one == same | counted | {"files": []}
    assert main(["settle-all", "2025", *PLANS, "--log", str(log)]) == 0
    shown = capsys.readouterr().out.splitlines()
    assert any(line.split()[:4] == ["bank-contribution", "2", "2", "0"] for line in shown), shown


def test_plans_that_cannot_be_settled_are_named_and_the_others_are_written(
    log: Path, april: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = tmp_path / "bad.yaml"
    bad.write_text("plan: bad\n", encoding="utf-8")
    folder = tmp_path / "statements"
    command = ["settle-all", "2025", "pay-fixd", "bank-kpi", april, str(bad), "--log", str(log), "--out", str(folder)]
    assert main([*command, "--json"]) == failures.Exit.BAD_INPUT
    told = capsys.readouterr()
    assert [path.name for path in folder.iterdir()] == ["bank-kpi-2025.xlsx"]
    assert "error: pay-fixd: There is no plan 'pay-fixd'. Did you mean 'pay-fixed'?\n" in told.err
    assert f"error: {april}: 2025 means the days 2025-01-01..2025-12-31, none of the cycles" in told.err
    assert f"error: {bad}:1, field title: 'title' is missing." in told.err
    outcomes = json.loads(told.out)["settlements"]
    assert [one["plan"] for one in outcomes] == ["pay-fixd", "bank-kpi", april, str(bad)]
    assert ["error" in one for one in outcomes] == [True, False, True, True]
    assert outcomes[2]["error"]["remedy"].startswith("Write 2025-04-01..2026-03-31;")


def test_a_defect_in_one_plan_is_called_one_and_the_others_are_settled(
    log: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    evaluate = settling.evaluate

    def breaking(scope: Any, *more: Any) -> Any:
        if scope.plan.plan == "bank-contribution":
            raise ZeroDivisionError("oops")
        return evaluate(scope, *more)

    monkeypatch.setattr(settling, "evaluate", breaking)
    monkeypatch.delenv("MERITLOG_TRACEBACK", raising=False)
    assert main(["settle-all", "2025", *PLANS, "--log", str(log)]) == failures.Exit.DEFECT
    told = capsys.readouterr()
    assert "error: bank-contribution: This is a defect of meritlog: ZeroDivisionError: oops" in told.err
    assert "bank-kpi" in told.out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["2025Q5", "bank-kpi"], "'2025Q5' is no period."),
        (["2025"], "Missing argument 'PLAN…'"),
        (
            ["2025", "bank-kpi", "--format", "pdf"],
            "field --format: No folder is named for the files.",
        ),
        (
            ["2025", "bank-kpi", "--format", "docx", "--out", "statements"],
            "field --format: 'docx' is no format of a statement. Write one of json, csv, xlsx, parquet, pdf, html.",
        ),
        (["2025", "bank-kpi", "--out", "README.md"], "README.md: This is a file, not a folder. Name a folder."),
        (["2025", "bank-kpi", "--through", "2026-01-01"], "The day 2026-01-01 lies outside 2025."),
    ],
)
def test_wrong_usage_is_named_before_anything_is_settled(
    log: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], message: str
) -> None:
    assert main(["settle-all", *arguments, "--log", str(log)]) == failures.Exit.BAD_INPUT
    told = capsys.readouterr()
    assert message in told.err
    assert told.out == ""


def test_two_files_of_one_plan_are_refused(log: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    same = tmp_path / "same.yaml"
    same.write_text(copied("same", "bank-kpi"), encoding="utf-8")
    again = tmp_path / "again.yaml"
    again.write_bytes(same.read_bytes())
    assert main(["settle-all", "2025", str(same), str(again), "--log", str(log)]) == failures.Exit.BAD_INPUT
    assert f"field PLAN: {same} and {again} are both the plan same. Rename one of them" in capsys.readouterr().err
