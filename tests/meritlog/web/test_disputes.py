"""Disputes over HTTP, and on the page in a real browser: from the list down to what was closed of the manager."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from jsonschema import Draft202012Validator

from engine.log import Log
from engine.plan.library import LoadedPlan, load
from meritlog.web.app import described
from meritlog.web.plans import Plans
from meritlog.web.service import Settings
from replay.close import close
from schemas.period import Period
from tests.meritlog.web.browser import WINDOW, Browser, browser
from tests.meritlog.web.made import PERIOD, PLAN, append, beginning, fee, made
from tests.meritlog.web.serving import ROOT, Server, ready, served, until
from tests.replay.made import add

SETTLEMENT = f"{PLAN}/{PERIOD}"
CLAIM = "<b>A fee</b> of February is missing."


def reworded(folder: Path) -> LoadedPlan:
    """The plan as it was worded when the period was closed: fees counted double."""
    text = (ROOT / "plans" / f"{PLAN}.yaml").read_text(encoding="utf-8")
    own = text.replace("formula: fee_income * w_fees\n", "formula: fee_income * w_fees * 2\n")
    assert own != text
    (folder / "own.yaml").write_text(own, encoding="utf-8")
    return load(str(folder / "own.yaml"))


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Log:
    folder = tmp_path_factory.mktemp("disputed")
    log = made(folder / "log", beginning())
    close(log, reworded(folder), Period.parse(PERIOD), at=datetime(2025, 4, 2, tzinfo=UTC), holder="test")
    append(log, [fee("late", "2025-02-11", 1, "7000.00")])
    disputed = {"settlement_id": SETTLEMENT, "manager_id": "M-1", "claim": CLAIM}
    add(log, "dispute.opened", "2025-04-03", dispute_id="X-1", line="fees", **disputed)
    add(log, "dispute.opened", "2025-04-04", dispute_id="X-2", **{**disputed, "manager_id": "M-2"})
    add(log, "dispute.resolved", "2025-04-06", dispute_id="X-2", outcome="partly", reason="Half.", decided_by="audit")
    add(log, "dispute.opened", "2025-04-05", dispute_id="X-3", **{**disputed, "settlement_id": "elsewhere/2024"})
    add(log, "complaint.received", "2025-04-05", complaint_id="K-1", manager_id="M-3", severity="serious")
    return log


@pytest.fixture(scope="module")
def client(log: Log) -> Iterator[TestClient]:
    with ready(Settings(log.path, Plans({PLAN: load(PLAN)}))) as client:
        yield client


def closed(client: TestClient, what: str, **asked: str | int) -> Any:
    """What is answered of the closed settlement, as the document describes it."""
    answer = client.get(f"/settlements/{what}", params={"settlement": SETTLEMENT, "manager": "M-1", **asked})
    assert answer.status_code == 200, answer.text
    document = described()
    response = document["paths"][f"/settlements/{what}"]["get"]["responses"]["200"]
    schema = {**response["content"]["application/json"]["schema"], "components": document["components"]}
    Draft202012Validator(schema).validate(answer.json())
    return answer.json()


def test_lines_are_those_that_were_closed_whatever_was_reworded_or_came_in_since(client: TestClient) -> None:
    lines = {line["id"]: line["value"] for line in closed(client, "lines")["lines"]}
    now = client.get("/managers/M-1/lines", params={"plan": PLAN, "period": PERIOD}).json()["lines"]
    assert lines["fees"] == "998.5"
    assert next(line["value"] for line in now if line["id"] == "fees") == "7499.25"


def test_the_explanation_of_what_was_closed_is_by_the_wording_of_then_down_to_the_events(client: TestClient) -> None:
    told = closed(client, "explain", line="fees", lang="en")
    assert told["value"] == "998.5"
    assert told["told"]["rule"] == "Fees of intermediary business × Weight of fees × 2"
    assert [credit["event_id"] for credit in told["inputs"][0]["credits"]] == ["e-first-1"]


@pytest.mark.parametrize(
    ("address", "status", "detail", "remedy"),
    [
        ("lines?settlement=none&manager=M-1", 404, "no closed settlement 'none'.", f"Known: {SETTLEMENT}."),
        ("explain?settlement=none&manager=M-1", 404, "no closed settlement 'none'.", f"Known: {SETTLEMENT}."),
        (f"lines?settlement={SETTLEMENT}&manager=M-11", 404, "'M-11' is no manager of", "Did you mean 'M-1'?"),
        (f"explain?settlement={SETTLEMENT}&manager=M-1&line=fee", 422, "shows no line 'fee'", "Did you mean 'fees'?"),
    ],
)
def test_what_is_no_settlement_manager_or_line_is_named(
    client: TestClient, address: str, status: int, detail: str, remedy: str
) -> None:
    answer = client.get(f"/settlements/{address}")
    assert answer.status_code == status
    assert detail in answer.json()["detail"]
    assert answer.json()["remedy"] == remedy


@pytest.fixture(scope="module")
def running(log: Log) -> Iterator[Server]:
    with served(log.path, "--verify-every", "off") as server:
        server.until(lambda health: health["status"] == "ok")
        yield server


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with browser(tmp_path_factory.mktemp("profile"), "en-GB") as opened:
        yield opened


@pytest.fixture
def page(opened: Browser, running: Server) -> Iterator[Browser]:
    """The page with the list of disputes open; nobody may have complained by the end."""
    opened.size(*WINDOW)
    opened.open(f"{running.url}/?period={PERIOD}&lang=en")
    until(lambda: opened.text("#live"), lambda how: how == "Live")
    opened.one("#disputes-open").click()
    until(lambda: cases(opened), lambda told: told == ["X-1", "X-3", "K-1"])
    yield opened
    assert opened.complaints() == []


def cases(page: Browser) -> list[str]:
    """The disputes and complaints that are listed."""
    return list(page.ask("return [...document.querySelectorAll('[data-case]')].map((one) => one.dataset.case)"))


def test_a_dispute_leads_to_the_disputed_line_as_it_was_closed(page: Browser, log: Log) -> None:
    assert page.text("[data-case=X-1] blockquote") == CLAIM
    assert page.text("[data-case=X-1] .what").endswith("· 2025 Q1 · Fees")
    assert page.text("[data-case=X-1] .badge") == "Open for 3 days"
    page.one("[data-case=X-1] button").click()
    rule = until(lambda: page.text("#manager [data-line=fees] .rule"), lambda text: text.startswith("Formula"))
    assert rule.endswith("× 2")
    assert page.text("#manager [data-line=fees] .value") == "998.5CNY"
    assert page.text("#manager header p") == f"M-1 · settlement {SETTLEMENT}"
    assert page.text("#manager .note").startswith("As it was closed")
    append(log, [fee("more", "2025-02-12", 1, "5.00")])
    until(lambda: page.text("#position"), lambda text: text == str(log.position))
    assert page.text("#newer") == "", "what is closed does not move with the board"
    page.ask("document.getElementById('manager').close()")
    assert page.ask("return document.getElementById('disputes').open"), "back to the list"


def test_all_are_listed_with_how_they_were_decided_and_a_manager_is_found_among_them(page: Browser) -> None:
    page.one("#disputes [data-open='']").click()
    until(lambda: cases(page), lambda told: told == ["X-1", "X-2", "X-3", "K-1"])
    assert page.text("[data-case=X-2] .badge") == "Partly upheld"
    assert page.text("[data-case=X-2] .decided") == "Decided on 2025-04-06 by audit: Half."
    assert page.text("[data-case=X-3] .note") == "The log has no closed settlement “elsewhere/2024”."
    assert page.text("[data-case=K-1] .what") == "Serious"
    page.one("#disputes-search").send_keys("m-2")
    assert cases(page) == ["X-2"]
    page.one("#disputes-search").send_keys("2")
    assert page.text("#disputes .empty") == "There is none."
    page.one("#disputes-search").clear()


@pytest.mark.parametrize("width", [390, 1280])
def test_the_list_and_what_it_leads_to_fit_a_hand_and_a_desk(page: Browser, width: int) -> None:
    page.size(width, 844)
    page.one("[data-case=X-1] button").click()
    until(lambda: page.text("#manager [data-line=fees] .rule"), bool)
    wide = "const one = document.getElementById(arguments[0]); return one.scrollWidth <= one.clientWidth"
    assert page.ask(wide, "disputes")
    assert page.ask(wide, "manager")


def test_the_list_speaks_chinese(page: Browser, running: Server) -> None:
    page.open(f"{running.url}/?period={PERIOD}&lang=zh")
    until(lambda: page.text("#live"), lambda how: how == "实时")
    page.one("#disputes-open").click()
    until(lambda: page.text("[data-case=X-1] .badge"), lambda text: text == "未结，已 3 天")
    assert page.text("#disputes h3") == "对结算的异议 (2)"
    assert page.text("[data-case=X-1] button") == "查看数字来源"
