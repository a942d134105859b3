"""What the topics are told: places that add up, changes and nothing else, rows that make their board."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest

from engine.log import Log
from engine.stream import publishing
from engine.stream.admitting import Refused
from engine.stream.messages import Message
from engine.stream.publishing import BoardFeed, CreditFeed, Outgoing, log_messages, place_of, rejected_message
from schemas.problems import Place, Problem
from schemas.statement import Amount, Board, BoardRow, digest_of, sealed
from schemas.vector import Vector
from tests.engine.stream.made import TOPIC, admitted, fee


def told(messages: Sequence[Outgoing]) -> list[Any]:
    return [None if one.value is None else json.loads(one.value) for one in messages]


def placed(batch: Any) -> dict[str, Any]:
    """The events that a message tells of, by their places."""
    return {f"{batch['partition']}:{nth}": event for nth, event in enumerate(batch["events"], batch["first"])}


def test_events_are_told_by_partition_with_their_places_and_the_positions_around_them(log: Log) -> None:
    before = Vector((0, 0, 0))
    for start in (0, 9):
        batch = admitted(log, *(fee(number) for number in range(start, start + 9)))
        messages = list(log_messages(batch, log.identity, before))
        assert [one.together for one in messages] == [value["partition"] for value in told(messages)]
        for value in told(messages):
            assert (value["log"], value["after"], value["position"]) == (log.identity, str(before), batch.label)
            assert value["admitted"] == "2025-07-01T00:00:00Z"
        found = {place: event["id"] for value in told(messages) for place, event in placed(value).items()}
        snapshot = log.snapshot()
        assert found == {
            str(snapshot.place(position)): event.id for position, event in snapshot.events(range(start + 1, start + 10))
        }
        before = Vector.parse(batch.label) or before
    assert str(before) == log.snapshot().label


def test_the_events_are_told_with_the_bytes_that_the_log_proves(log: Log) -> None:
    batch = admitted(log, fee(1, "1250.00"))
    (message,) = log_messages(batch, log.identity, Vector((0, 0, 0)))
    assert log.snapshot().body(1) in (message.value or b"")


def test_a_large_batch_goes_out_in_several_messages_none_of_which_is_large(
    log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = admitted(log, *(fee(number) for number in range(60)))
    whole = list(log_messages(batch, log.identity, Vector((0, 0, 0))))
    size = len(batch.bodies[0])
    monkeypatch.setattr(publishing, "LOG_BYTES_MAX", 4 * size)
    parts = list(log_messages(batch, log.identity, Vector((0, 0, 0))))
    assert len(parts) > len(whole)
    assert max(len(value["events"]) for value in told(parts)) in (3, 4)
    for place in range(3):
        of_place = [at for value in told(parts) if value["partition"] == place for at in placed(value)]
        assert of_place == [f"{place}:{nth}" for nth in range(1, len(of_place) + 1)]
    assert sum(len(value["events"]) for value in told(parts)) == 60


def test_a_rejected_message_goes_out_as_it_came_with_the_reason_beside_it() -> None:
    problem = Problem("amonut is unknown.", place=Place(file=f"{TOPIC}, partition 1, offset 9"), remedy="Write amount.")
    message = Message(1, 9, b"\xff{", [("tenant", b"\xfe")], b"C-88")
    out = rejected_message(Refused(message, problem), TOPIC)
    assert (out.key, out.value, out.together) == (b"C-88", b"\xff{", None)
    assert dict(out.headers) == {
        "tenant": b"\xfe",
        "meritlog_reason": b"amonut is unknown.",
        "meritlog_remedy": b"Write amount.",
        "meritlog_place": b"meritlog.events, partition 1, offset 9",
        "meritlog_topic": b"meritlog.events",
        "meritlog_partition": b"1",
        "meritlog_offset": b"9",
        "meritlog_bytes": b"2",
    }


def test_a_rejected_message_without_a_value_is_no_deletion() -> None:
    assert rejected_message(Refused(Message(0, 0, None), Problem("Empty.")), TOPIC).value == b""


def test_a_rejected_message_that_no_topic_would_take_goes_out_without_its_value() -> None:
    large = b"[" + b"1," * 600_000 + b"1]"
    out = rejected_message(Refused(Message(0, 7, large, (), b"C-88"), Problem("An event has at most 1 MB.")), TOPIC)
    assert (out.key, out.value) == (b"C-88", b"")
    assert dict(out.headers)["meritlog_bytes"] == b"1200003"


def test_an_event_as_large_as_any_goes_out_alone(log: Log) -> None:
    large = fee(7, service="other." + "x" * 120)
    batch = admitted(log, *(line_with(large, number) for number in range(7, 70, 7)))
    assert {batch.places[0]} == {*batch.places}, "all of one customer"
    messages = list(log_messages(batch, log.identity, Vector((0, 0, 0))))
    assert [len(value["events"]) for value in told(messages)] == [1] * 9
    assert max(len(one.value or b"") for one in messages) < 1_000_000


def line_with(event: bytes, number: int) -> bytes:
    """The event under another id, with an extension that makes it as large as one may be."""
    return json.dumps({**json.loads(event), "id": f"f-{number}", "padding": "x" * 900_000}).encode()


def test_what_belongs_together_goes_to_one_partition_of_however_many() -> None:
    assert place_of(None, 4) is None
    assert [place_of(5, 12), place_of(5, 3)] == [5, 2]
    assert {place_of(f"bank-contribution/2025-{month:02d}", 4) for month in range(1, 13)} == {0, 1, 2, 3}


def row(manager: str, rank: int, score: str) -> BoardRow:
    return BoardRow(rank, manager, "U-1", score, 0, {"composite": score}, None)


def board(position: str, *rows: BoardRow, uncredited: str = "0") -> Board:
    return sealed(Board("demo", "sha256:0", "2025Q1", "2025-03-31", position, list(rows), [Amount("fees", uncredited)]))


def test_a_board_goes_out_as_its_rows_and_then_what_holds_for_all_of_them() -> None:
    one = board("0:2", row("M-1", 1, "20"), row("M-2", 2, "10"))
    messages = list(BoardFeed().changes(one))
    assert [message.key for message in messages] == [b"demo/2025Q1/M-1", b"demo/2025Q1/M-2", b"demo/2025Q1"]
    assert {message.together for message in messages} == {"demo/2025Q1"}
    *rows, whole = told(messages)
    assert [value["row"]["score"] for value in rows] == ["20", "10"]
    assert {value["position"] for value in (*rows, whole)} == {"0:2"}
    assert (whole["managers"], whole["digest"], whole["uncredited"]) == (2, one.digest, [{"id": "fees", "value": "0"}])


def test_of_the_next_board_only_what_changed_goes_out() -> None:
    feed = BoardFeed()
    list(feed.changes(board("0:2", row("M-1", 1, "20"), row("M-2", 2, "10"), row("M-3", 3, "5"))))
    messages = list(feed.changes(board("0:3", row("M-1", 1, "20"), row("M-2", 2, "11"))))
    assert [(one.key, one.value is None) for one in messages] == [
        (b"demo/2025Q1/M-2", False),
        (b"demo/2025Q1/M-3", True),
        (b"demo/2025Q1", False),
    ]


def test_a_board_that_stands_as_it_stood_goes_out_once() -> None:
    feed, one = BoardFeed(), board("0:2", row("M-1", 1, "20"))
    assert len(list(feed.changes(one))) == 2
    assert list(feed.changes(one)) == []
    assert [message.key for message in feed.changes(board("0:3", row("M-1", 1, "20")))] == [b"demo/2025Q1"]


def test_rows_that_an_earlier_worker_left_are_deleted_or_not_sent_again() -> None:
    left = {"M-1": row("M-1", 1, "20"), "M-9": row("M-9", 2, "15")}
    messages = list(BoardFeed(left).changes(board("0:5", row("M-1", 1, "20"), row("M-2", 2, "11"))))
    assert [(one.key, one.value is None) for one in messages] == [
        (b"demo/2025Q1/M-2", False),
        (b"demo/2025Q1/M-9", True),
        (b"demo/2025Q1", False),
    ]


def test_whoever_follows_the_messages_has_the_board_that_the_digest_names() -> None:
    feed, rows = BoardFeed(), dict[str, BoardRow]()
    boards = [
        board("0:1", row("M-1", 1, "1")),
        board("0:2", row("M-2", 1, "3"), row("M-1", 2, "1")),
        board("0:3", row("M-2", 1, "3"), uncredited="7"),
        board("0:4"),
    ]
    for one in boards:
        for message in feed.changes(one):
            manager = (message.key or b"").decode().removeprefix("demo/2025Q1").strip("/")
            if manager and message.value is None:
                del rows[manager]
            elif manager:
                value = json.loads(message.value or b"")["row"]
                rows[manager] = BoardRow(**value)
        whole = Board(
            one.plan,
            one.plan_digest,
            one.period,
            one.through,
            one.position,
            sorted(rows.values(), key=lambda each: each.rank or 0),
            one.uncredited,
        )
        assert digest_of(whole) == one.digest


def test_of_the_credits_only_managers_whose_figures_changed_go_out() -> None:
    feed = CreditFeed()
    windows = {"demo/2025Q1": {"fees": "10"}}
    first = list(feed.changes({"M-1": windows, "M-2": windows}, "2025-03-31", "0:2"))
    assert [one.key for one in first] == [b"M-1", b"M-2"]
    assert told(first)[0] == {"manager_id": "M-1", "through": "2025-03-31", "position": "0:2", "windows": windows}
    assert list(feed.changes({"M-1": windows, "M-2": windows}, "2025-03-31", "0:3")) == []
    more = {"demo/2025Q1": {"fees": "12"}}
    assert [one.key for one in feed.changes({"M-1": more, "M-2": windows}, "2025-03-31", "0:4")] == [b"M-1"]


def test_a_manager_who_has_no_credits_any_more_is_told_with_none() -> None:
    feed = CreditFeed()
    list(feed.changes({"M-1": {"demo/2025Q1": {"fees": "10"}}}, date(2025, 3, 31).isoformat(), "0:2"))
    (message,) = feed.changes({}, "2025-03-31", "0:3")
    assert (message.key, told([message])[0]["windows"]) == (b"M-1", {})
    assert list(feed.changes({}, "2025-03-31", "0:4")) == []
