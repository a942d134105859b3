"""Every question on the made bank: on the terminal, as files, as JSON, over HTTP, and all of it in Chinese."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow.parquet as pq
import pytest
from fastapi.testclient import TestClient
from jsonschema import Draft202012Validator

from engine.admission import admit
from engine.log import Log
from engine.plan.library import load
from meritlog.cli import main
from meritlog.demo.run import MADE, brought_in
from meritlog.show import reports
from meritlog.show.labels import Labels
from meritlog.web.app import described
from meritlog.web.plans import Plans
from meritlog.web.service import Settings
from meritlog.words import Language, Words
from schemas.reports import REPORTS
from tests.meritlog.web.made import INSTITUTION, append
from tests.meritlog.web.serving import ready

PLAN = "bank-contribution"
MORE = [
    ("loan.classified", {"account_id": "L-107", "customer_id": "C-107", "class": "substandard", "on": "2025-11-05"}),
    ("complaint.received", {"complaint_id": "K-1", "customer_id": "C-105", "severity": "serious", "on": "2025-11-06"}),
    ("complaint.received", {"complaint_id": "K-2", "customer_id": "C-103", "severity": "minor", "on": "2025-11-06"}),
    ("complaint.resolved", {"complaint_id": "K-2", "upheld": True, "on": "2025-11-09"}),
    ("balance.changed", {"account_id": "D-103", "customer_id": "C-103", "amount": "-40000000.00", "on": "2025-10-08"}),
    ("survey.answered", {"customer_id": "C-103", "topic": "counter", "score": "4", "full": "5", "on": "2025-11-09"}),
    ("incident.recorded", {"manager_id": "M-02", "kind": "late-paper", "on": "2025-11-09"}),
    ("target.set", {"org_unit": "U-EAST", "measure": "fees", "period": "2025", "value": "800000"}),
    ("target.set", {"manager_id": "M-01", "measure": "fees", "period": "2025", "value": "400000"}),
    ("figure.reported", {"manager_id": "M-01", "measure": "certified", "period": "2025", "value": "1"}),
    ("customer.joined", {"customer_id": "C-105", "segment": "retail", "on": "2024-01-01"}),
    (
        "dispute.opened",
        {
            "dispute_id": "X-1",
            "settlement_id": f"{PLAN}/2025",
            "manager_id": "M-02",
            "claim": "More.",
            "on": "2026-01-05",
        },
    ),
    (
        "dispute.resolved",
        {"dispute_id": "X-1", "outcome": "upheld", "reason": "Right.", "decided_by": "audit", "on": "2026-01-10"},
    ),
    (
        "dispute.resolved",
        {"dispute_id": "X-2", "outcome": "upheld", "reason": "Right.", "decided_by": "audit", "on": "2026-01-10"},
    ),
    ("product.sold", {"customer_id": "C-105", "product": "fund.green", "quantity": "3", "on": "2025-11-09"}),
]
QUESTIONS = {
    "products 2025": "/queries/products?period=2025",
    "products 2025 loan --by unit": "/queries/products?period=2025&product=loan&by=unit",
    "products 2025 --by manager --unit U-EAST": "/queries/products?period=2025&by=manager&unit=U-EAST",
    "products 2025 --by event --account L-101": "/queries/products?period=2025&by=event&account=L-101",
    "products 2025Q1 --by customer --manager -": "/queries/products?period=2025Q1&by=customer&manager=-",
    f"targets 2025 --plan {PLAN}": f"/queries/targets?period=2025&plan={PLAN}",
    "managers --history 2025": "/queries/managers?history=2025",
    "managers --on 2025-06-30 --manager M-06": "/queries/managers?on=2025-06-30&manager=M-06",
    "risks 2025Q4": "/queries/risks?period=2025Q4",
    "gaps 2025 --common 25%": "/queries/gaps?period=2025&common=25%25",
    "concentration 2025 --line 50%": "/queries/concentration?period=2025&line=0.5",
    "classes 2025": "/queries/classes?period=2025",
    f"roles {PLAN} 2025 --manager M-01": f"/queries/roles?plan={PLAN}&period=2025&manager=M-01",
    f"grades {PLAN} 2025": f"/queries/grades?plan={PLAN}&period=2025",
    "certification 2025 --skill lending": "/queries/certification?period=2025&skill=lending",
    "supervision 2025": "/queries/supervision?period=2025",
    "disputes": "/queries/disputes",
    "disputes --open --manager M-02 --on 2026-01-09": "/queries/disputes?open=true&manager=M-02&on=2026-01-09",
}
ADOPTERS = {"fees", "late-paper", "counter"}
"""Words of the bank's own, which nobody translates."""


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The log of the made bank and a little more."""
    folder = tmp_path_factory.mktemp("bank")
    brought_in(MADE, folder)
    log = Log.open(folder / "made-bank")
    told = [
        {"specversion": "1.0", "id": f"more-{nth}", "source": "tests", "type": type_, "data": data}
        | {"time": "2025-12-31T09:00:00+08:00"}
        for nth, (type_, data) in enumerate(MORE)
    ]
    assert not admit([json.dumps(one).encode() for one in told], INSTITUTION).problems
    append(log, told)
    return folder / "made-bank"


@pytest.fixture(scope="module")
def client(path: Path) -> Iterator[TestClient]:
    with ready(Settings(path, Plans({PLAN: load(PLAN)}))) as client:
        yield client


def run(path: Path, command: str, *more: str) -> int:
    return main(["query", *command.split(), "--log", str(path), *more])


@pytest.mark.parametrize("command", QUESTIONS)
def test_a_question_over_http_is_what_the_command_prints_and_what_the_document_says(
    path: Path, client: TestClient, capfdbinary: pytest.CaptureFixture[bytes], command: str
) -> None:
    assert run(path, command, "--json") == 0
    printed = capfdbinary.readouterr().out
    answer = client.get(QUESTIONS[command])
    assert (answer.status_code, answer.content) == (200, printed)
    document = described()
    response = document["paths"][QUESTIONS[command].partition("?")[0]]["get"]["responses"]["200"]
    schema = {**response["content"]["application/json"]["schema"], "components": document["components"]}
    Draft202012Validator(schema).validate(answer.json())
    assert answer.json()["rows"]


def test_every_report_is_asked_for() -> None:
    asked = {command.split()[0] for command in QUESTIONS}
    assert len(asked) == len(REPORTS) == len(reports.SECTIONS) == len(reports.TITLES)


class Listening(Words):
    """Words that remember what they could not say in Chinese."""

    def __init__(self) -> None:
        super().__init__(Language.ZH)
        self.lacking: set[str] = set()

    def __call__(self, english: str, /, **values: object) -> str:
        if english not in self.catalogue:
            self.lacking.add(english)
        return super().__call__(english, **values)


@pytest.mark.parametrize("command", QUESTIONS)
def test_a_report_speaks_chinese(
    path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    listening = Listening()

    class Heard(Labels):
        def __init__(self, plan: Any, _: Words, people: Any = None) -> None:
            super().__init__(plan, listening, people)

    monkeypatch.setattr("meritlog.show.labels.Labels", Heard)
    assert run(path, command) == 0
    assert capsys.readouterr().out.strip()
    assert listening.lacking <= ADOPTERS


@pytest.mark.parametrize("command", QUESTIONS)
def test_a_report_is_written_as_every_kind_of_file(path: Path, tmp_path: Path, command: str) -> None:
    for suffix in ("json", "csv", "xlsx", "parquet"):
        assert run(path, command, "--out", str(tmp_path / f"report.{suffix}")) == 0
    assert json.loads((tmp_path / "report.json").read_bytes())["rows"]
    text = (tmp_path / "report.csv").read_text(encoding="utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))
    assert len(rows) > 1
    assert {len(row) for row in rows} == {len(rows[0])}
    table = pq.read_table(tmp_path / "report.parquet")
    assert (table.num_rows, table.column_names) == (len(rows) - 1, rows[0])
    book = openpyxl.load_workbook(tmp_path / "report.xlsx")
    assert sum(sheet.max_row - 1 for sheet in book.worksheets[:-1]) == len(rows) - 1
    assert book.worksheets[-1].title == "Source"


def test_figures_stay_exact_in_files(path: Path, tmp_path: Path) -> None:
    target = tmp_path / "report.csv"
    assert run(path, "products 2025 --by manager", "--out", str(target)) == 0
    rows = list(csv.DictReader(io.StringIO(target.read_text(encoding="utf-8-sig"))))
    first = next(row for row in rows if row["Manager"] == "M-01" and row["Section"] == "Balances")
    assert (first["Full name"], first["Product-days"]) == ("Wang Min 王敏", "66294000000")
    assert first["Daily average"] == "187271186.4406779661"


@pytest.mark.parametrize(
    ("command", "text"),
    [
        ("products 2025 --unit U-EST", "field --unit: There is no unit 'U-EST'"),
        ("products 2025Q9", "'2025Q9' is no period."),
        ("products 2025 --out report.pdf", ".pdf is no format of a report. End the file's name in .json, .csv,"),
        ("risks 2025 --fall 120%", "field --fall: '120%' is no part of a whole. Write it as 0.2 or 20%."),
        ("targets 2025 --actual fees", "field --actual: 'fees' says no pair. Write it as deposits=m_deposits."),
        ("managers --on yesterday", "field --on: 'yesterday' is no day of the calendar."),
        (f"grades {PLAN} 2025Q1", "shows no grade in 2025Q1. Ask for a period that is a year."),
    ],
)
def test_a_wrong_question_is_refused_with_what_to_do(
    path: Path, capsys: pytest.CaptureFixture[str], command: str, text: str
) -> None:
    assert run(path, command) == 2
    assert text in capsys.readouterr().err


@pytest.mark.parametrize(
    ("address", "status", "field", "detail"),
    [
        ("/queries/products?period=2025&unit=U-EST", 422, "unit", "There is no unit 'U-EST'"),
        ("/queries/products?period=2025&by=event", 422, "by", "All events of a bank are too many to show."),
        ("/queries/grades?plan=nothing&period=2025", 404, "", "There is no plan 'nothing' here."),
        ("/queries/risks?period=2025&fall=lots", 422, "fall", "'lots' is no part of a whole."),
    ],
)
def test_a_wrong_question_over_http_names_the_parameter(
    client: TestClient, address: str, status: int, field: str, detail: str
) -> None:
    answer = client.get(address)
    assert answer.status_code == status
    assert answer.json().get("field", "") == field
    assert detail in answer.json()["detail"]


def test_the_units_over_http_are_what_the_board_prints(
    path: Path, client: TestClient, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    assert main(["board", PLAN, "2025", "--by-unit", "--json", "--log", str(path)]) == 0
    assert client.get(f"/queries/units?plan={PLAN}&period=2025").content == capfdbinary.readouterr().out


@pytest.mark.parametrize("language", ["en", "zh"])
def test_units_and_the_board_of_one_are_shown(path: Path, capsys: pytest.CaptureFixture[str], language: str) -> None:
    assert main(["board", PLAN, "2025", "--by-unit", "--log", str(path), "--lang", language]) == 0
    shown = capsys.readouterr().out
    assert "    U-EAST" in shown
    assert ("全行" if language == "zh" else "Whole bank") in shown
    assert main(["board", PLAN, "2025", "--unit", "U-EAST", "--log", str(path), "--lang", language]) == 0
    shown = capsys.readouterr().out
    assert "M-01" in shown
    assert "M-04" not in shown


def test_a_watched_board_compares_no_units(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["board", PLAN, "2025", "--by-unit", "--watch", "--log", str(path)]) == 2
    assert "field --by-unit: --watch shows the board of managers. Leave one out." in capsys.readouterr().err
