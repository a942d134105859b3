"""Shown: boards and credits read back from their topics, whatever else somebody has written there."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

import pytest

from engine.stream.connection import Connection
from engine.stream.publishing import BoardFeed, CreditFeed, Outgoing, place_of
from engine.stream.shown import shown_boards, shown_credits, shown_rows
from engine.stream.topics import Topics
from schemas.problems import EnvironmentProblem
from schemas.statement import Amount, Board, BoardRow, sealed
from tests.live.topics import Sent, make, new_prefix, send

PARTITIONS = 3


def row(manager: str, rank: int, score: str) -> BoardRow:
    return BoardRow(rank, manager, "U-1", score, 0, {"composite": score}, None)


def board(position: str, *rows: BoardRow, period: str = "2025Q1") -> Board:
    return sealed(Board("demo", "sha256:0", period, "2025-03-31", position, list(rows), [Amount("fees", "0")]))


@pytest.fixture
def topics(broker: str) -> Topics:
    topics = Topics(new_prefix())
    for topic in (topics.board, topics.credits):
        make(broker, topic, PARTITIONS)
    return topics


def write(broker: str, topic: str, messages: Iterable[Outgoing]) -> None:
    send(broker, topic, [Sent(one.value, place_of(one.together, PARTITIONS) or 0, one.key) for one in messages])


def asked(broker: str) -> Connection:
    return Connection.read(broker, {})


def test_boards_come_back_as_they_were_shown_last(broker: str, topics: Topics) -> None:
    feeds = {period: BoardFeed() for period in ("2025Q1", "2025")}
    for one in (
        board("0:2", row("M-1", 1, "20"), row("M-2", 2, "10")),
        board("0:2", row("M-1", 1, "7"), period="2025"),
        board("0:3", row("M-2", 1, "30")),
    ):
        write(broker, topics.board, feeds[one.period].changes(one))
    expected = [board("0:2", row("M-1", 1, "7"), period="2025"), board("0:3", row("M-2", 1, "30"))]
    assert asyncio.run(shown_boards(asked(broker), topics)) == expected
    rows = asyncio.run(shown_rows(asked(broker), topics))
    assert rows == {"demo/2025Q1": {"M-2": row("M-2", 1, "30")}, "demo/2025": {"M-1": row("M-1", 1, "7")}}


def test_what_others_write_there_is_passed_over(broker: str, topics: Topics) -> None:
    one = board("0:2", row("M-1", 1, "20"))
    write(broker, topics.board, BoardFeed().changes(one))
    own = place_of("demo/2025Q1", PARTITIONS) or 0
    foreign = [
        Sent(b"{}", own, None),
        Sent(b"no board", own, b"demo/2025Q1"),
        Sent(b'{"row":{"rank":"first"}}', own, b"demo/2025Q1/M-1"),
        Sent(b"\xff", own, b"\xff\xfe"),
        Sent(None, (own + 1) % PARTITIONS, b"demo/2025Q1/M-1"),
    ]
    send(broker, topics.board, foreign)
    assert asyncio.run(shown_boards(asked(broker), topics)) == [one]


def test_a_board_in_pieces_is_told_as_such_but_its_rows_are_there(
    broker: str, topics: Topics, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.stream.shown.LOOKS_MAX", 3)
    feed = BoardFeed()
    write(broker, topics.board, feed.changes(board("0:2", row("M-1", 1, "20"))))
    first, *_ = feed.changes(board("0:3", row("M-1", 1, "21")))
    write(broker, topics.board, [first])
    with pytest.raises(EnvironmentProblem, match=r"are not whole: their rows do not fit their digest\."):
        asyncio.run(shown_boards(asked(broker), topics))
    assert asyncio.run(shown_rows(asked(broker), topics)) == {"demo/2025Q1": {"M-1": row("M-1", 1, "21")}}


def test_credits_come_back_and_managers_without_any_are_told_once(broker: str, topics: Topics) -> None:
    windows = {"demo/2025Q1": {"fees": "10"}}
    write(broker, topics.credits, CreditFeed().changes({"M-1": windows, "M-2": windows}, "2025-03-31", "0:2"))
    send(broker, topics.credits, [Sent(b"no credits", 0, b"M-1"), Sent(None, 0, b"M-2")])
    sent = asyncio.run(shown_credits(asked(broker), topics))
    assert sent == {"M-1": windows, "M-2": windows}
    gone = list(CreditFeed(sent).changes({"M-1": windows}, "2025-03-31", "0:3"))
    assert [one.key for one in gone] == [b"M-2"]
    write(broker, topics.credits, gone)
    assert asyncio.run(shown_credits(asked(broker), topics)) == {"M-1": windows}


def test_boards_of_topics_that_are_not_there_are_not_said_to_be_none(broker: str) -> None:
    nowhere = Topics(new_prefix())
    complaint = (
        rf"The topic {nowhere.board} is not there\. A worker makes it when it starts; .* the worker's --prefix\."
    )
    with pytest.raises(EnvironmentProblem, match=complaint):
        asyncio.run(shown_boards(asked(broker), nowhere))
    assert asyncio.run(shown_credits(asked(broker), nowhere)) == {}
