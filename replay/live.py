"""The live side of a log: the fold over its events up to a position, and the board read from it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from engine.book import Fact
from engine.fold.apply import REVERSAL, apply
from engine.fold.book import FoldedBook
from engine.fold.state import State
from engine.log import Log, Snapshot
from engine.plan.library import LoadedPlan
from replay.board import board
from replay.settle import earlier_settlements
from schemas.event import Event, business_date
from schemas.institution import Institution
from schemas.period import Period
from schemas.statement import Board

PROGRESS_EVERY = 10_000
Progress = Callable[[int], None]
"""Told now and then how many events are in."""


def live_board(
    log: Log,
    loaded: LoadedPlan,
    period: Period,
    *,
    as_of: int | datetime | None = None,
    through: date | None = None,
    progress: Progress | None = None,
) -> Board:
    """The board of ``period`` as the log stood ``as_of``, by the live fold."""
    snapshot = log.snapshot(as_of)
    book = folded_book(snapshot, log.institution, progress)
    earlier = earlier_settlements(log, loaded, book)
    return board(log, loaded, period, book, earlier, _last_events(snapshot, book), through)


def _last_events(snapshot: Snapshot, book: FoldedBook) -> Mapping[str, dict[str, Any]]:
    last = book.last_positions()
    events = dict(snapshot.events(sorted({position for position in last.values() if position})))
    return {
        manager: {"event_id": events[position].id, "event_source": events[position].source, "position": position}
        for manager, position in last.items()
        if position
    }


def folded_book(snapshot: Snapshot, institution: Institution, progress: Progress | None = None) -> FoldedBook:
    """The book of the fold over every event of ``snapshot``; ``progress`` is told positions reached now and then."""
    state = State.empty(institution.currency)
    zone = institution.zone
    for position, event in snapshot.events(range(1, snapshot.position + 1)):
        target = _target(snapshot, position, event, institution) if event.type == REVERSAL else None
        apply(state, position, business_date(event, zone), event, target)
        if progress is not None and position % PROGRESS_EVERY == 0:
            progress(position)
    return FoldedBook(state)


def _target(snapshot: Snapshot, position: int, event: Event, institution: Institution) -> Fact | None:
    """The event that a reversal names, if it came before; one that comes later is passed over by the fold itself."""
    found = snapshot.find(event.data.event_source, event.data.event_id)
    if found is None or found >= position:
        return None
    target = snapshot.event(found)
    return Fact(found, business_date(target, institution.zone), target)
