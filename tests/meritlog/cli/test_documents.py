"""Commands that need no log: plans and schemas."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from meritlog.cli import main
from schemas.payloads import TYPES


def test_plans_are_listed_for_programs(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["plan", "list", "--json"]) == 0
    plans = {plan["plan"]: plan for plan in json.loads(capsys.readouterr().out)["plans"]}
    flagship = plans["bank-contribution"]
    assert set(flagship["title"]) == {"en", "zh"}
    assert flagship["digest"].startswith("sha256:")
    assert flagship["source"]


def test_a_copy_of_a_plan_is_the_same_plan(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    assert main(["plan", "show", "bank-contribution", "--source"]) == 0
    copy = tmp_path / "our-plan.yaml"
    copy.write_bytes(capfdbinary.readouterr().out)
    digests = []
    for plan in ("bank-contribution", str(copy)):
        assert main(["plan", "show", plan, "--json"]) == 0
        digests.append(json.loads(capfdbinary.readouterr().out)["digest"])
    assert digests[0] == digests[1]


def test_what_is_wrong_in_a_plan_is_named_with_its_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["plan", "show", "bank-contribution", "--source"])
    text = capsys.readouterr().out.replace("day_count * w_loan", "day_count * w_laon")
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text(text, encoding="utf-8")
    assert main(["plan", "check", str(wrong), "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert not told["ok"]
    line = next(number for number, row in enumerate(text.splitlines(), 1) if "w_laon" in row)
    assert any(error["line"] == line and "Did you mean 'w_loan'" in error["remedy"] for error in told["errors"])
    assert main(["plan", "check", str(wrong)]) == 1
    assert f"wrong.yaml:{line}" in capsys.readouterr().out


def test_a_plan_that_is_no_yaml_is_refused_with_its_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    broken = tmp_path / "broken.yaml"
    broken.write_text("plan: x\nlines: [\n", encoding="utf-8")
    assert main(["plan", "check", str(broken)]) in {1, 2}
    told = capsys.readouterr()
    assert "broken.yaml:" in told.out + told.err
    assert main(["plan", "check", str(tmp_path / "nowhere.yaml")]) == 2


def test_schemas_of_everything_are_exported(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schema", "export", str(tmp_path / "out"), "--json"]) == 0
    files = json.loads(capsys.readouterr().out)["files"]
    assert {f"events/{name}.schema.json" for name in TYPES} <= set(files)
    for name in ("plan", "statement", "board", "explanation"):
        schema = json.loads((tmp_path / "out" / f"{name}.schema.json").read_text(encoding="utf-8"))
        assert schema.get("properties") or schema.get("$ref")


def test_schemas_are_not_written_over_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("mine")
    assert main(["schema", "export", str(tmp_path / "file")]) == 2
    assert "This is a file, not a folder." in capsys.readouterr().err
