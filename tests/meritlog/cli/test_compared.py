"""``audit``, ``diff`` and ``whatif`` as they are typed: what they print, what they refuse, and how they exit."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from meritlog.cli import main
from tests.meritlog.web.made import beginning, fee, made

PLAN = "bank-contribution"
pytestmark = pytest.mark.usefixtures("log")


@pytest.fixture
def log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A log of two managers, closed for 2025Q1, with a fee that came in afterwards."""
    folder = made(tmp_path / "log", [*beginning(["M-1", "M-2"]), fee("one", "2025-02-07", 1, "99.99")]).path
    monkeypatch.setenv("MERITLOG_LOG", str(folder))
    assert main(["settle", PLAN, "2025Q1", "--out", str(tmp_path / "before.json")]) == 0
    assert main(["close", PLAN, "2025Q1"]) == 0
    late = tmp_path / "late.jsonl"
    late.write_text(json.dumps(fee("late", "2025-02-09", 2, "10.00")), encoding="utf-8")
    assert main(["ingest", str(late)]) == 0
    return folder


def told(capsys: pytest.CaptureFixture[str], *arguments: str, code: int = 0) -> Any:
    capsys.readouterr()
    assert main([*arguments, "--json"]) == code
    return json.loads(capsys.readouterr().out)


def test_audit_prints_that_the_closing_is_equal_and_what_came_since(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    document = told(capsys, "audit", f"{PLAN}/2025Q1", "--statement", str(tmp_path / "before.json"))
    assert (document["equal"], document["differences"], document["later"]["equal"]) == (True, [], False)
    assert main(["audit", f"{PLAN}/2025Q1"]) == 0
    shown = capsys.readouterr().out
    assert "Equal: the settlement is what was closed, to the last digit." in shown
    assert "What came in since would change it; it stays closed" in shown
    assert any("late" in line and "2025-02-09" in line for line in shown.splitlines())
    assert main(["audit", f"{PLAN}/2025Q1", "--lang", "zh"]) == 0
    assert "一致：重算结果与关账时逐位相同。" in capsys.readouterr().out


def test_audit_exits_1_where_the_closing_is_not_what_was_handed_out(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = tmp_path / "other.json"
    assert main(["settle", PLAN, "2025Q1", "--out", str(other)]) == 0
    capsys.readouterr()
    assert main(["audit", f"{PLAN}/2025Q1", "--statement", str(other)]) == 1
    shown = capsys.readouterr().out
    assert "NOT EQUAL: what the log gives is not what was closed." in shown
    assert "Lines that differ from the statement given" in shown


def test_diff_takes_a_closing_a_file_and_a_plan_at_a_moment(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    closing, now, file = f"{PLAN}/2025Q1", f"{PLAN} 2025Q1", str(tmp_path / "before.json")
    position = json.loads(Path(file).read_bytes())["position"]
    lines = [
        [one["lines"] for one in told(capsys, "diff", before, now)["managers"]]
        for before in (closing, file, f"{now}@{position}")
    ]
    assert lines[0] == lines[1] == lines[2] != []
    assert "events" in told(capsys, "diff", closing, now)["managers"][0]
    assert "events" not in told(capsys, "diff", file, now)["managers"][0]
    assert told(capsys, "diff", closing, file)["equal"] is True
    assert main(["diff", closing, file]) == 0
    assert "Equal in every line of every manager." in capsys.readouterr().out


def test_whatif_shows_both_and_leaves_the_log_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    more = tmp_path / "more.jsonl"
    more.write_text(json.dumps(fee("more", "2025-03-09", 1, "5.00")), encoding="utf-8")
    document = told(capsys, "whatif", PLAN, "2025Q1", "--events", str(more))
    assert document["after"]["position"] == document["before"]["position"] + 1
    assert {one["id"]: one["difference"] for one in document["totals"]}["fees"] == "5"
    assert told(capsys, "whatif", PLAN, "2025Q1", "--set", "award_ratio=0.06")["equal"] is True
    assert told(capsys, "verify")["position"] == document["before"]["position"]
    assert main(["whatif", PLAN, "2025Q1", "--events", str(more)]) == 0
    assert "Events that account for M-1" in capsys.readouterr().out


def test_what_differs_is_written_for_an_office(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    compared = ["diff", f"{PLAN}/2025Q1", f"{PLAN} 2025Q1"]
    for ending in ("json", "csv", "xlsx", "parquet"):
        capsys.readouterr()
        file = tmp_path / f"differences.{ending}"
        assert main([*compared, "--out", str(file), "--lang", "zh"]) == 0
        assert capsys.readouterr().out == f"已写入：{file}\n"
    rows = list(csv.DictReader((tmp_path / "differences.csv").read_text(encoding="utf-8-sig").splitlines()))
    [fees] = [row for row in rows if row["客户经理"] == "M-2" and row["项目"] == "fees"]
    assert (fees["之前"], fees["之后"], fees["增减额"], fees["项目名称"]) == ("498.25", "508.25", "10", "中间业务收入")
    [event] = [row for row in rows if row["事件"] == "e-late"]
    assert (event["客户经理"], event["之前"], event["之后"], event["业务日期"]) == ("M-2", "0", "10", "2025-02-09")
    assert json.loads((tmp_path / "differences.json").read_bytes()) == told(capsys, *compared)
    sheets = load_workbook(tmp_path / "differences.xlsx")
    assert sheets.sheetnames == ["1 有差异的项目", "2 造成差异的事件", "来源"]
    assert main([*compared, "--out", "differences.txt"]) == 2
    assert "End the file's name in .json, .csv, .xlsx, .parquet." in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (
            ["whatif", PLAN, "2025Q1"],
            "Nothing is supposed: it would be what it is. "
            "Say what is to be otherwise: --set PARAM=VALUE, --plan FILE or --events FILE.",
        ),
        (
            ["whatif", PLAN, "2025Q1", "--set", "award_ratio"],
            "field --set: 'award_ratio' sets no parameter. Write it as award_ratio=0.06.",
        ),
        (
            ["whatif", PLAN, "2025Q1", "--set", "award_ratio=NaN"],
            "field --set: 'award_ratio=NaN' sets no parameter. Write it as award_ratio=0.06.",
        ),
        (
            ["whatif", PLAN, "2025Q1", "--set", "award_ration=0.06"],
            "The plan has no parameter 'award_ration'. Did you mean 'award_ratio'?",
        ),
        (
            ["diff", "nothing.json", f"{PLAN} 2025Q1"],
            "There is no file 'nothing.json'. Write one: meritlog settle PLAN PERIOD --out FILE.json",
        ),
        (
            ["audit", f"{PLAN}/2025Q2"],
            f"The log has no closed settlement '{PLAN}/2025Q2'. Did you mean '{PLAN}/2025Q1'?",
        ),
        (
            ["diff", f"{PLAN} 2025Q1@now", f"{PLAN} 2025Q1"],
            "field @: 'now' is neither a position nor a time. "
            "Write a position, such as 48211, or a time, such as 2025-04-08T18:00+08:00.",
        ),
    ],
)
def test_what_cannot_be_meant_is_refused(arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert main(arguments) == 2
    assert capsys.readouterr().err == f"error: {said}\n"
