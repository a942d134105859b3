from __future__ import annotations

import csv
import hashlib
import io
import re
import zipfile
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import openpyxl
import pyarrow.parquet as pq
import pytest

from engine.plan.library import load
from meritlog.exports import FORMATS, export
from meritlog.show.labels import Labels
from meritlog.words import Language, Words
from schemas.problems import EnvironmentProblem, Problem
from schemas.statement import Statement, StatementLine
from tests.meritlog import made


def labels(language: Language = Language.EN) -> Labels:
    return Labels(None, Words(language), {"0017": "Li\nWei\x1b[1m", "M-002": "=1+1"})


def table(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"))))


def sheets(path: Path) -> dict[str, list[list[Any]]]:
    book = openpyxl.load_workbook(path)
    return {sheet.title: [[cell.value for cell in row] for row in sheet.iter_rows()] for sheet in book}


@pytest.mark.parametrize("suffix", FORMATS)
def test_the_same_statement_gives_the_same_bytes(tmp_path: Path, suffix: str, monkeypatch: pytest.MonkeyPatch) -> None:
    digests = set()
    for zone in ("UTC", "Asia/Shanghai"):
        monkeypatch.setenv("TZ", zone)
        target = tmp_path / f"{zone.replace('/', '-')}{suffix}"
        export(made.statement(), target, labels())
        digests.add(hashlib.sha256(target.read_bytes()).hexdigest())
    assert len(digests) == 1


def test_json_is_the_statement_itself(tmp_path: Path) -> None:
    export(made.statement(), tmp_path / "s.json", labels())
    assert msgspec.json.decode((tmp_path / "s.json").read_bytes(), type=Statement) == made.statement()


def test_csv_has_a_row_for_every_line_and_for_what_nobody_is_credited_with(tmp_path: Path) -> None:
    export(made.statement(), tmp_path / "s.csv", labels())
    rows = table(tmp_path / "s.csv")
    assert len(rows) == 6 + 1 + 1
    assert rows[1]["Value"] == "4200000.3333333333"
    assert rows[4]["Value"] == "-25200.00"
    assert (rows[-1]["Kind"], rows[-1]["Manager"], rows[-1]["Value"]) == ("uncredited", "", "1250.5")
    assert rows[6]["Incomplete for"] == "rate:A-9 appointment"


def test_csv_speaks_chinese_and_tells_excel_that_it_is_utf_8(tmp_path: Path) -> None:
    export(made.statement(), tmp_path / "s.csv", labels(Language.ZH))
    assert (tmp_path / "s.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    row = table(tmp_path / "s.csv")[0]
    assert row["客户经理"] == "0017"
    assert row["类别"] == "贡献项目"


@pytest.mark.parametrize("formula", ["=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1"])
def test_no_id_becomes_a_formula_of_a_spreadsheet(tmp_path: Path, formula: str) -> None:
    document = made.statement()
    hostile = msgspec.structs.replace(document.managers[0], manager_id=formula)
    document = msgspec.structs.replace(document, managers=[hostile])
    export(document, tmp_path / "s.csv", labels())
    export(document, tmp_path / "s.xlsx", labels())
    with (tmp_path / "s.csv").open(encoding="utf-8-sig", newline="") as stream:
        assert next(csv.DictReader(stream))["Manager"] == f"'{formula}"
    cell = openpyxl.load_workbook(tmp_path / "s.xlsx")["Statement"]["A2"]
    assert cell.data_type == "s"


def test_xlsx_has_a_wide_sheet_with_a_row_a_manager(tmp_path: Path) -> None:
    export(made.statement(), tmp_path / "s.xlsx", labels())
    wide = sheets(tmp_path / "s.xlsx")["Statement"]
    assert wide[0][:5] == ["Manager", "Full name", "Unit", "loan_spread", "composite"]
    assert wide[1][0] == "0017", "an id that looks like a number stays text"
    assert wide[1][3] == 81000
    assert wide[-1][:4] == ["Credited to nobody", None, None, 1250.5]


def test_a_column_is_of_numbers_or_of_texts_so_that_no_sum_passes_over_single_ones(tmp_path: Path) -> None:
    document = made.statement()
    one, other = (
        msgspec.structs.replace(
            document.managers[0],
            manager_id=manager,
            lines=[StatementLine("score", "score", score), StatementLine("paid", "total", "5.00")],
        )
        for manager, score in (("M-1", "1234567.0123456789"), ("M-2", "7.5"))
    )
    export(msgspec.structs.replace(document, managers=[one, other]), tmp_path / "s.xlsx", labels())
    written = sheets(tmp_path / "s.xlsx")
    assert [row[3:5] for row in written["Statement"][1:3]] == [["1234567.0123456789", 5], ["7.5", 5]]
    assert [row[6] for row in written["All lines"][1:5]] == ["1234567.0123456789", 5, "7.5", 5]


def test_words_of_the_plan_are_told_by_their_labels_to_who_reads_the_wide_sheet(tmp_path: Path) -> None:
    document = made.statement()
    lines = [StatementLine("grade", "grade", "manager-1")]
    manager = msgspec.structs.replace(document.managers[0], lines=lines, missing=["qualitative", "fx:USD"])
    known = Labels(load("bank-contribution").plan, Words(Language.ZH))
    export(msgspec.structs.replace(document, managers=[manager]), tmp_path / "s.xlsx", known)
    written = sheets(tmp_path / "s.xlsx")
    assert written["结算单"][1][3:5] == ["客户经理（一级）", "定性考核得分, USD 的汇率"]
    assert written["全部项目"][1][6] == "manager-1"


def test_names_stand_beside_the_ids_on_one_line_and_harmless(tmp_path: Path) -> None:
    export(made.statement(), tmp_path / "s.csv", labels())
    assert [row["Full name"] for row in table(tmp_path / "s.csv")][5:] == ["Li Wei\ufffd[1m", "'=1+1", ""]
    export(made.statement(), tmp_path / "s.xlsx", labels())
    for sheet in ("Statement", "All lines"):
        assert sheets(tmp_path / "s.xlsx")[sheet][1][:2] == ["0017", "Li Wei\ufffd[1m"]
    export(made.statement(), tmp_path / "s.json", labels())
    assert b"Wei" not in (tmp_path / "s.json").read_bytes()


@pytest.mark.parametrize("said", ["<r><t>text</t></r>", "&lt;b>", "\x0b", "\uffff"])
def test_nothing_that_is_said_becomes_xml(tmp_path: Path, said: str) -> None:
    document = made.statement()
    hostile = msgspec.structs.replace(document.managers[0], manager_id=said)
    export(msgspec.structs.replace(document, managers=[hostile]), tmp_path / "s.xlsx", labels())
    shown = sheets(tmp_path / "s.xlsx")["Statement"][1][0]
    assert shown == {"<r><t>text</t></r>": f"'{said}", "\x0b": "\ufffd", "\uffff": "\ufffd"}.get(said, said)


def test_xlsx_writes_figures_as_the_decimals_that_they_are(tmp_path: Path) -> None:
    figures = ["0.94", "-25200.00", "123456789012.345", "0.0000001234", "999999999999999", "0.0000000001"]
    document = made.statement()
    lines = [StatementLine(f"line_{nth}", "item", figure) for nth, figure in enumerate(figures)]
    manager = msgspec.structs.replace(document.managers[0], lines=lines)
    export(msgspec.structs.replace(document, managers=[manager]), tmp_path / "s.xlsx", labels())
    with zipfile.ZipFile(tmp_path / "s.xlsx") as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
    written = re.findall(r'<row r="2".*?</row>', sheet)[0]
    assert [Decimal(value) for value in re.findall(r"<v>([^<]*)</v>", written)] == [Decimal(one) for one in figures]


def test_xlsx_keeps_as_text_what_binary_floats_would_alter(tmp_path: Path) -> None:
    export(made.statement(), tmp_path / "s.xlsx", labels())
    row = sheets(tmp_path / "s.xlsx")["Statement"][1]
    assert row[4] == "4200000.3333333333"
    assert (row[7], row[8]) == (-25200, 53200)
    sheet = openpyxl.load_workbook(tmp_path / "s.xlsx")["Statement"]
    assert sheet["I2"].number_format == "#,##0.00"


def test_xlsx_names_what_the_statement_was_made_from(tmp_path: Path) -> None:
    export(made.statement(), tmp_path / "s.xlsx", labels(Language.ZH))
    source = {row[0]: row[1] for row in sheets(tmp_path / "s.xlsx")["来源"]}
    assert source["方案摘要"] == made.STATEMENT["plan_digest"]
    assert source["日志位置"] == "48211"


def test_parquet_has_exact_text_and_exact_decimals(tmp_path: Path) -> None:
    export(made.statement(), tmp_path / "s.parquet", labels())
    table = pq.read_table(tmp_path / "s.parquet")
    rows = {(row["manager_id"], row["line"]): row for row in table.to_pylist()}
    assert rows["0017", "composite"]["decimal"] == Decimal("4200000.3333333333")
    assert rows["0017", "grade"]["decimal"] is None
    assert rows["", "loan_spread"]["kind"] == "uncredited"
    assert table.schema.metadata[b"meritlog.log_head"].decode() == made.STATEMENT["log_head"]


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("s.docx", r"\.docx is no format of a statement\. End the file's name in \.json, \.csv"),
        ("statement", r"A file without an ending is no format"),
        ("nowhere/s.csv", r"The folder does not exist\. Make it first\."),
    ],
)
def test_a_file_that_could_not_be_written_is_refused(tmp_path: Path, name: str, message: str) -> None:
    with pytest.raises(Problem, match=message):
        export(made.statement(), tmp_path / name, labels())
    assert list(tmp_path.iterdir()) == []


def test_what_the_disk_does_not_take_is_told_by_the_files_own_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(EnvironmentProblem, match=r"s\.csv: It cannot be written: No space left on device\."):
        export(made.statement(), tmp_path / "s.csv", labels())
    assert list(tmp_path.iterdir()) == []
