"""An event on which the fold breaks: the live side goes on without it and says so wherever one looks."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from engine.stream.topics import Topics
from replay.checked import Noted
from tests.breaking import POISON
from tests.command_line import run
from tests.live import topics
from tests.live.invariant import WINDOWS
from tests.live.topics import Sent, make, new_prefix, send
from tests.live.worker import Worker, until
from tests.meritlog.web.serving import served

FAULTY = "tests.live.faulty"
TELLS = (
    "The event poison-1 of core at position 0:4 is set aside, and boards are made without it, for the live fold breaks"
)


def said(name: str, type_: str, **data: Any) -> Sent:
    event = {"specversion": "1.0", "id": name, "source": "core", "type": type_, "time": "2025-02-03T09:00:00+08:00"}
    return Sent(json.dumps({**event, "data": data}).encode(), 0)


def fee(name: str, amount: str) -> Sent:
    return said(name, "fee.earned", customer_id="C-1", service="agency", amount=amount)


@pytest.fixture
def prefix(broker: str) -> str:
    """A topic with a manager's customer, and three fees of which the second is poison."""
    prefix = new_prefix()
    team = [{"manager_id": "M-1", "share": "1"}]
    make(broker, Topics(prefix).events, 1)
    events = [
        said("a-1", "manager.appointed", manager_id="M-1", org_unit="U"),
        said("a-2", "customer.assigned", customer_id="C-1", team=team),
        fee("f-1", "1.00"),
        fee(f"{POISON}-1", "500.00"),
        fee("f-2", "1.00"),
    ]
    send(broker, Topics(prefix).events, events)
    return prefix


def shown(broker: str, prefix: str) -> dict[str, Any]:
    """The newest of each key in the topic of boards."""
    found = {one.key.decode(): one.value for one in topics.read(broker, Topics(prefix).board)}
    return {key: json.loads(value) for key, value in found.items() if value is not None}


def wholes_at(broker: str, prefix: str, position: str) -> list[dict[str, Any]]:
    return [one for one in shown(broker, prefix).values() if "digest" in one and one["position"] == position]


def test_the_live_side_sets_it_aside_and_says_so_and_a_settlement_stops(
    broker: str, tmp_path: Path, prefix: str
) -> None:
    log, poison = tmp_path / "log", {"FAULT": "poison"}
    with Worker(broker, log, prefix, "--partitions", "1", module=FAULTY, environment=poison) as worker:
        worker.reading()
        until(lambda: len(wholes_at(broker, prefix, "0:5")) == WINDOWS, "boards of the whole log are shown")
        until(lambda: TELLS in worker.complained, "the worker names the event")
        worker.kill()
    checking = poison | {"CHECK_SECONDS": "1"}
    with Worker(broker, log, prefix, module=FAULTY, environment=checking) as worker:
        worker.reading()
        until(lambda: TELLS in worker.complained, "the next one names it again")
        until(lambda: (last := Noted(log).last) is not None and last.findings, "it has checked its boards")
        assert worker.stopped() == 0, worker.complained
    assert shown(broker, prefix)["bank-contribution/2025/M-1"]["row"]["lines"]["fees"] == "2"
    for whole in wholes_at(broker, prefix, "0:5"):
        assert [finding["about"] for finding in whole["findings"]] == ["0:4"]
    differs = run("reconcile", "--brokers", broker, "--prefix", prefix, "--log", str(log), "--json")
    assert {one["line"]: (one["live"], one["replay"]) for one in differs.document()["differences"]}["fees"] == (
        "2",
        "502",
    )

    with served(log, "--brokers", broker, "--prefix", prefix, module=FAULTY, environment=poison) as server:
        failing = server.until(lambda health: health["status"] == "failing" and health["lag"] == 0)
        assert failing["position"] == "0:5"
        (aside,) = [one for one in failing["findings"] if one["id"] == "set-aside"]
        assert aside["text"]["en"].startswith(TELLS)
        checked = [one["text"]["en"] for one in failing["findings"] if one["id"] == "reconcile"]
        assert "What the boards show at position 0:5 is not what the log gives" in checked[0]
        assert any("manager M-1, line fees: the board shows 2, the log gives 502." in text for text in checked)
        board = server.get("/boards/bank-contribution/2025").json()
        assert board["findings"] == [aside]
        figures = server.get("/metrics").text.splitlines()
        assert {"meritlog_set_aside_events 1.0", "meritlog_reconciled_equal 0.0"} <= {*figures}

    poisonous = {"FAULT": "poisonous"}
    stops = run("settle", "bank-contribution", "2025", "--log", str(log), module=FAULTY, environment=poisonous)
    assert (stops.code, stops.out) == (2, "")
    assert "The settlement breaks on the event poison-1 of core at position 0:4: Breaks: a sum (" in stops.err

    mended = {"CHECK_SECONDS": "1"}
    with Worker(broker, log, prefix, module=FAULTY, environment=mended) as worker:
        worker.reading()
        until(lambda: shown(broker, prefix)["bank-contribution/2025/M-1"]["row"]["lines"]["fees"] == "502", "it counts")
        with served(log, "--brokers", broker, "--prefix", prefix) as server:
            server.until(lambda health: health["status"] == "ok")
            assert "meritlog_reconciled_equal 1.0" in server.get("/metrics").text.splitlines()
        assert worker.stopped() == 0
        assert "CRITICAL" not in worker.complained
    assert all("findings" not in whole for whole in wholes_at(broker, prefix, "0:5"))
