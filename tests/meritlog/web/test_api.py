"""The JSON API: the documents of the command line, and refusals that say what to do."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from fastapi.testclient import TestClient

from engine.admission import admit
from engine.log import Log, Read
from engine.people import Person, remember
from engine.plan.library import load
from meritlog.cli import main
from meritlog.web.plans import Plans
from meritlog.web.service import Settings
from replay.settle import settle
from schemas.business_year import BusinessYear
from schemas.period import Period
from tests.meritlog.web.made import INSTITUTION, PERIOD, PLAN, append, beginning, event, fee, made
from tests.meritlog.web.serving import ready
from tests.replay.made import add, bank, closed

BOARD = f"/boards/{PLAN}/{PERIOD}"
LOADED = load(PLAN)


def settings(path: Path, **more: Any) -> Settings:
    return Settings(path, Plans({PLAN: LOADED}), **more)


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Log:
    odd = "M/4 ? 经理"
    log = made(tmp_path_factory.mktemp("api") / "log", beginning(["M-1", "M-2", "M-3", odd]))
    balances = {"account_id": "A-1", "customer_id": "C-1"}
    append(
        log,
        [
            event("open", "2025-01-02", "account.opened", {**balances, "product": "loan.project", "rate": "0.0431"}),
            event("lend", "2025-01-03", "balance.changed", {**balances, "amount": "1234567.89"}),
            fee("late", "2025-02-07", 2, "99.99"),
        ],
    )
    remember(log.path, [Person("M-1", "王敏")])
    return log


@pytest.fixture(scope="module")
def client(log: Log) -> Iterator[TestClient]:
    with ready(settings(log.path)) as client:
        yield client


def printed(capfdbinary: pytest.CaptureFixture[bytes], *command: str) -> bytes:
    """What a command prints."""
    assert main(command) == 0
    return capfdbinary.readouterr().out


@pytest.mark.parametrize("through", [None, "2025-02-05"])
def test_a_board_is_what_the_command_prints_byte_for_byte(
    client: TestClient, log: Log, capfdbinary: pytest.CaptureFixture[bytes], through: str | None
) -> None:
    options = ["--through", through] if through else []
    command = printed(capfdbinary, "board", PLAN, PERIOD, "--log", str(log.path), "--json", *options)
    answer = client.get(BOARD, params={"through": through} if through else {})
    assert answer.content == command
    assert answer.headers["etag"].startswith(f'"{log.snapshot().position}@')


def test_a_board_as_of_a_position_is_what_the_command_prints(
    client: TestClient, log: Log, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    command = printed(capfdbinary, "board", PLAN, PERIOD, "--log", str(log.path), "--json", "--as-of", "9")
    assert client.get(BOARD, params={"as_of": "9"}).content == command


def test_a_managers_lines_are_those_of_the_statement(client: TestClient, log: Log) -> None:
    statement = settle(log, LOADED, Period.parse(PERIOD), through=date(2025, 2, 7)).statement
    for manager in statement.managers:
        told = client.get(
            f"/managers/{quote(manager.manager_id, safe='')}/lines", params={"plan": PLAN, "period": PERIOD}
        )
        assert told.status_code == 200, told.text
        lines = told.json()
        assert lines["through"] == "2025-02-07"
        assert lines["position"] == statement.position
        told_lines = [{name: line.get(name) for name in ("id", "kind", "value")} for line in lines["lines"]]
        assert told_lines == [{"id": one.id, "kind": one.kind, "value": one.value} for one in manager.lines]
        assert (lines["missing"], lines["org_unit"]) == (manager.missing, manager.org_unit)
    assert [line["clause"] for line in lines["lines"] if line["id"] == "loan_spread"] == ["21(3)1"]


def test_an_explanation_is_what_the_command_prints(
    client: TestClient, log: Log, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    day = ["--through", "2025-02-07", "--limit", "1"]
    command = printed(
        capfdbinary, "explain", PLAN, PERIOD, "M-1", "loan_spread", "--log", str(log.path), "--json", *day
    )
    parameters: dict[str, str | int] = {"plan": PLAN, "period": PERIOD, "line": "loan_spread", "limit": 1}
    assert client.get("/managers/M-1/explain", params=parameters).content == command


def test_rules_are_told_in_a_language_that_is_asked_for(client: TestClient) -> None:
    asked = {"plan": PLAN, "period": PERIOD, "line": "loan_spread"}
    plain = client.get("/managers/M-1/explain", params=asked).json()
    assert "told" not in plain
    told = client.get("/managers/M-1/explain", params={**asked, "lang": "zh"}).json()
    assert (
        told.pop("told")["rule"] == "(贷款利息（积数×利率） − 贷款资金成本（积数×资金成本率）) / 计息年天数 × 贷款权重"
    )
    assert told == plain
    assert client.get("/managers/M-1/explain", params={**asked, "lang": "fr"}).status_code == 422


def test_an_adjustment_on_the_board_of_a_period_that_has_not_begun_is_explained(tmp_path: Path) -> None:
    log = bank(
        tmp_path / "log",
        ("2025-01-01", "manager.appointed", {"manager_id": "M-1"}),
        ("2025-01-01", "customer.assigned", {"customer_id": "C-1", "team": [{"manager_id": "M-1", "share": "1"}]}),
        ("2025-12-31", "decision.made", decision("base-contribution", "1000000")),
        ("2025-12-31", "decision.made", decision("qualitative-score", "100")),
    )
    closed(log, "2025", datetime(2026, 1, 10, tzinfo=UTC))
    add(log, "fee.earned", "2025-11-03", customer_id="C-1", service="consulting", amount="1200000")
    with ready(settings(log.path)) as client:
        board = client.get(f"/boards/{PLAN}/2026").json()
        asked = {"plan": PLAN, "period": "2026", "through": board["through"], "line": "adjustments"}
        told = client.get("/managers/M-1/explain", params=asked)
    # 15,000 for a base of a million, and 5% of what exceeds it, less the risk fund of 10% and 20%
    assert board["through"] == "2025-12-31"
    assert (told.status_code, told.json()["value"]) == (200, board["rows"][0]["lines"]["adjustments"])
    assert told.json()["value"] == "22000.00"


def decision(kind: str, value: str) -> dict[str, str]:
    """What was decided of a manager's year."""
    return {"manager_id": "M-1", "period": "2025", "kind": kind, "value": value, "reason": "r", "decided_by": "b"}


def test_what_was_just_admitted_is_counted(client: TestClient, log: Log) -> None:
    append(log, [fee("just", "2025-02-07", 3, "10000")])
    board = client.get(BOARD).json()
    assert board["position"] == log.snapshot().position
    assert board["rows"][0]["manager_id"] in {"M-1", "M-3"}
    assert any(row["last_event"]["event_id"] == "e-just" for row in board["rows"])


def test_plans_say_what_their_lines_are_called_and_which_periods_the_log_has(client: TestClient) -> None:
    told = client.get("/plans").json()
    plan = told["plans"][0]
    assert told["through"] == "2025-02-07"
    assert plan["title"]["zh"] == "银行客户经理综合贡献考核办法"
    line = next(line for line in plan["lines"] if line["id"] == "loan_spread")
    assert (line["label"]["en"], line["clause"], line["kind"]) == ("Loan spread", "21(3)1", "item")
    current = [one["period"] for one in plan["periods"] if one["current"]]
    assert current == ["2025", "2025H1", "2025Q1", "2025B1", "2025-02"]
    assert {"period": "2025-01", "cycle": "month", "current": False} in plan["periods"]
    assert plan["words"]["manager-1"]["en"].startswith("Manager")


def test_names_are_told_unless_they_are_left_out(client: TestClient, log: Log) -> None:
    assert client.get("/people").json() == {"names": {"M-1": "王敏"}}
    with ready(settings(log.path, names=False)) as nameless:
        assert nameless.get("/people").json() == {"names": {}}


@pytest.mark.parametrize(
    ("path", "status", "detail", "remedy"),
    [
        ("/boards/bank-contributoin/2025", 404, "There is no plan 'bank-contributoin' here.", "Did you mean 'bank-con"),
        ("/boards/..%2F..%2Fetc%2Fpasswd/2025", 404, "Nothing matches the given URI", "GET /openapi.json lists"),
        ("/boards/our-plan.yaml/2025", 404, "There is no plan 'our-plan.yaml' here.", "Known: bank-contribution."),
        (f"/boards/{PLAN}/2025Q5", 422, "field period: '2025Q5' is no period.", "Write a year (2025), half-year"),
        (f"{BOARD}?through=2025-02-30", 422, "field through: '2025-02-30' is no day", "Write it as 2025-02-14."),
        (f"{BOARD}?as_of=yesterday", 422, "field as_of: 'yesterday' is neither a position nor a time", "Write a posi"),
        (f"{BOARD}?as_of=0:3", 422, "field as_of: '0:3' is no position of this log.", "such as 48211"),
        (f"{BOARD}?as_of=999999", 422, "The log has no position 999999: it goes up to", "Name a position"),
        (f"/managers/M-1/lines?plan={PLAN}", 422, "field period: Field required.", "GET /openapi.json describes"),
        (f"/managers/M-0/lines?plan={PLAN}&period={PERIOD}", 404, "'M-0' is no manager of 2025Q1", "Did you mean"),
        (f"/managers/M-1/explain?plan={PLAN}&period={PERIOD}&line=loan_spred", 422, "no line 'loan_spred'", "Did you"),
        (f"/managers/M-1/explain?plan={PLAN}&period={PERIOD}&limit=few", 422, "field limit: Input should", "GET /open"),
        ("/nothing", 404, "Nothing matches the given URI", "GET /openapi.json lists what there is."),
    ],
)
def test_a_refusal_says_what_is_wrong_and_what_to_do(
    client: TestClient, path: str, status: int, detail: str, remedy: str
) -> None:
    answer = client.get(path)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    told = answer.json()
    assert told["status"] == status
    assert detail in told["detail"]
    assert remedy in told["remedy"]


@pytest.mark.parametrize(
    ("path", "detail", "remedy"),
    [
        (
            "/boards/bank-contributoin/2025",
            "此处没有方案“bank-contributoin”。",
            "是否应为“bank-contribution”？",
        ),
        (f"{BOARD}?through=2025-02-30", "字段 through：“2025-02-30”不是日期。", "请写成 2025-02-14。"),
        (f"/managers/M-1/lines?plan={PLAN}", "字段 period：须填写。", "各参数的说明见 GET /openapi.json。"),
        ("/nothing", "没有这个地址", "全部地址见 GET /openapi.json。"),
    ],
)
def test_a_refusal_is_chinese_where_chinese_is_asked_for_first(
    client: TestClient, path: str, detail: str, remedy: str
) -> None:
    answer = client.get(path, headers={"Accept-Language": "zh-CN,en;q=0.8"})
    told = answer.json()
    assert answer.headers["content-language"] == "zh"
    assert answer.headers["vary"] == "Accept-Language"
    assert (told["detail"], told["remedy"]) == (detail, remedy)
    for english in ({}, {"Accept-Language": "en"}, {"Accept-Language": "en,zh"}):
        document = client.get(path, headers=english)
        assert document.text.isascii()
        assert "content-language" not in document.headers


def test_a_board_is_of_the_plans_own_periods(log: Log) -> None:
    april = LOADED.plan.model_copy(update={"plan": "our-plan", "year": BusinessYear(4, 1)})
    plans = Plans({"our-plan": replace(LOADED, plan=april)})
    with ready(Settings(log.path, plans)) as client:
        assert client.get("/boards/our-plan/2025-04-01..2025-06-30").json()["period"] == "2025Q2"
        year = client.get("/boards/our-plan/2024-04-01..2025-03-31").json()
        assert "grade" in {name for row in year["rows"] for name in row["lines"]}
        refused = client.get("/boards/our-plan/2025")
        assert refused.status_code == 422
        assert "none of the cycles of a plan whose year begins on 04-01" in refused.json()["detail"]
        assert refused.json()["remedy"].startswith("Write 2025-04-01..2026-03-31;")


def test_metrics_tell_position_lag_and_what_was_rejected(client: TestClient, log: Log) -> None:
    (log.path / "rejected").mkdir(exist_ok=True)
    (log.path / "rejected" / "2025-03-01.jsonl").write_bytes(b"{}\n{}\n")
    text = client.get("/metrics").text
    head = float(log.snapshot().position)
    for line in (
        f"meritlog_log_events {head}",
        f"meritlog_board_events {head}",
        "meritlog_lag_events 0.0",
        "meritlog_lag_seconds 0.0",
        "meritlog_rejected_total 2.0",
        'meritlog_status{status="ok"} 1.0',
    ):
        assert line in text.splitlines()
    assert "meritlog_verified" not in text, "nothing was verified yet"


def test_a_partitioned_log_counts_its_duplicates_and_prints_vectors(tmp_path: Path) -> None:
    log = Log.create(tmp_path / "log", INSTITUTION, datetime(2025, 3, 1, tzinfo=UTC), partitions=2)
    append_from_topic(log, beginning())
    with ready(settings(log.path)) as client:
        health = client.get("/health").json()
        assert health["position"] == str(log.snapshot().vector)
        assert client.get(BOARD).json()["position"] == health["position"]
        text = client.get("/metrics").text
        assert "meritlog_duplicates_total 4.0" in text
        assert "meritlog_rejected_total 2.0" in text


def append_from_topic(log: Log, events: list[dict[str, Any]]) -> None:
    """Admit events as the worker does: with the offsets they came from, some twice, some messages no events."""
    lines = [json.dumps(one).encode() for one in events]
    batch = admit([*lines, *lines[:4]], log.institution)
    with log.writer("tests") as writer:
        writer.append(batch, datetime.now(UTC), read=Read({0: len(lines) + 5}, unfit=2))
