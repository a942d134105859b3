"""A worker that is stopped loses nothing, ends at once, and is followed exactly where it ended."""

from __future__ import annotations

import json
import time
from pathlib import Path
from random import Random

import msgspec

from engine.log import Log
from engine.people import names
from engine.stream.topics import Topics
from schemas.statement import Board, sealed
from tests.command_line import run
from tests.live import topics
from tests.live.feeding import Feeding
from tests.live.flow import flow_of
from tests.live.invariant import assert_holds, boards_of, lag
from tests.live.topics import Producer, Sent, make, new_prefix
from tests.live.worker import Worker, until
from tests.samples import line, sample

STOP_SECONDS = 10


def test_stops_and_takeovers_lose_nothing(broker: str, tmp_path: Path) -> None:
    random, prefix, log = Random(4), new_prefix(), tmp_path / "log"
    flow = flow_of(random, partitions=4, bank=80, fees=120)
    make(broker, Topics(prefix).events, 4)
    with Worker(broker, log, prefix) as first, Feeding(broker, Topics(prefix).events, flow, random, last=80) as feeding:
        first.reading()
        until(lambda: Log.open(log).intake().read, "something is read")
        with Worker(broker, log, prefix) as second:
            second.standing_by()
            began = time.monotonic()
            assert first.stopped() == 0, first.complained
            assert time.monotonic() - began < STOP_SECONDS
            assert "Traceback" not in first.complained, first.complained
            assert "error:" not in first.complained, first.complained
            second.reading()
            assert feeding.flows
            assert second.stopped() == 0, second.complained
    assert lag(broker, prefix, log) > 0, "something is left to the third"
    assert Log.open(log).partitions == 4, "as many as a new log gets"
    with Worker(broker, log, prefix) as third:
        third.reading()
        assert_holds(broker, prefix, log, flow)
        assert_reconcile_finds_what_somebody_changed(broker, prefix, log)
        assert third.stopped() == 0


def assert_reconcile_finds_what_somebody_changed(broker: str, prefix: str, log: Path) -> None:
    """The command says equal, until somebody writes another figure, with a digest that fits, into the topic."""
    command = ["reconcile", "--brokers", broker, "--prefix", prefix, "--log", str(log), "--json"]
    equal = run(*command)
    assert (equal.code, equal.document()["equal"], equal.document()["differences"]) == (0, True, []), equal
    boards, _ = boards_of(topics.read(broker, Topics(prefix).board))
    board = next(one for one in reversed(boards) if one.period.endswith("H2"))
    row = board.rows[0]
    falsified = msgspec.structs.replace(row, lines={**row.lines, "fees": "4711.11"})
    plant(broker, prefix, sealed(msgspec.structs.replace(board, rows=[falsified, *board.rows[1:]])))
    differs = run(*command)
    assert differs.code == 1, differs
    assert differs.document()["equal"] is False
    assert differs.document()["differences"] == [
        {
            "plan": "bank-contribution",
            "period": board.period,
            "manager_id": row.manager_id,
            "line": "fees",
            "live": "4711.11",
            "replay": row.lines["fees"],
        }
    ]
    plain = run(*command[:-1])
    assert f"line fees: the board shows 4711.11, the log gives {row.lines['fees']}." in plain.out
    assert "1 figure differs." in plain.out


def plant(broker: str, prefix: str, board: Board) -> None:
    """Write a board into the topic as a worker does: its first row and what holds for the whole."""
    topic = Topics(prefix).board
    name = f"{board.plan}/{board.period}"
    partition = next(one.partition for one in topics.read(broker, topic) if one.key == name.encode())
    row = {"plan": board.plan, "period": board.period, "position": board.position, "row": board.rows[0]}
    whole = {key: value for key, value in msgspec.to_builtins(board).items() if key != "rows"}
    messages = [
        Sent(msgspec.json.encode(row), partition, f"{name}/{board.rows[0].manager_id}".encode()),
        Sent(msgspec.json.encode({**whole, "managers": len(board.rows)}), partition, name.encode()),
    ]
    topics.send(broker, topic, messages)


def test_what_is_refused_goes_aside_with_its_reason_and_the_worker_lives_on(broker: str, tmp_path: Path) -> None:
    prefix, log = new_prefix(), tmp_path / "log"
    told = Topics(prefix)
    large = b'{"specversion":"1.0","id":"' + b"x" * 1_020_000 + b'"}'
    appointed, fee = line(sample("manager.appointed")), line(sample("fee.earned"))
    with Worker(broker, log, prefix, "--partitions", "1") as worker:
        worker.reading()
        producer = Producer(broker, told.events)
        producer.send([Sent(b'{"amonut": 1}', 0, b"C-88", [("tenant", b"a")]), Sent(large, 0), Sent(appointed, 0)])
        producer.send([Sent(fee, 0, b"C-88"), Sent(fee.replace(b"12.50", b"99.50"), 0)])
        producer.close()
        until(lambda: lag(broker, prefix, log) == 0, "all is read")
        until(lambda: len(topics.read(broker, told.rejected)) == 3, "the refused are told")
        assert worker.stopped() == 0, worker.complained
    unknown, oversized, contradiction = topics.read(broker, told.rejected)
    assert (unknown.key, unknown.value) == (b"C-88", b'{"amonut": 1}')
    headers = dict(unknown.headers)
    assert headers["tenant"] == b"a"
    assert headers["meritlog_reason"] == b"specversion is missing."
    assert headers["meritlog_place"] == f"{told.events}, partition 0, offset 0, field specversion".encode()
    assert oversized.value == b""
    assert dict(oversized.headers)["meritlog_bytes"] == str(len(large)).encode()
    reason = dict(contradiction.headers)["meritlog_reason"].decode()
    assert reason.startswith("The log holds another event of this source and id")
    assert names(log) == {"M-017": "王小明"}
    logged = [one for batch in topics.read(broker, told.log) for one in json.loads(batch.value)["events"]]
    assert [one["id"] for one in logged] == ["manager.appointed-1", "fee.earned-1"]
    assert not any("name" in one["data"] for one in logged), "names are no part of an event"
