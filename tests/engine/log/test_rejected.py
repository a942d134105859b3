"""What was not admitted is kept, with its reason."""

import json
from datetime import UTC, date, datetime, timedelta, timezone

from engine.log import Rejection, rejections, verify
from schemas.problems import Place, Problem
from tests.engine.log.made import make_log

PROBLEM = Problem("amount is no number.", place=Place("in.jsonl", 7, "data.amount", "E-1"), remedy="Write one.")


def test_a_rejection_keeps_when_where_why_and_what(tmp_path):
    log = make_log(tmp_path / "log")
    noon = datetime(2025, 7, 1, 1, 0, tzinfo=timezone(timedelta(hours=8)))
    with log.writer("test") as w:
        w.reject([Rejection(PROBLEM, "{…".encode()), Rejection(Problem("No JSON."), b"\xff\x00")], noon)
        w.reject([Rejection(Problem("No JSON."), b"third")], noon)
        w.reject([], noon)
    lines = (tmp_path / "log/rejected/2025-06-30.jsonl").read_text(encoding="utf-8").splitlines()
    first, second, third = map(json.loads, lines)
    assert first == {
        "time": "2025-06-30T17:00:00Z",
        "file": "in.jsonl",
        "line": 7,
        "field": "data.amount",
        "event_id": "E-1",
        "reason": "amount is no number.",
        "remedy": "Write one.",
        "raw": "{…",
    }
    assert second["raw_base64"] == "/wA="
    assert third["raw"] == "third"
    assert verify(tmp_path / "log").ok


def test_a_line_torn_by_a_crash_spoils_no_later_one(tmp_path):
    log = make_log(tmp_path / "log")
    path = tmp_path / "log/rejected/2025-07-01.jsonl"
    path.parent.mkdir()
    path.write_bytes(b'{"time":"2025')
    with log.writer("test") as w:
        w.reject([Rejection(PROBLEM, b"raw")], datetime(2025, 7, 1, tzinfo=UTC))
    assert json.loads(path.read_bytes().splitlines()[1])["raw"] == "raw"


def test_what_was_kept_is_read_back(tmp_path):
    log = make_log(tmp_path / "log")
    days = [datetime(2025, 7, day, tzinfo=UTC) for day in (1, 2)]
    with log.writer("test") as w:
        w.reject([Rejection(PROBLEM, "{…".encode()), Rejection(Problem("No JSON."), b"\xff\x00")], days[0])
        w.reject([Rejection(Problem("No JSON."), b"")], days[1])
    with (tmp_path / "log/rejected/2025-07-01.jsonl").open("ab") as torn:
        torn.write(b'{"time":"2025')
    one, two, three = rejections(log.path, date(2025, 7, 1))
    assert (str(one.problem), one.raw) == (str(PROBLEM), "{…".encode())
    assert (two.raw, three.raw) == (b"\xff\x00", b"")
    assert [later.raw for later in rejections(log.path, date(2025, 7, 2))] == [b""]
    assert list(rejections(tmp_path / "nowhere", date.min)) == []
