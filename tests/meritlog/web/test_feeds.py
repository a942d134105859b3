"""The feeds of the real server: whoever follows them ends with the board, however often the connection breaks."""

from __future__ import annotations

import json
import signal
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random
from urllib.parse import quote, urlsplit

import httpx2
import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from engine.log import Log
from tests.meritlog.web.made import PERIOD, PLAN, append, beginning, fee, made
from tests.meritlog.web.serving import Follower, Server, Told, messages, served, until

BOARD = f"/boards/{PLAN}/{PERIOD}"
FEED = f"{BOARD}/events"


class Growing:
    """A log that somebody writes to meanwhile: fees that let managers overtake each other."""

    def __init__(self, log: Log, seed: int, batches: int) -> None:
        self._log, self._random, self._batches, self._seed = log, Random(seed), batches, seed
        self._thread = threading.Thread(target=self._grow)
        self.done = False

    def __enter__(self) -> Growing:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._thread.join()

    def _grow(self) -> None:
        for batch in range(self._batches):
            fees = [
                fee(
                    f"{self._seed}-{batch}-{nth}",
                    f"2025-02-{self._random.randint(2, 28):02d}",
                    self._random.randint(1, 3),
                    str(self._random.randint(1, 900)),
                )
                for nth in range(self._random.randint(1, 3))
            ]
            append(self._log, fees)
            time.sleep(self._random.random() / 40)
        self.done = True


def test_the_first_message_is_the_whole_board_and_its_id_names_position_and_digest(server: Server) -> None:
    follower = Follower()
    with follower.following(server.url + FEED) as feed:
        follower.take(next(feed))
    assert follower.kinds == ["board"]
    assert follower.board is not None
    assert follower.last_id == f"{follower.board.position}@{str(follower.board.digest)[7:23]}"
    assert json.loads(server.get(BOARD).text)["digest"] == follower.board.digest


@pytest.mark.parametrize("seed", [1, 2])
def test_a_client_cut_off_at_random_resumes_to_the_same_board(log: Log, server: Server, seed: int) -> None:
    follower, random = Follower(), Random(seed)
    with Growing(log, seed, 25) as growing:
        while not growing.done:
            with follower.following(server.url + FEED) as feed:
                for _ in range(random.randint(1, 4)):
                    if _knows_all(follower, log):
                        break
                    follower.take(next(feed))
    _catch_up(follower, server, log)
    assert follower.kinds.count("board") == 1, "each resume tells what is missing, not the whole board again"
    assert "changes" in follower.kinds


@pytest.mark.parametrize(("accepts", "encoding"), [("gzip, br", "gzip"), ("identity", None)])
def test_a_feed_is_packed_for_who_can_unpack_it(server: Server, accepts: str, encoding: str | None) -> None:
    with httpx2.stream("GET", server.url + FEED, headers={"Accept-Encoding": accepts}) as answer:
        assert answer.headers.get("content-encoding") == encoding
        assert answer.headers["vary"] == "Accept-Encoding"
        data = next(line for line in answer.iter_lines() if line.startswith("data: "))
    assert json.loads(data.removeprefix("data: ")) == json.loads(server.get(BOARD).text)


def test_the_websocket_tells_the_same_and_resumes_the_same(log: Log, server: Server) -> None:
    follower, random = Follower(), Random(3)
    with Growing(log, 3, 15) as growing:
        while not growing.done:
            with _socket(server, follower) as feed:
                for _ in range(random.randint(1, 3)):
                    if _knows_all(follower, log):
                        break
                    follower.take(_frame(feed))
    _catch_up(follower, server, log)
    assert follower.kinds.count("board") == 1
    with _socket(server, Follower(), f"{BOARD}/events/ws") as feed:
        assert _frame(feed).event == "board"


def _knows_all(follower: Follower, log: Log) -> bool:
    """Whether nothing may come any more."""
    return follower.board is not None and follower.board.position == log.snapshot().label


def _socket(server: Server, follower: Follower, path: str = f"{BOARD}/ws") -> ClientConnection:
    address = server.url.replace("http", "ws", 1) + path
    return connect(f"{address}?last_event_id={quote(follower.last_id)}" if follower.last_id else address)


def _frame(feed: ClientConnection) -> Told:
    frame = json.loads(feed.recv(timeout=20))
    return Told(frame["event"], frame["id"], frame["data"])


def _catch_up(follower: Follower, server: Server, log: Log) -> None:
    with follower.following(server.url + FEED) as feed:
        while not _knows_all(follower, log):
            follower.take(next(feed))
    assert follower.board is not None
    assert follower.board.digest == server.get(BOARD).json()["digest"]


def test_a_client_that_knows_a_board_of_another_life_gets_the_whole_one(server: Server) -> None:
    follower = Follower()
    follower.last_id = "3@0123456789abcdef"
    with follower.following(server.url + FEED) as feed:
        follower.take(next(feed))
    assert follower.kinds == ["board"]


def test_a_client_that_knows_the_board_is_told_nothing_until_it_changes_even_after_a_restart(own: Path) -> None:
    log = made(own, beginning())
    follower = Follower()
    with served(own) as first, follower.following(first.url + FEED) as feed:
        follower.take(next(feed))
    with served(own) as second, follower.following(second.url + FEED) as feed:
        second.until(lambda health: health["status"] == "ok")
        append(log, [fee("after", "2025-02-03", 3, "7")])
        told = next(feed)
        while told.event == "status":
            told = next(feed)
        follower.take(told)
    assert follower.board is not None
    assert follower.board.position == 10


def test_a_slow_client_gets_the_latest_board_and_no_backlog(own: Path) -> None:
    """It does not read while more is told than all buffers on the way can hold; then it skips boards and is right."""
    managers, rounds, long = 600, 12, "x" * 100
    log = made(own, beginning([f"M-{nth:03d}-{long}" for nth in range(managers)]))
    with served(own, "--verify-every", "off") as server:
        server.until(lambda health: health["status"] == "ok")
        follower = Follower()
        with socket.socket() as slow:
            slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 16)
            slow.connect((urlsplit(server.url).hostname, urlsplit(server.url).port))
            slow.sendall(f"GET {FEED} HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: identity\r\n\r\n".encode())
            for nth in range(rounds):
                append(log, [fee(f"{nth}-{one}-{long}", "2025-02-03", one, "7") for one in range(1, managers + 1)])
                server.until(lambda health: health["position"] == log.snapshot().label)
            for told in messages(_lines(slow)):
                follower.take(told)
                if follower.board is not None and follower.board.position == log.snapshot().label:
                    break
        assert len(follower.kinds) < rounds
        assert follower.board is not None
        assert follower.board.digest == server.get(BOARD).json()["digest"]


def _lines(connection: socket.socket) -> Iterator[str]:
    """The lines of a chunked answer's body."""
    connection.settimeout(20)
    file = connection.makefile("rb")
    while file.readline() not in (b"\r\n", b""):
        pass
    rest = b""
    while size := int(file.readline(), 16):
        *lines, rest = (rest + file.read(size)).split(b"\n")
        yield from (line.decode() for line in lines)
        file.readline()


def test_a_feed_may_begin_before_the_log_does(own: Path) -> None:
    follower = Follower()
    with served(own) as server:
        assert server.health()["status"] == "starting"
        assert "There is no log in" in server.health()["findings"][0]["text"]["en"]
        refused = server.get(BOARD)
        assert refused.status_code == 503
        assert "There is no log in" in refused.json()["detail"]
        with follower.following(server.url + FEED) as feed:
            assert next(feed).event == "status"
            made(own, beginning())
            follower.take(next(told for told in feed if told.event == "board"))
        assert follower.board is not None
        assert [row.manager_id for row in follower.board.rows] == ["M-1", "M-2", "M-3"]
        assert server.health()["status"] == "ok"


def test_a_damaged_log_is_named_and_served_again_once_it_is_mended(own: Path) -> None:
    made(own, beginning())
    with served(own, "--verify-every", "off") as server:
        server.until(lambda health: health["status"] == "ok")
        sector = own / "partition-0" / "acknowledged"
        whole = sector.read_bytes()
        sector.write_bytes(bytes([whole[0] ^ 1]) + whole[1:])
        failing = server.until(lambda health: health["status"] == "failing")
        assert "acknowledged" in failing["findings"][0]["text"]["en"]
        assert server.get("/health").status_code == 503
        assert server.get(BOARD).status_code == 503
        assert 'meritlog_status{status="failing"} 1.0' in server.get("/metrics").text
        sector.write_bytes(whole)
        server.until(lambda health: health["status"] == "ok")
        assert server.get(BOARD).status_code == 200


def test_what_a_verification_finds_is_said(own: Path) -> None:
    made(own, beginning())
    record = own / "log.json"
    with served(own, "--verify-every", "1s") as server:
        until(lambda: server.get("/metrics").text, lambda text: "meritlog_verified_ok 1.0" in text)
        record.write_bytes(record.read_bytes().replace(b"Shanghai", b"Shanghaj"))
        failing = server.until(lambda health: health["status"] == "failing")
        assert "log.json" in failing["findings"][0]["text"]["en"]
        assert server.get(BOARD).status_code == 200, "what was folded before is served on"


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_the_end_ends_every_stream_and_is_an_end_as_it_should_be(own: Path, how: signal.Signals) -> None:
    made(own, beginning())
    with served(own) as server:
        follower = Follower()
        with follower.following(server.url + FEED) as feed, _socket(server, Follower()) as other:
            follower.take(next(feed))
            assert _frame(other).event == "board"
            begun = time.monotonic()
            assert server.end(how) == 0
            assert time.monotonic() - begun < 4
            assert list(feed) == []
            with pytest.raises(ConnectionClosed):
                other.recv(timeout=5)


def test_followers_are_counted_and_forgotten(server: Server) -> None:
    with Follower().following(server.url + FEED) as feed, _socket(server, Follower()) as other:
        next(feed)
        _frame(other)
        text = server.get("/metrics").text
        assert 'meritlog_clients{transport="sse"} 1.0' in text
        assert 'meritlog_clients{transport="websocket"} 1.0' in text
    gone = ('meritlog_clients{transport="sse"} 0.0', 'meritlog_clients{transport="websocket"} 0.0')
    until(lambda: server.get("/metrics").text, lambda text: all(line in text for line in gone))


def test_a_feed_of_what_there_is_not_is_refused(server: Server) -> None:
    refused = server.get("/boards/nothing/2025/events")
    assert (refused.status_code, refused.headers["content-type"]) == (404, "application/problem+json")
    with connect(server.url.replace("http", "ws", 1) + "/boards/nothing/2025/ws") as feed:
        assert json.loads(feed.recv())["detail"] == "There is no plan 'nothing' here."
        with pytest.raises(ConnectionClosed) as closed:
            feed.recv(timeout=5)
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 4404
