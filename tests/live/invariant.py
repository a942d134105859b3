"""What holds of the live side whatever happened on the way (contract §7): asked of a worker that still runs.

Everything that the brokers acknowledged is read and counted once; the log holds every event once and is whole; every
board that was shown is what the log gives at its position; a settlement is what an embedded log of the same events
gives; and the topics have been told all of it.
"""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import msgspec
from msgspec import UNSET

from engine.log import Intake, Log, verify
from engine.stream.topics import Topics
from engine.stream.windows import RollingMeasures, running
from replay.live import LiveFold
from replay.reconcile import reconcile
from schemas.statement import Amount, Board, BoardRow, digest_of
from schemas.vector import Vector
from tests.live import topics
from tests.live.flow import Flow
from tests.live.worker import until
from tests.product import logged, plan, settled

PERIODS = ("2025", "2025Q1", "2024-12-20..2025-01-10")
PLANS = {"bank-contribution": plan()}
BOARDS_MAX = 16
WINDOWS = 4
"""Month, quarter, half-year and year."""


def lag(brokers: str, prefix: str, log: Path) -> int:
    """How many messages of the topic of events the log has not read."""
    read = Log.open(log).intake().offsets
    ends = topics.ends(brokers, Topics(prefix).events)
    return sum(end - read.get(partition, -1) - 1 for partition, end in ends.items())


def assert_holds(brokers: str, prefix: str, path: Path, flow: Flow, *, whole: bool = True) -> None:
    """Hold the invariant; ``whole`` says that no broker failed, so that all boards must have come in one piece."""
    until(lambda: lag(brokers, prefix, path) == 0, "the lag returns to zero")
    log = Log.open(path)
    _counts(log, flow)
    assert verify(path).ok, verify(path)
    told = Topics(prefix)
    label = str(log.snapshot().label)
    until(lambda: len(_shown_at(label, brokers, told)) == WINDOWS, "the last boards are shown")
    shown, broken = boards_of(topics.read(brokers, told.board))
    assert not (whole and broken), f"{broken} boards whose rows do not fit their digest"
    found = reconcile(log, PLANS, _chosen(shown))
    assert found.equal, found.differences[:5]
    assert found.managers
    _settles_like_an_embedded_log(log, flow)
    until(lambda: noted_lag(brokers, told) == 0, "the offsets are noted")
    _log_was_told(brokers, told, log)
    _rejected_were_told(brokers, told, flow)
    _credits_were_told(brokers, told, log)


def _chosen(boards: list[Board]) -> list[Board]:
    """All boards, or some of all times and the last ones: each takes a settlement to compare with."""
    every = 1 + len(boards) // BOARDS_MAX
    return [*boards[::every], *boards[-WINDOWS:]]


def _counts(log: Log, flow: Flow) -> None:
    intake = log.intake()
    assert msgspec.structs.replace(intake, read=[], topic=UNSET) == Intake(
        [], admitted=len(flow.events), duplicates=flow.duplicates, rejected=flow.rejected
    )
    assert intake.admitted + intake.duplicates + intake.rejected == len(flow.messages)
    held = Counter(event.identity for _, event in log.snapshot().events())
    assert held == Counter(dict.fromkeys(flow.events, 1))


def _settles_like_an_embedded_log(log: Log, flow: Flow) -> None:
    """The same events in the order in which they were admitted, as they were sent, not as the worker wrote them."""
    order = [flow.events[event.identity] for _, event in log.snapshot().events()]
    embedded = logged(log.path.parent / f"embedded-{len(order)}", order)
    for period in PERIODS:
        live, replayed = settled(log, period), settled(embedded, period)
        for part in ("managers", "uncredited", "findings", "status"):
            assert live[part] == replayed[part], (period, part)


def _shown_at(label: str, brokers: str, told: Topics) -> set[str]:
    """The periods whose boards stand in the topic as of this position."""
    wholes = [json.loads(one.value) for one in topics.read(brokers, told.board) if one.key.count(b"/") == 1]
    return {whole["period"] for whole in wholes if whole["position"] == label}


def noted_lag(brokers: str, told: Topics) -> int:
    """The lag as Kafka's own tools show it."""
    noted = topics.noted(brokers, told.group)
    return sum(end - noted.get(partition, 0) for partition, end in topics.ends(brokers, told.events).items())


def boards_of(records: list[Any]) -> tuple[list[Board], int]:
    """The boards that a reader of the topic sees one after the other, and how many did not fit their digest."""
    rows: dict[bytes, dict[bytes, BoardRow]] = {}
    found, broken = [], 0
    for record in records:
        board, manager = b"/".join(record.key.split(b"/")[:2]), record.key.split(b"/", 2)[2:]
        of_board = rows.setdefault(board, {})
        if manager and record.value is None:
            of_board.pop(manager[0], None)
        elif manager:
            of_board[manager[0]] = msgspec.convert(json.loads(record.value)["row"], BoardRow)
        else:
            one = _board(json.loads(record.value), of_board)
            if digest_of(one) == one.digest:
                found.append(one)
            else:
                broken += 1
    return found, broken


def _board(whole: dict[str, Any], rows: dict[bytes, BoardRow]) -> Board:
    ordered = sorted(rows.values(), key=lambda row: (row.rank is None, row.rank, row.manager_id))
    uncredited = [Amount(**one) for one in whole.pop("uncredited")]
    assert whole.pop("managers") >= 0
    return Board(**whole, rows=ordered, uncredited=uncredited)


def _log_was_told(brokers: str, told: Topics, log: Log) -> None:
    """Whoever passes over the positions that he knows has the log."""
    snapshot = log.snapshot()
    expected = {str(snapshot.place(position)): json.loads(body) for position, body in snapshot.bodies()}
    found: dict[str, Any] = {}
    for record in topics.read(brokers, told.log):
        batch = json.loads(record.value)
        assert batch["log"] == log.identity
        for nth, event in enumerate(batch["events"], batch["first"]):
            assert found.setdefault(f"{batch['partition']}:{nth}", event) == event
        assert _events(batch["after"]) < _events(batch["position"])
    assert found == expected


def _events(label: str) -> int:
    vector = Vector.parse(label)
    assert vector is not None
    return vector.events


def _rejected_were_told(brokers: str, told: Topics, flow: Flow) -> None:
    """Every refused message is in the topic, with its reason, as it came."""
    places = Counter[tuple[bytes, bytes]]()
    for record in topics.read(brokers, told.rejected):
        headers = dict(record.headers)
        assert headers["meritlog_reason"]
        assert headers["meritlog_topic"] == told.events.encode()
        places[headers["meritlog_partition"], headers["meritlog_offset"]] += 1
    assert len(places) == flow.rejected


def _credits_were_told(brokers: str, told: Topics, log: Log) -> None:
    """The newest message of each manager has the measures that the log's fold gives."""
    fold = LiveFold(log)
    days = fold.book.transaction_days()
    assert days is not None
    windows = RollingMeasures().of(fold.book, running(list(PLANS.values()), days[1]), days[1], log.institution.currency)
    until(lambda: _newest_credits(brokers, told) == windows, "the credits are told")


def _newest_credits(brokers: str, told: Topics) -> dict[str, Any]:
    newest = {record.key.decode(): json.loads(record.value) for record in topics.read(brokers, told.credits)}
    return {manager: one["windows"] for manager, one in newest.items() if one["windows"]}
