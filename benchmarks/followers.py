"""How a change reaches many who watch one board: from an append's acknowledgement to every follower's having it.

    python -m benchmarks.followers [--followers 1000] [--managers 1000] [--rate 5] [--events 20] [--seconds 20]

A real ``meritlog serve`` on a made bank's log; so many connections of server-sent events follow the board of the year,
while ``--rate`` times a second ``--events`` postings of the year's last day are appended. Its time runs from its
acknowledgement until a follower has been told of a board at its position or a later one. The followers are a process of
their own; all read what they are sent (packed, as browsers ask for it; ``--plain``: as it is), a few among them also
unpack it and look for the ids of messages: their waits are told.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import multiprocessing
import re
import resource
import subprocess
import sys
import tempfile
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import islice
from multiprocessing.connection import Connection
from pathlib import Path
from statistics import median, quantiles

import httpx2
import psutil

from benchmarks.bank import Bank, count_of
from benchmarks.flow import MEBIBYTE, PLAN, lines_of
from benchmarks.latency import of_the_last_day
from engine.admission import admit
from engine.log import Log
from schemas.institution import Institution

HISTORY = 30_000
READ_BYTES = 1 << 18
OPENING_BYTES = 128
"""Who was sent more by a server that is well was sent a board."""
BEGUN_SECONDS = 120
REST_SECONDS = 5
LOOKING = 20
"""So many followers look at what they are sent."""
ID = re.compile(rb"\nid: ?([0-9]+)@")
Seen = list[tuple[float, int]]
"""When a follower was told of the board at which position."""


class Followers:
    """Connections that follow one board."""

    def __init__(self, port: int, request: bytes, count: int) -> None:
        self._port, self._request = port, request
        every = max(count // LOOKING, 1)
        self.seen: list[Seen | None] = [None if at % every else [] for at in range(count)]
        self.begun = self.read = 0

    async def follow(self, known: Seen | None) -> None:
        """Follow until the server ends."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self._port, limit=READ_BYTES)
        writer.write(self._request)
        head = await reader.readuntil(b"\r\n\r\n")
        unpack = zlib.decompressobj(16 + zlib.MAX_WBITS).decompress if b"gzip" in head.lower() else bytes
        had, rest = 0, b""
        while data := await reader.read(READ_BYTES):
            self.begun += had <= OPENING_BYTES < had + len(data)
            had += len(data)
            self.read += len(data)
            if known is None:
                continue
            rest = rest[-OPENING_BYTES:] + unpack(data)
            for found in ID.finditer(rest):
                if not known or known[-1][1] != int(found[1]):
                    known.append((time.perf_counter(), int(found[1])))

    async def run(self, parent: Connection) -> None:
        """Follow with all, tell the parent when all have a board, and at its word what they have seen."""
        tasks = [asyncio.create_task(self.follow(known)) for known in self.seen]
        while self.begun < len(tasks):
            await asyncio.sleep(0.05)
        parent.send("begun")
        await asyncio.to_thread(parent.recv)
        parent.send(([known for known in self.seen if known is not None], self.read))
        for task in tasks:
            task.cancel()


def following(parent: Connection, port: int, plain: bool, count: int) -> None:
    """The process of the followers."""
    accepts = "" if plain else "Accept-Encoding: gzip\r\n"
    request = f"GET /boards/{PLAN}/2025/events HTTP/1.0\r\nHost: 127.0.0.1:{port}\r\n{accepts}\r\n"
    asyncio.run(Followers(port, request.encode(), count).run(parent))


@contextmanager
def server(log: Path) -> Iterator[tuple[psutil.Process, int]]:
    """A ``meritlog serve`` of the log: its process and its port."""
    command = [sys.executable, "-m", "meritlog", "serve", "--port", "0", "--json", "--log", str(log), "--plan", PLAN]
    process = subprocess.Popen([*command, "--verify-every", "off"], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        url = json.loads(process.stdout.readline())["url"]
        while httpx2.get(f"{url}health").json()["status"] != "ok":
            time.sleep(0.1)
        yield psutil.Process(process.pid), int(url.rstrip("/").rsplit(":")[-1])
    finally:
        process.kill()
        process.wait()


def waits(appended: Seen, seen: list[Seen]) -> list[float]:
    """For each append and follower the milliseconds until that one was told; longer than it was watched: left out."""
    found = []
    for known in seen:
        told = iter(known)
        when, position = next(told)
        for acknowledged, needed in appended:
            while position < needed:
                when, position = next(told, (float("inf"), needed))
            found.append(1000 * (when - acknowledged))
    return found


def measure(given: argparse.Namespace, folder: Path) -> None:
    """Measure, and print."""
    set_up = Bank(0, given.managers, 20 * given.managers, 20 * given.managers).setting_up
    more = int(given.rate * given.seconds) * given.events + 1
    bank = Bank(set_up + HISTORY + more, given.managers, 20 * given.managers, 20 * given.managers)
    lines, institution = lines_of(bank), Institution()
    log = Log.create(folder / "log", institution, datetime.now(UTC))
    with log.writer("benchmark") as writer:
        before = islice(lines, set_up + HISTORY)
        lines = map(of_the_last_day, lines)
        for first in iter(lambda: list(islice(before, 4096)), []):
            writer.append(admit(first, institution), datetime.now(UTC))
        writer.append(admit([next(lines)], institution), datetime.now(UTC))
        with server(folder / "log") as (process, port):
            here, there = multiprocessing.Pipe()
            followers = multiprocessing.Process(target=following, args=(there, port, given.plain, given.followers))
            followers.start()
            if not here.poll(BEGUN_SECONDS):
                raise TimeoutError("not every follower was told of a board")
            here.recv()
            busy, began, appended = process.cpu_times(), time.perf_counter(), list[tuple[float, int]]()
            for turn in range(int(given.rate * given.seconds)):
                time.sleep(max(0.0, began + turn / given.rate - time.perf_counter()))
                writer.append(admit(list(islice(lines, given.events)), institution), datetime.now(UTC))
                appended.append((time.perf_counter(), writer.position))
            took, now = time.perf_counter() - began, process.cpu_times()
            time.sleep(REST_SECONDS)
            here.send("enough")
            seen, read = here.recv()
            memory = process.memory_info().rss
            followers.join()
    found = waits(appended, seen)
    late = sum(one == float("inf") for one in found)
    cut = quantiles([one for one in found if one != float("inf")], n=100)
    boards = sum(map(len, seen)) / len(seen) - 1
    print(
        f"{given.followers:,} followers{' (plain)' if given.plain else ''}, {given.managers:,} managers, "
        f"{given.rate:g} appends/s of {given.events} events, {took:.0f} s"
    )
    print(f"  told after: median {median(found):.0f}, p95 {cut[94]:.0f}, p99 {cut[98]:.0f} ms; not in time: {late}")
    print(
        f"  {boards / took:.1f} boards/s each, {read / took / MEBIBYTE:.1f} MiB/s in all; "
        f"server: {(now.user + now.system - busy.user - busy.system) / took:.0%} of a core, {memory / MEBIBYTE:.0f} MiB"
    )


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    options.add_argument("--followers", type=count_of, default=1_000)
    options.add_argument("--managers", type=count_of, default=1_000)
    options.add_argument("--rate", type=float, default=5.0, help="appends a second")
    options.add_argument("--events", type=count_of, default=20, help="events an append")
    options.add_argument("--plain", action="store_true", help="followers that cannot unpack")
    options.add_argument("--seconds", type=int, default=20)
    given = options.parse_args()
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(most, 2 * given.followers + 1_000), most))
    with tempfile.TemporaryDirectory() as folder:
        measure(given, Path(folder))


if __name__ == "__main__":
    main()
