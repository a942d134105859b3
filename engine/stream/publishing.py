"""Publishing: what the topics that others read are told, as messages.

``meritlog.log`` carries batches of admitted events, a message a partition; ``meritlog.rejected`` every refused message
as it came; ``meritlog.credits`` each manager's measures in the running windows; ``meritlog.board`` their boards, a
message a row and one for the whole, which says at which position all rows of it stand.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate
from typing import NamedTuple

import msgspec
import xxhash

from engine.stream.admitting import Admitted, Refused
from engine.stream.documents import BoardPlace, BoardWhole, LogBatch, ManagerCredits
from schemas.statement import Board, BoardRow
from schemas.vector import Vector

LOG_BYTES_MAX = 1 << 19
"""A message of ``meritlog.log`` has events of no more bytes, unless it is one alone."""
REJECTED_BYTES_MAX = 1_000_000
"""A rejected message of more bytes goes out without its value: a topic takes a little more than that by default."""
_encode = msgspec.json.Encoder().encode


class Outgoing(NamedTuple):
    """A message to be sent; a value of None deletes what a compacted topic has under the key.

    Messages with the same ``together`` keep their order: they go to one partition, a number's own or one by the name.
    """

    key: bytes | None
    value: bytes | None
    together: int | str | None = None
    headers: Sequence[tuple[str, bytes | None]] = ()


def place_of(together: int | str | None, partitions: int) -> int | None:
    """The partition of messages that keep their order; None where a message's key decides."""
    if together is None:
        return None
    return (together if isinstance(together, int) else xxhash.xxh3_64_intdigest(together.encode())) % partitions


def log_messages(admitted: Admitted, log: str, before: Vector) -> Iterator[Outgoing]:
    """The admitted events by partition, with their places and the log's position before and after the batch."""
    of_place: defaultdict[int, list[bytes]] = defaultdict(list)
    for place, body in zip(admitted.places, admitted.bodies, strict=True):
        of_place[place].append(body)
    for place, bodies in of_place.items():
        first = before.counts[place] + 1
        for part in _parts(bodies):
            yield _log_message(admitted, log, before, place, first, part)
            first += len(part)


def _parts(bodies: list[bytes]) -> Iterator[list[bytes]]:
    """The bodies in stretches for a message each."""
    sizes, start = list(accumulate(map(len, bodies))), 0
    while start < len(bodies):
        before = sizes[start - 1] if start else 0
        end = max(bisect_right(sizes, before + LOG_BYTES_MAX), start + 1)
        yield bodies[start:end]
        start = end


def _log_message(admitted: Admitted, log: str, before: Vector, place: int, first: int, bodies: list[bytes]) -> Outgoing:
    """The message that carries these events, the first of them the ``first`` of the partition; written around them."""
    told = LogBatch(log, admitted.at, str(before), admitted.label, place, first, [])
    return Outgoing(None, _encode(told).removesuffix(b"]}") + b",".join(bodies) + b"]}", place)


def rejected_message(refused: Refused, topic: str) -> Outgoing:
    """A refused message as it came, with the reason in its headers; without its value where that is too large.

    Whole it is under the log's ``rejected/``.
    """
    message, problem = refused.message, refused.problem
    value = message.value or b""
    told = {
        "reason": problem.what,
        "remedy": problem.remedy,
        "place": str(problem.place),
        "topic": topic,
        "partition": str(message.partition),
        "offset": str(message.offset),
        "bytes": str(len(value)),
    }
    return Outgoing(
        message.key,
        value if len(value) <= REJECTED_BYTES_MAX else b"",
        headers=[*message.headers, *((f"meritlog_{name}", text.encode()) for name, text in told.items())],
    )


class BoardFeed:
    """The changes of one board as messages: what of it was sent is not sent again."""

    def __init__(self, sent: Mapping[str, BoardRow] | None = None) -> None:
        """``sent`` are the rows that the topic has, by manager: what of them is no more will be deleted."""
        self._sent = dict(sent or {})
        self._digest: object = None

    def changes(self, board: Board) -> Iterator[Outgoing]:
        """The rows that changed, those that are gone, and last what holds for the whole board."""
        if board.digest == self._digest:
            return
        name = f"{board.plan}/{board.period}"
        rows = {row.manager_id: row for row in board.rows}
        for manager, row in rows.items():
            if self._sent.get(manager) != row:
                value = BoardPlace(board.plan, board.period, board.position, row)
                yield Outgoing(f"{name}/{manager}".encode(), _encode(value), name)
        for manager in self._sent.keys() - rows.keys():
            yield Outgoing(f"{name}/{manager}".encode(), None, name)
        whole = BoardWhole(
            plan=board.plan,
            plan_digest=board.plan_digest,
            period=board.period,
            through=board.through,
            position=board.position,
            managers=len(rows),
            uncredited=board.uncredited,
            digest=str(board.digest),
            findings=board.findings,
        )
        yield Outgoing(name.encode(), _encode(whole), name)
        self._sent, self._digest = rows, board.digest


Windows = Mapping[str, Mapping[str, str]]
"""One manager's measures as decimals, by name, in each window (``plan/period``)."""


class CreditFeed:
    """The rolling measures of each manager, a message a manager whose figures changed: all windows of that manager."""

    def __init__(self, sent: Mapping[str, Windows] | None = None) -> None:
        """``sent`` is what the topic has, by manager."""
        self._sent: Mapping[str, Windows] = sent or {}

    def changes(self, measures: Mapping[str, Windows], through: str, position: int | str) -> Iterator[Outgoing]:
        """The managers whose windows are not what was sent last; one who has none any more is told with none."""
        for manager in sorted(measures.keys() | self._sent.keys()):
            windows = measures.get(manager, {})
            if self._sent.get(manager) != windows:
                told = ManagerCredits(manager, through, position, windows)
                yield Outgoing(manager.encode(), _encode(told))
        self._sent = measures
