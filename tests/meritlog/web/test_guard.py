"""Who may read: the token, its cookie, host names, other sites' pages, and what browsers are told."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from meritlog.web.app import STATIC, application
from meritlog.web.guard import COOKIE
from meritlog.web.plans import Plans
from meritlog.web.service import Settings
from tests.meritlog.web.made import PERIOD, PLAN

TOKEN = "open-sesame-芝麻"
READABLE = ("/plans", f"/boards/{PLAN}/{PERIOD}", "/metrics", "/people", "/openapi.json")
FEED = f"/boards/{PLAN}/{PERIOD}/ws"


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    with TestClient(application(Settings(tmp_path, Plans({}), token=TOKEN, hosts=None))) as client:
        yield client


@pytest.mark.parametrize("path", READABLE)
def test_without_the_token_nothing_is_told(client: TestClient, path: str) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")
    assert "Send it as Authorization: Bearer TOKEN" in answer.json()["remedy"]


@pytest.mark.parametrize(
    "header", ["Bearer wrong", f"Basic {TOKEN.encode().hex()}", "Bearer", "", f"Bearer {TOKEN.encode().hex()}x"]
)
def test_a_wrong_token_is_none(client: TestClient, header: str) -> None:
    assert client.get("/plans", headers={"Authorization": header}).status_code == 401


def test_the_token_opens(client: TestClient) -> None:
    header = {"Authorization": b"Bearer " + TOKEN.encode("latin-1", "ignore")}
    assert client.get("/plans", headers=header).status_code == 401, "half of it is not it"


def test_the_page_and_health_answer_without_it(client: TestClient) -> None:
    for path in ("/", "/health", "/static/app.js"):
        assert client.get(path).status_code == 200, path


def test_a_browser_enters_the_token_once_and_keeps_a_cookie_that_is_not_the_token(client: TestClient) -> None:
    assert client.post("/session", content="wrong").status_code == 401
    entered = client.post("/session", content=TOKEN.encode())
    assert entered.status_code == 204
    cookie = entered.headers["set-cookie"]
    assert TOKEN not in cookie
    assert all(part in cookie for part in (COOKIE, "HttpOnly", "SameSite=strict"))
    assert "Secure" not in cookie
    assert client.get("/plans").status_code == 200
    behind_tls = client.post("/session", content=TOKEN.encode(), headers={"X-Forwarded-Proto": "https"})
    assert "Secure" in behind_tls.headers["set-cookie"]


def test_a_websocket_needs_the_token_too(client: TestClient) -> None:
    with pytest.raises(WebSocketDisconnect) as closed, client.websocket_connect(FEED):
        pass
    assert closed.value.code == 1008


@pytest.fixture
def here(tmp_path: Path) -> Iterator[TestClient]:
    """A server without a token that only this machine reaches, and that has a name at a proxy."""
    settings = Settings(tmp_path, Plans({}), hosts=("board.bank.example",))
    with TestClient(application(settings), base_url="http://localhost:8321") as client:
        yield client


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("localhost:8321", 200),
        ("127.0.0.1", 200),
        ("[::1]:8321", 200),
        ("Board.Bank.Example", 200),
        ("evil.example:8321", 421),
        ("", 421),
    ],
)
def test_only_names_that_no_other_site_can_take_are_answered(here: TestClient, host: str, status: int) -> None:
    answer = here.get("/health", headers={"Host": host})
    assert answer.status_code == status
    if status != 200:
        assert "--allow-host NAME" in answer.json()["remedy"]


@pytest.mark.parametrize(
    ("origin", "passes"),
    [(None, True), ("http://localhost:8321", True), ("https://evil.example", False), ("null", False)],
)
def test_a_page_of_another_site_may_open_no_websocket(here: TestClient, origin: str | None, passes: bool) -> None:
    headers = {"Host": "localhost:8321", **({"Origin": origin} if origin else {})}
    if passes:
        with here.websocket_connect("/boards/nothing/2025/ws", headers=headers) as feed:
            assert feed.receive_json()["status"] == 404
    else:
        with pytest.raises(WebSocketDisconnect), here.websocket_connect(FEED, headers=headers):
            pass


def test_browsers_are_told_to_run_and_load_nothing_of_others(here: TestClient) -> None:
    answer = here.get("/", headers={"Origin": "https://evil.example"})
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self';" in policy
    assert "unsafe" not in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "access-control-allow-origin" not in answer.headers
    assert here.get("/health").headers["cache-control"] == "no-store"


def test_the_page_names_nothing_of_elsewhere() -> None:
    for file in STATIC.iterdir():
        text = file.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
        assert "http" not in text.replace("plain HTTP", ""), file.name
        assert ("innerHTML" in text, "<script>" in text, "onclick=" in text, "style=" in text) == (False,) * 4, (
            file.name
        )
