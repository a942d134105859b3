"""A channel: each follower gets what makes the latest board of the one it knows, and nothing waits in a queue."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any

import msgspec
import pytest

from engine.plan.library import load
from meritlog.web import channel as channels
from meritlog.web.channel import Channel, Subject, View
from meritlog.web.message import PULSE, Message
from replay.board import Standing
from replay.changes import applied, changes
from schemas.period import Period
from schemas.statement import Board, BoardChanges, BoardRow, digest_of, sealed

SUBJECT = Subject(load("bank-contribution"), Period.parse("2025"), date(2025, 3, 1))


def view(position: int, **scores: str) -> View:
    rows = [
        BoardRow(rank, manager, None, score, 0, {"composite": score}, None)
        for rank, (manager, score) in enumerate(sorted(scores.items(), key=lambda pair: -int(pair[1])), 1)
    ]
    return View(Standing(sealed(Board("p", "sha256:1", "2025", "2025-03-01", position, rows, [])), list))


def show(channel: Channel, *views: View) -> None:
    """Hand views over, as the hub does."""
    for one in views:
        before = channel.view
        channel.show(one, None if before is None else changes(before.board, one.board))


def told(board: Board | None, message: Message) -> Board:
    """The board that a follower holds after a message."""
    if message.event == "board":
        made = msgspec.json.decode(message.data, type=Board)
    else:
        assert board is not None
        made = applied(board, msgspec.json.decode(message.data, type=BoardChanges))
    assert digest_of(made) == made.digest
    return made


def run(test: Callable[[Channel], Awaitable[Any]]) -> None:
    async def whole() -> None:
        await asyncio.wait_for(test(Channel(SUBJECT)), 5)

    asyncio.run(whole())


def test_who_is_slow_skips_boards_and_misses_nothing() -> None:
    async def test(channel: Channel) -> None:
        show(channel, view(1, a="1", b="2"))
        feed = channel.follow(None, 5)
        board = told(None, await anext(feed))
        show(channel, *(view(2 + nth, a=str(nth), c="7") for nth in range(50)))
        message = await anext(feed)
        assert message.event == "changes"
        assert told(board, message) == channel.view.board if channel.view else None
        show(channel, last := view(99, a="9"))
        assert told(told(board, message), await anext(feed)) == last.board

    run(test)


def test_all_who_know_the_same_are_told_by_one_message() -> None:
    async def test(channel: Channel) -> None:
        show(channel, view(1, a="1"))
        feeds = [channel.follow(last_id, 5) for last_id in (None, None, "another log's")]
        first = [await anext(feed) for feed in feeds]
        show(channel, view(2, a="2"), view(3, a="3"))
        then = [await anext(feed) for feed in feeds]
        for messages in (first, then):
            assert all(message is messages[0] for message in messages), "what is spelled and packed once serves all"
        assert (first[0].event, then[0].event) == ("board", "changes")

    run(test)


def test_who_was_away_for_longer_than_is_remembered_gets_the_whole_board(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(channels, "REMEMBERED_STEPS", 3)

    async def test(channel: Channel) -> None:
        boards = [view(nth, a=str(nth)) for nth in range(1, 7)]
        show(channel, *boards)
        assert len(channel._steps) == 3
        assert (await anext(channel.follow(boards[2].id, 5))).event == "changes"
        assert (await anext(channel.follow(boards[1].id, 5))).event == "board"

    run(test)


def test_what_is_remembered_is_bounded_by_rows_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(channels, "REMEMBERED_ROWS", 10)

    async def test(channel: Channel) -> None:
        show(channel, *(view(nth, **{f"m{row}": str(nth) for row in range(4)}) for nth in range(1, 9)))
        assert sum(len(step.told.rows) for step in channel._steps) <= 10

    run(test)


def test_a_pulse_is_told_where_nothing_else_is() -> None:
    async def test(channel: Channel) -> None:
        show(channel, board := view(1, a="1"))
        feed = channel.follow(board.id, 0.01)
        assert await anext(feed) is PULSE
        show(channel, view(2, a="2"))
        assert (await anext(feed)).event == "changes"

    run(test)


def test_that_something_is_wrong_is_told_and_that_it_is_well_again() -> None:
    async def test(channel: Channel) -> None:
        channel.say(b"well", well=True)
        show(channel, view(1, a="1"))
        feed = channel.follow(None, 5)
        assert (await anext(feed)).event == "board", "that all is well is no news"
        channel.say(b"ill", well=False)
        assert await anext(feed) == Message("status", b"ill")
        channel.say(b"well", well=True)
        assert await anext(feed) == Message("status", b"well")

    run(test)


def test_a_channel_that_closes_ends_its_feeds() -> None:
    async def test(channel: Channel) -> None:
        ended = asyncio.create_task(_all(channel))
        await asyncio.sleep(0.01)
        channel.close()
        assert await ended == []

    run(test)


async def _all(channel: Channel) -> list[Message]:
    return [message async for message in channel.follow(None, 5)]
